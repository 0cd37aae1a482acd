"""All addresses of the site."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from claims.admin.shared import view_on_site

# The admin has no sign-in of its own: allauth's, with its rate limits, serves everybody.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler500 = "claims.views.errors.server_error"

urlpatterns = [
    path("", include("claims.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/r/<int:content_type_id>/<path:object_id>/", admin.site.admin_view(view_on_site)),
    path("admin/", admin.site.urls),
]
