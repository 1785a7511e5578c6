"""The addresses of the site. /healthz and /readyz are answered by rehab.health before these are read."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from plans.views.me import me
from rehab.health import metrics_for_staff

# One door: the admin's own password form would let staff in without their second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("admin/", admin.site.urls),
    path("metrics", metrics_for_staff),
    path("accounts/", include("allauth.urls")),
    path("me/", include(([path("", me, name="me")], "accounts"))),
    path("", include("plans.urls")),
]

handler500 = "rehab.typed.server_error"
