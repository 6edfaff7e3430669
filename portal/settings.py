"""The one settings file: everything comes from the environment, and unsafe values are refused."""

from pathlib import Path

from csp.constants import NONE, SELF

from portal import languages
from portal.env import Environment

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()

# --- what the operator must give -------------------------------------------------
SECRET_KEY = env.secret("SECRET_KEY")
SEALING_KEYS = env.sealing_keys("PORTAL_SEALING_KEYS")
INDEX_KEY = env.secret("PORTAL_INDEX_KEY")
DATABASES = {"default": env.database("DATABASE_URL")}
REDIS_URL = env.text("REDIS_URL")
PORTAL_ORIGIN = env.text("PORTAL_ORIGIN").rstrip("/")
PORTAL_VAULT = Path(env.text("PORTAL_VAULT"))
# Apart from database and vault, which are backed up and restored together: docs/operate.md says why.
PORTAL_SUPPRESSION = Path(
    env.text("PORTAL_SUPPRESSION", str(PORTAL_VAULT.parent / "suppression" / "ledger.jsonl"))
)
MAIL_DOMAIN = env.text("PORTAL_MAIL_DOMAIN")

# --- what has a safe default -----------------------------------------------------
PORTAL_CONTROLLERS = Path(env.text("PORTAL_CONTROLLERS", str(BASE_DIR / "portal" / "controllers")))
PORTAL_EMBEDDED = env.switch("PORTAL_EMBEDDED")
PORTAL_MAILROOM = env.text("PORTAL_MAILROOM", "")
# A proxy that comes through a local socket has no address: it is named "unix".
TRUSTED_PROXIES = env.networks("PORTAL_TRUSTED_PROXIES", besides="unix")
# The machine's own names are for its health check; every address we write comes from PORTAL_ORIGIN.
ALLOWED_HOSTS = [*env.words("PORTAL_HOSTS"), "localhost", "127.0.0.1"]
MAIL_INLET_HOST = env.text("PORTAL_MAIL_INLET_HOST", "127.0.0.1")
MAIL_INLET_PORT = env.number("PORTAL_MAIL_INLET_PORT", 2525)
# Names our own receiving host gives itself in Authentication-Results; it must remove forged ones (RFC 8601, 5).
MAIL_AUTH_HOSTS = frozenset(name.lower() for name in env.words("PORTAL_MAIL_AUTH_HOSTS"))
MAIL_CHECK_SIGNATURES = env.switch("PORTAL_MAIL_CHECK_SIGNATURES")
MAIL_HOOK_KEY = env.secret("PORTAL_MAIL_HOOK_KEY", optional=True)
# Shared with the controller's own sites: they sign what they ask for under it.
CHOICES_KEY = env.secret("PORTAL_CHOICES_KEY", optional=True)
SCANNER = env.text("PORTAL_SCANNER", "")
MAX_MAIL_BYTES = 25 * 1024 * 1024
MAX_UPLOAD_BYTES = 10 * 1024 * 1024
PACKAGE_DAYS = 30
# Working days before our date at which staff are told by mail; the last counts what is due or past.
ALARM_DAYS = sorted(set(env.numbers("PORTAL_ALARM_DAYS", "0 2 5")))
STAFF_OIDC_ISSUER = env.text("PORTAL_STAFF_OIDC_ISSUER", "")
STAFF_OIDC_CLIENT_ID = env.text("PORTAL_STAFF_OIDC_CLIENT_ID", *([] if STAFF_OIDC_ISSUER else [""]))
STAFF_OIDC_CLIENT_SECRET = env.text("PORTAL_STAFF_OIDC_CLIENT_SECRET", *([] if STAFF_OIDC_ISSUER else [""]))
SMS_URL = env.address("PORTAL_SMS_URL")
SMS_TOKEN = env.secret("PORTAL_SMS_TOKEN") if SMS_URL else ""

DEBUG = False
HTTPS = PORTAL_ORIGIN.startswith("https://")

