"""A Django project with Simple JWT's routes as its documents have them, and one view that needs a token.

Takes the port, the password of its users, and the settings of Simple JWT in JSON.
"""

import json
import sys

import django
from django.conf import settings

port, password, simple_jwt = sys.argv[1:]
settings.configure(
    ALLOWED_HOSTS=["*"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3"}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "rest_framework",
        "rest_framework_simplejwt.token_blacklist",
    ],
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": [
            "rest_framework_simplejwt.authentication.JWTAuthentication"
        ],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    },
    ROOT_URLCONF=__name__,
    SECRET_KEY="django-s3cret-key",
    SIMPLE_JWT=json.loads(simple_jwt),
    USE_TZ=True,
)
django.setup()

from django.contrib.auth.models import User
from django.core.management import call_command
from django.urls import path
from rest_framework.decorators import api_view
from rest_framework.response import Response
from rest_framework_simplejwt import serializers, views


@api_view()
def me(request):
    return Response({"username": request.user.get_username()})


class ByEmail(serializers.TokenObtainPairSerializer):
    """What USERNAME_FIELD does in the model of a project's users."""

    username_field = "email"


urlpatterns = [
    path("api/token/", views.TokenObtainPairView.as_view()),
    path("api/token/refresh/", views.TokenRefreshView.as_view()),
    path("api/token/verify/", views.TokenVerifyView.as_view()),
    path("api/token/blacklist/", views.TokenBlacklistView.as_view()),
    path("api/me/", me),
    path("by-email/api/token/", views.TokenObtainPairView.as_view(serializer_class=ByEmail)),
]

if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    User.objects.create_user("ada", password=password)
    User.objects.create_user("left", password=password, is_active=False)
    call_command("runserver", f"127.0.0.1:{port}", "--noreload")
