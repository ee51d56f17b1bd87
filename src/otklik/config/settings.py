"""Django's settings. Everything that a company may choose comes from `environment`."""

from pathlib import Path
from typing import Any

from otklik.config.environment import THREADS, django_database, environment
from otklik.core.catalogues import added_languages, languages_of
from otklik.core.logs import configure_structlog, logging_settings, says_requests

ENVIRONMENT = environment()
PACKAGE = Path(__file__).resolve().parent.parent
APPS = ("core", "people", "tickets", "knowledge", "mail", "notifications", "shell")
BUILD = PACKAGE.parent.parent / "build"  # what set-up makes: fonts, joined sheets, static files
COLLECTED = PACKAGE / "config" / "collected"  # the static files of a wheel, which has no set-up

OTKLIK_DATA = ENVIRONMENT.data
OTKLIK_FILES = ENVIRONMENT.files
OTKLIK_SCANNER = ENVIRONMENT.scanner_url
OTKLIK_WITHHOLD_UNSCANNED = ENVIRONMENT.unscanned_files == "withhold"
OTKLIK_RECEIVE_SMTP = ENVIRONMENT.receive_smtp
OTKLIK_RECEIVE_LMTP = ENVIRONMENT.receive_lmtp
OTKLIK_RECEIVE_FROM = ENVIRONMENT.receive_from
OTKLIK_EGRESS_TO = ENVIRONMENT.egress_to
OTKLIK_RECEIVE_CERTIFICATE = ENVIRONMENT.receive_certificate
OTKLIK_NAME_SERVER = ENVIRONMENT.name_server
OTKLIK_LARGEST_LETTER = ENVIRONMENT.largest_letter * 1024 * 1024
OTKLIK_MAIL_FOLDER = ENVIRONMENT.data / "mail"
OTKLIK_BASE_URL = ENVIRONMENT.base_url
OTKLIK_BUS_URL = ENVIRONMENT.bus_url
OTKLIK_METRICS_TOKEN = ENVIRONMENT.metrics_token
OTKLIK_FILE_LIMIT = 50 * 1024 * 1024

SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts)

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_prometheus",
    "procrastinate.contrib.django",
    "otklik.core",
    "otklik.people",
    "otklik.tickets",
    "otklik.knowledge",
    "otklik.mail",
    "otklik.notifications",
    "otklik.shell",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "otklik.config.health.HealthMiddleware",
    "otklik.core.middleware.RequestIdMiddleware",
    "otklik.core.middleware.LanguageMiddleware",
    "otklik.core.logs.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "otklik.core.compressing.CompressionMiddleware",
    "otklik.core.middleware.HeadersMiddleware",
    "otklik.core.middleware.AccentMiddleware",
    "otklik.core.files.receive.BodyLimitMiddleware",
    "otklik.core.middleware.AllowanceMiddleware",
    "otklik.config.api.OnceMiddleware",
    "otklik.people.middleware.FirstRunMiddleware",
    "otklik.people.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "otklik.people.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "otklik.core.middleware.RefusalMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

ROOT_URLCONF = "otklik.config.urls"
WSGI_APPLICATION = "otklik.config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": False,
        "DIRS": [PACKAGE / app / "templates" for app in APPS],
        "OPTIONS": {
            "environment": "otklik.core.jinja.environment",
            "context_processors": ["otklik.core.context.page"],
        },
    },
]

DATABASES = {
    "default": django_database(ENVIRONMENT.database_url or "postgresql:///otklik")
    | {
        "CONN_MAX_AGE": 0,  # back to the pool after each request
        "CONN_HEALTH_CHECKS": False,  # our own backend looks at each that it takes
        "ATOMIC_REQUESTS": False,
    }
}
DATABASES["default"]["OPTIONS"]["pool"] = {
    "min_size": 1,
    "max_size": THREADS + 2,  # and the two that ask whether a body fits
    "max_idle": 60,
    "timeout": 10,  # seconds until a page says that the database is away
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Account"
SESSION_ENGINE = "otklik.people.models.session"
SESSION_COOKIE_NAME = "__Host-otklik" if ENVIRONMENT.secure_cookies else "otklik"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.secure_cookies
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "otklik.core.refusals.csrf_failure"
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.base_url.rstrip("/")]
LOGIN_URL = "sign_in"
PASSWORD_HASHERS = ["otklik.people.models.hasher.PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["login", "given_name", "surname", "patronymic"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "en"
ADDED = added_languages(ENVIRONMENT.data)  # by files in the data folder
OTKLIK_REFUSED_LANGUAGES = ADDED.refused
FORMAT_MODULE_PATH = "otklik.core.formats"
USE_TZ = True
TIME_ZONE = "UTC"
OWN_CATALOGUES = [PACKAGE / app / "locale" for app in APPS]
LANGUAGES = [(code, code) for code in languages_of(OWN_CATALOGUES, ADDED.languages)]
LOCALE_PATHS = [ADDED.compiled, *OWN_CATALOGUES]

STATIC_URL = "/static/"
STATIC_ROOT = COLLECTED if COLLECTED.exists() else BUILD / "static"
STATICFILES_DIRS = [] if COLLECTED.exists() else [BUILD / "assets"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "otklik.core.assets.HashedAssets"},
}
WHITENOISE_MAX_AGE = 0  # what has no hash in its name is asked for again
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["otklik.core.files.receive.StreamingUploadHandler"]

FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

LOGGING = logging_settings(
    ENVIRONMENT.log_format, requests=says_requests(wanted=ENVIRONMENT.log_requests)
)
configure_structlog()