INSTALLED_APPS = [
    "identity",
    "requests_app",
    "portal",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_celery_beat",
    "pgtrigger",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "portal.front.SecurityHeaders",
    "portal.restored.ServeNothingRestored",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.front.WhichController",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.public.heed.HeedSignal",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LAW_EXAMPLES = BASE_DIR / "tests" / "law" / "scenarios"
"""The worked examples that the tests check and the rulebook shows."""

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.front.controller_in_templates",
                "portal.public.page.site_in_templates",
            ],
        },
    },
]

# --- people ----------------------------------------------------------------------
AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "portal.staff.sign_in.DoorAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "staff:home"
OTP_TOTP_ISSUER = "Data rights portal"

# In the database alone: with the cache in front, a dead cache would refuse every new visitor.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 60 * 60
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [PORTAL_ORIGIN]
CSRF_FAILURE_VIEW = "portal.front.form_expired"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- what the browser is told ----------------------------------------------------
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
# Not "no-referrer": under it a browser sends a form with "Origin: null", and the CSRF check refuses it.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- languages and time ----------------------------------------------------------
LANGUAGE_CODE = "en"
# A language is there as soon as its catalogue is: docs/languages.md. Codes as pages write them, English first.
PORTAL_LANGUAGES = Path(env.text("PORTAL_LANGUAGES", str(BASE_DIR / "portal" / "locale")))
LOCALE_PATHS = [*(BASE_DIR / "portal" / room / "locale" for room in ("public", "staff")), PORTAL_LANGUAGES]
TONGUES = ("en", *languages.found(*LOCALE_PATHS))
CATALOGUES = {code: languages.catalogue(PORTAL_LANGUAGES, code) for code in languages.found(PORTAL_LANGUAGES)}
"""Of what stands beside the English and Chinese in the code: the law's words, and the letters'."""
LANGUAGES = [(code.lower(), languages.name_of(code)) for code in TONGUES]
USE_TZ = True
TIME_ZONE = "UTC"

# --- files -----------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("PORTAL_STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_UPLOAD_BYTES
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = MAX_UPLOAD_BYTES

# --- cache and work --------------------------------------------------------------
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": (
            REDIS_URL.replace("redis+socket://", "unix://").split("?")[0] + "?db=1"
            if REDIS_URL.startswith("redis+socket://")
            else REDIS_URL.rstrip("/") + "/1"
        ),
    }
}
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Else each task would begin with a connection of its own, a process of the database's each time. How long one is kept,
# and whether it still answers, is the database's own setting, asked before each task (requests_app/tasks.py).
CELERY_DB_REUSE_MAX = 1000
# A dead broker must never hold up a page: publishing gives up at once and the sweep follows later.
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 2, "socket_timeout": 10, "max_retries": 0}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "requests_app.sweep", "schedule": 15.0},
    "send-letters": {"task": "requests_app.send_letters", "schedule": 15.0},
    "fetch-mail": {"task": "requests_app.fetch_mail", "schedule": 60.0},
    "watch-clocks": {"task": "requests_app.watch_clocks", "schedule": 300.0},
    "send-digests": {"task": "requests_app.send_digests", "schedule": 900.0},
    "recount": {"task": "requests_app.recount", "schedule": 3600.0},
    "purge": {"task": "requests_app.purge", "schedule": 3600.0},
    "catch-up": {"task": "requests_app.catch_up", "schedule": 3600.0},
}

# --- mail out --------------------------------------------------------------------
if PORTAL_MAILROOM:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = PORTAL_MAILROOM
else:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
    EMAIL_PORT = env.number("EMAIL_PORT", 587)
    EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
    EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
    EMAIL_USE_TLS = env.switch("EMAIL_USE_TLS", default=True)
    EMAIL_TIMEOUT = 20

# --- logs: JSON lines, ids only ----------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "portal.front.JsonLines"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["out"], "level": env.level("PORTAL_LOG_LEVEL", "INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "mail.log": {"level": "WARNING"},
    },
}

env.refuse_if_incomplete()
