"""All settings. What differs between machines comes from the environment and is checked at start."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict


def env_text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set; see README, 'Settings'")
    return value


def env_bool(name: str, *, default: bool) -> bool:
    value = os.environ.get(name, str(default)).lower()
    if value not in ("true", "false", "1", "0"):
        raise ImproperlyConfigured(f"{name} is {value!r}; use true or false")
    return value in ("true", "1")


def env_list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in env_text(name, default).split(",") if part.strip()]


def env_int(name: str, default: int) -> int:
    value = os.environ.get(name, str(default))
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} is {value!r}; use a whole number")
    return int(value)


BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env_text("NUNGIL_VAR", str(BASE_DIR / "var"))).resolve()
# Set with the embedded servers, whose data are this machine's own: only there may a demo clinic be made.
EMBEDDED = env_bool("NUNGIL_EMBEDDED", default=False)

DEBUG = env_bool("DEBUG", default=False)
SECRET_KEY = env_text("SECRET_KEY")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "127.0.0.1,localhost")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "records",
    "screening",
    "risk",
    "pharmacy",
    "referrals",
    "config",
    # After ours, whose templates replace theirs. The admin site registers what it shows itself (config/staff).
    "django.contrib.admin.apps.SimpleAdminConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]
MIDDLEWARE = [
    "config.request_ids.request_id",
    "config.api.errors.problems_only",
    "config.fhir.errors.outcomes_only",
    # What these say in headers is said by every refusal too.
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.security.content_security_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "config.incoming.Incoming",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "records.session.expiry",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.navigation.navigation",
            ]
        },
    }
]


def postgres(url: str) -> dict[str, object]:
    """Django's settings for a PostgreSQL connection URL; what Django has no name for (sslmode ...) is passed on."""
    parts = conninfo_to_dict(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", "nungil"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        # A page wants the first few rows: parallel workers read far ahead of them, and take other pages' cores.
        "OPTIONS": {"options": "-c max_parallel_workers_per_gather=0"} | parts,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # One test database per test run, so that two runs beside each other do no harm.
        "TEST": {"NAME": f"test_nungil_{os.getpid()}"},
    }


DATABASES = {"default": postgres(env_text("DATABASE_URL"))}
REDIS_URL = env_text("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "config.cache.Counters",
        "LOCATION": REDIS_URL,
        # A Redis that hangs holds nobody up for long.
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},
    }
}

# Messages name files, and files are named after patients: they stay here and travel in no cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", "한국어"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
TIME_ZONE = "Asia/Seoul"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "screening.storage.ContentStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# A clinic on one machine, and a developer, see the files as they are, without collecting them first.
if WHITENOISE_USE_FINDERS := DEBUG or EMBEDDED:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
FILE_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024
# Larger ones lie here while their request lasts; the sweep removes what a killed process left (config/uploads.py).
FILE_UPLOAD_TEMP_DIR = VAR_DIR / "uploads"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "config.account_adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
# Wrong passwords and wrong codes: one name waits after five, whether it exists or not.
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "30/m/ip,5/15m/key"}
ACCOUNT_FORMS = {
    "login": "config.account_forms.SignIn",
    "reauthenticate": "config.account_forms.Confirm",
    "change_password": "config.account_forms.ChangePassword",
}
MFA_FORMS = {
    "authenticate": "config.account_forms.Code",
    "reauthenticate": "config.account_forms.ConfirmCode",
    "activate_totp": "config.account_forms.AppCode",
    "add_webauthn": "config.account_forms.KeyName",
}
MFA_ADAPTER = "config.account_adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Nungil"
MFA_TOTP_TOLERANCE = 1
# http://localhost is as good as TLS to a browser.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = EMBEDDED
# Whether every role needs a second factor; administrators always do.
MFA_REQUIRED = env_bool("MFA_REQUIRED", default=not EMBEDDED)

