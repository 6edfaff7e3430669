"""Django with a database and nothing else: no middleware, no session, no application."""

from portal.env import Environment

env = Environment()
SECRET_KEY = env.secret("SECRET_KEY")
DATABASES = {"default": env.database("DATABASE_URL")}
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
ROOT_URLCONF = "tests.bench.bare.urls"
INSTALLED_APPS: list[str] = []
MIDDLEWARE: list[str] = []
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates"}]
USE_TZ = True
env.refuse_if_incomplete()
