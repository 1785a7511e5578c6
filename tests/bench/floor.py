"""The bare floor: a Django and REST framework site with one page, of the parts that any such site has in memory."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

settings.configure(
    SECRET_KEY="of a page without sessions",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "postgres",
            "USER": "postgres",
            "HOST": os.environ["FLOOR_SOCKET"],
            "CONN_MAX_AGE": 60,
        }
    },
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "rest_framework",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
)

PAGE = "<!doctype html><title>{{ name }}</title>{% for n in numbers %}<p>{{ n }} {{ user }}</p>{% endfor %}"


def page(request: HttpRequest) -> HttpResponse:
    from rest_framework import routers, serializers, viewsets

    loaded = [module.__name__ for module in (routers, serializers, viewsets)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    template = engines["django"].from_string(PAGE)
    return HttpResponse(template.render({"name": loaded, "numbers": range(100), "user": request.user}, request))


urlpatterns = [path("", page)]
application = get_wsgi_application()