# A shared workstation: after so many minutes without a hand on it the person is asked to sign in again.
SESSION_IDLE_MINUTES = env_int("SESSION_IDLE_MINUTES", 15)
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "config.error_pages.form_out_of_date"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if not DEBUG:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = env_bool("HTTPS_ONLY", default=True)
    if env_bool("BEHIND_TLS_PROXY", default=False):
        # Only where a proxy sets these headers itself: otherwise any client could claim to have come by TLS,
        # or from a new address for every guess of a password.
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        ALLAUTH_TRUSTED_PROXY_COUNT = 1
    SECURE_HSTS_SECONDS = 31_536_000
    # Probes come from inside, without TLS.
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["config.api.authentication.BearerToken"],
    "DEFAULT_PERMISSION_CLASSES": ["config.api.authentication.PartnersOnly"],
    "DEFAULT_THROTTLE_CLASSES": ["config.api.throttling.PerClient"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.api.errors.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.1",
    "TITLE": "Nungil REST API",
    "VERSION": "1.0.0",
    "DESCRIPTION": "Screenings from partners. Evaluation only, not a medical device. A client reads and cancels "
    "only what it sent itself. Errors are problem documents (RFC 9457), listed at /api/docs/problems/.",
    "POSTPROCESSING_HOOKS": ["config.api.schema.add_components"],
}
# What one partner's client, and one machine that guesses tokens, may ask within a minute.
API_REQUESTS_PER_MINUTE = env_int("API_REQUESTS_PER_MINUTE", 120)
API_WRONG_TOKENS_PER_MINUTE = env_int("API_WRONG_TOKENS_PER_MINUTE", 20)
API_TOKENS_PER_MINUTE = env_int("API_TOKENS_PER_MINUTE", 20)
# After so many screenings under the record number of another patient a client waits for the next hour.
API_OTHER_PATIENTS_PER_HOUR = env_int("API_OTHER_PATIENTS_PER_HOUR", 20)
# Photographs that a partner's program sent and has not ordered yet.
API_UPLOADS_WAITING = env_int("API_UPLOADS_WAITING", 200)
# Two photographs of 20 MB, the answers, and what packs them.
API_BODY_MAX_MB = env_int("API_BODY_MAX_MB", 42)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "class": "config.logs.PrivateFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s%(of_request)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    # Django's own handlers would print and mail what the formatter withholds.
    "loggers": {"django": {"handlers": []}},
    "root": {"handlers": ["stderr"], "level": env_text("LOG_LEVEL", "INFO")},
}

# How long a worker may hold a piece of work before another may take it over.
WORK_LEASE_SECONDS = env_int("WORK_LEASE_SECONDS", 120)
# How old waiting work must be before the sweep assumes that its message was lost.
WORK_MESSAGE_LOST_SECONDS = env_int("WORK_MESSAGE_LOST_SECONDS", 30)
WORK_SWEEP_SECONDS = env_int("WORK_SWEEP_SECONDS", 10)
# The port of this machine's simulated dispensing machine, given by `make demo`; 0 where there is none.
SIMULATOR_PORT = env_int("SIMULATOR_PORT", 0)
# How long a dispensing machine may take for a reply, and for a whole order. An order ends well within the lease.
MACHINE_REPLY_SECONDS = env_int("MACHINE_REPLY_SECONDS", 5)
MACHINE_ORDER_SECONDS = env_int("MACHINE_ORDER_SECONDS", 60)
# Some seconds of scoring again where all of them change: little is lost with a worker, and nobody waits long for a
# visit it holds. Where few change, what each part costs anyway is a third of the night with 5,000 a part.
RESCORE_VISITS_A_PART = env_int("RESCORE_VISITS_A_PART", 20_000)

RELEASES_DIR = Path(env_text("RELEASES_DIR", str(BASE_DIR / "screening" / "releases")))
FUSION_RELEASES_DIR = Path(env_text("FUSION_RELEASES_DIR", str(BASE_DIR / "risk" / "releases")))
SCORING_ENGINE = env_text("SCORING_ENGINE", "openvino")
ENGINE_CACHE_DIR = VAR_DIR / "engine-cache"
# The data portal of the MFDS; the key comes from the environment only and is written nowhere.
MFDS_URL = env_text("MFDS_URL", "https://apis.data.go.kr/1471000")
MFDS_SERVICE_KEY = env_text("MFDS_SERVICE_KEY", "")

# A router of one's own, for minutes by road; without it they are estimated from the straight line.
OSRM_URL = env_text("OSRM_URL", "")

# How long a partner's server may take for a webhook, and the ports that it may listen at.
WEBHOOK_SECONDS = env_int("WEBHOOK_SECONDS", 15)
WEBHOOK_PORTS = frozenset(int(port) for port in env_list("WEBHOOK_PORTS", "443,8443"))
# Development only: webhooks may go to this machine too, by http and at any port.
WEBHOOK_LOOPBACK = env_bool("WEBHOOK_LOOPBACK", default=False)

AUDIT_HEAD_DIR = Path(env_text("AUDIT_HEAD_DIR", str(VAR_DIR / "audit-heads")))
