"""What the environment says of a provider becomes settings."""

import json
import os
import subprocess
import sys
from typing import Any

READ = (
    "import json, factcheck.settings as s;"
    "print(json.dumps([s.SOCIALACCOUNT_PROVIDERS['openid_connect']['APPS'], s.SECURE_CSP['form-action']]))"
)


def read(**environment: str) -> Any:
    """Providers and where forms may lead, as a process with this environment has them."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OIDC_")}
    done = subprocess.run([sys.executable, "-c", READ], env={**kept, **environment}, capture_output=True, check=True)
    return json.loads(done.stdout)


def test_no_provider_by_default() -> None:
    assert read() == [[], ["'self'"]]


def test_a_provider_from_the_environment() -> None:
    [app], form_action = read(
        OIDC_ISSUER="https://login.example/realms/staff/",
        OIDC_CLIENT_ID="desk",
        OIDC_CLIENT_SECRET="shared",
        OIDC_NAME="the Example group",
    )
    assert app == {
        "provider_id": "desk",
        "name": "the Example group",
        "client_id": "desk",
        "secret": "shared",
        "settings": {"server_url": "https://login.example/realms/staff"},
    }
    assert form_action == ["'self'", "https://login.example"], "the redirect to the provider passes the policy"
