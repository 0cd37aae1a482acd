"""Settings of every installation. What differs between them comes from the environment (table in README.md).

This file reads and never starts anything: type checkers and `collectstatic` import it too.
"""

from http import HTTPStatus
from logging import LogRecord
from urllib.parse import urlsplit

import environ
from django.utils.csp import CSP

from factcheck import postgres
from factcheck.environment import BASE_DIR

env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
# Both are demanded by environment.refuse_incomplete() when debug is off.
SECRET_KEY = env.str("SECRET_KEY", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- The application ------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "claims",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",  # the widgets' own templates, for FORM_RENDERER
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_filters",
    "django_htmx",
    "heroicons",
    "import_export",
    "pghistory",
    "pgtrigger",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "factcheck.accounts.demand_second_factor",
    "pghistory.middleware.HistoryMiddleware",  # history rows know who asked, and at which address
]

ROOT_URLCONF = "factcheck.urls"
WSGI_APPLICATION = "factcheck.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Forms look for their templates among the site's own: templates/django/forms/field.html.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Database, cache --------------------------------------------------------------------------------------

DATABASES = {
    "default": {
        **(
            postgres.connection_settings()
            if postgres.is_embedded()
            else env.db_url("DATABASE_URL", engine="django.db.backends.postgresql")
        ),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    },
}

# Shared by all processes and machines, because rate limits are counted in it.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
}

# --- Accounts ---------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "claims.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "factcheck.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts come by invitation, or from the desk's administrator
# Counted in the shared cache. A key is what was typed: a name, an address.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "invitation": "20/m/ip",  # ours: links of invitations that are tried
}

# Editors and administrators see nothing before they have a second factor.
TWO_FACTOR_REQUIRED = env.bool("TWO_FACTOR_REQUIRED", default=False)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Fact check"
MFA_TOTP_TOLERANCE = 1  # telephones' clocks are a little off
# Against strangers who take an address that is not theirs; here nobody signs up.
MFA_ALLOW_UNVERIFIED_EMAIL = True

# One OpenID Connect provider, if the desk's organization has one. It opens accounts for nobody but invited people.
OIDC_ISSUER = env.str("OIDC_ISSUER", default="").rstrip("/")
SOCIALACCOUNT_ADAPTER = "factcheck.accounts.ProviderAdapter"
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True  # a browser left open must not tie somebody else's identity
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "desk",
                "name": env.str("OIDC_NAME", default="your organization"),
                "client_id": env.str("OIDC_CLIENT_ID", default=""),
                "secret": env.str("OIDC_CLIENT_SECRET", default=""),
                "settings": {"server_url": OIDC_ISSUER},
            }
        ]
        if OIDC_ISSUER
        else [],
    }
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

# --- Security ---------------------------------------------------------------------------------------------

HTTPS = env.bool("HTTPS", default=not DEBUG)
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    # Browsers hold the redirect to the provider, which answers a form, to this, too.
    "form-action": [CSP.SELF, *([urlsplit(OIDC_ISSUER)._replace(path="").geturl()] if OIDC_ISSUER else [])],
    "frame-ancestors": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
if ALLAUTH_TRUSTED_PROXY_COUNT:
    # Only a proxy of the desk's own may say that the reader came over TLS.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# A cell that begins like a formula would be one in a spreadsheet.
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True

# --- Work ------------------------------------------------------------------------------------------------

# A claim that somebody has taken is free again after so long without activity; one that was given to somebody may
# wait longer, since they may not be at their desk.
HOLD_MINUTES = env.int("HOLD_MINUTES", default=60)
ASSIGNED_HOURS = env.int("ASSIGNED_HOURS", default=24)

# Mails about what concerns somebody wait so long for more of it to come along; daily ones go out at this hour, by the
# desk's clock.
NOTIFICATION_MAIL_SECONDS = env.int("NOTIFICATION_MAIL_SECONDS", default=120)
DIGEST_HOUR = env.int("DIGEST_HOUR", default=7)
# Where the desk is, for links in mails that no request asks for.
SITE_ADDRESS = env.str(
    "SITE_ADDRESS",
    default=f"http{'s' if HTTPS else ''}://{ALLOWED_HOSTS[0].lstrip('.*') or 'localhost' if ALLOWED_HOSTS else 'localhost'}",
).rstrip("/")

# --- Language, time, files, mail, log ---------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
TIME_ZONE = env.str("TIME_ZONE", default="UTC")

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}

_mail = env.email_url("EMAIL_URL", default="consolemail://" if DEBUG else "smtp://localhost:25")
_mail_options = {
    "host": _mail["EMAIL_HOST"],
    "port": _mail["EMAIL_PORT"],
    "username": _mail["EMAIL_HOST_USER"],
    "password": _mail["EMAIL_HOST_PASSWORD"],
    "use_tls": _mail.get("EMAIL_USE_TLS"),
    "use_ssl": _mail.get("EMAIL_USE_SSL"),
    "timeout": 20,  # a server that never answers would hold its worker for ever
}
MAILERS = {
    "default": {"BACKEND": "claims.mail.QueuedMail"},  # a job each, which a worker sends by the other
    "direct": {
        "BACKEND": _mail["EMAIL_BACKEND"],
        "OPTIONS": _mail_options if _mail["EMAIL_HOST"] else {},
    },
}
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="factcheck@localhost")


def _refusal_in_a_line(record: LogRecord) -> bool:
    """Somebody who may not do something is no fault of the program: no traceback."""
    if getattr(record, "status_code", None) == HTTPStatus.FORBIDDEN:
        record.exc_info = None
    return True


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"refusals": {"()": "django.utils.log.CallbackFilter", "callback": _refusal_in_a_line}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["refusals"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django": {"handlers": []}},  # its own would say everything twice
}
