"""The one settings file. Everything comes from the environment; a value that is missing or malformed stops the start
with a sentence that names the variable."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from gis_platform.city import CITIES
from gis_platform.database_pool import POOL
from gis_platform.environment import CITY_DEFAULT, Environment, wheel_library, with_private_services

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment(with_private_services(os.environ, BASE_DIR))

ENVIRONMENT = env.choice("ENVIRONMENT", ("development", "production"), default="development")
PRODUCTION = ENVIRONMENT == "production"
DEBUG = env.flag("DEBUG", default=False)
DEMO = env.flag("DEMO", default=not PRODUCTION)  # demo accounts and generated people
SECRET_KEY = env.secret("SECRET_KEY", development="development-only-" + "0" * 40)
# The first seals personal data at rest, all of them open it: see docs/operations.md.
SEALING_KEYS = env.secrets("SEALING_KEYS", development="development-only-" + "1" * 40)
CITY = CITIES[env.choice("CITY", tuple(CITIES), default=CITY_DEFAULT)]
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", default=("localhost", "127.0.0.1", "[::1]", "testserver"))
LOCAL_DIR = env.path("LOCAL_DIR", default=BASE_DIR / ".local")
PUBLIC_URL = env.url("PUBLIC_URL", schemes=("http", "https"), default="http://localhost:8000")
# A MapLibre style of somebody else's, none by default, and where its tiles and fonts come from when that is elsewhere.
BASE_MAP_STYLE_URL = env.text("BASE_MAP_STYLE_URL", default="")
BASE_MAP_ORIGINS = env.words("BASE_MAP_ORIGINS", default=())
REDIS_URL = env.url("REDIS_URL", schemes=("redis", "rediss", "unix"), default="redis://127.0.0.1:6379/0")
MQTT_URL = env.url("MQTT_URL", schemes=("mqtt", "mqtts"), default="mqtt://127.0.0.1:1883")
# Library desks speak to a port of their own; nought is none. Without a certificate their network has to be trusted.
SIP2_HOST = env.text("SIP2_HOST", default="127.0.0.1")
SIP2_PORT = env.number("SIP2_PORT", default=0, minimum=0, maximum=65_535)
SIP2_CERTIFICATE = env.text("SIP2_CERTIFICATE", default="")
SIP2_CERTIFICATE_KEY = env.text("SIP2_CERTIFICATE_KEY", default="")
# Hosts that a process may fetch an input from, when a request names it by its address.
PROCESS_INPUT_HOSTS = env.words("PROCESS_INPUT_HOSTS", default=())
# Requests a minute of one caller: an account, a key or an address. Nought is no limit.
RATE_LIMITS = {
    "reads": env.number("RATE_LIMIT_READS", default=6000, minimum=0, maximum=10_000_000),
    "tiles": env.number("RATE_LIMIT_TILES", default=12_000, minimum=0, maximum=10_000_000),
    "edits": env.number("RATE_LIMIT_EDITS", default=600, minimum=0, maximum=10_000_000),
    "processes": env.number("RATE_LIMIT_PROCESSES", default=60, minimum=0, maximum=10_000_000),
    "sign-in": env.number("RATE_LIMIT_SIGN_IN", default=60, minimum=0, maximum=10_000_000),
}
# Whether staff show a passkey or a code besides the password; whose accounts are accepted; where letters go.
SECOND_FACTOR_REQUIRED = env.flag("SECOND_FACTOR_REQUIRED", default=PRODUCTION)
OIDC_PROVIDERS = env.records(
    "OIDC_PROVIDERS_FILE",
    required=("id", "title", "issuer", "client_id"),
    optional=(
        *("client_secret", "scope", "personal_code_claim"),
        *("given_name_claim", "family_name_claim", "birth_date_claim"),
    ),
)
_post_office = "smtp://localhost:25" if PRODUCTION else f"file://{LOCAL_DIR}/mail"
MAILERS = {"default": env.mailer("EMAIL_URL", default=_post_office)}
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", default=f"city@{urlsplit(PUBLIC_URL).hostname or 'localhost'}")
WEBHOOK_PRIVATE_ADDRESSES = env.flag("WEBHOOK_PRIVATE_ADDRESSES", default=False)
# How long a till's reservation holds budget and caps, and how late a purchase may be sent for a decision.
RESERVATION_MINUTES = env.number("RESERVATION_MINUTES", default=15, minimum=1, maximum=24 * 60)
PURCHASE_AGE_MAX_HOURS = env.number("PURCHASE_AGE_MAX_HOURS", default=24, minimum=1, maximum=24 * 31)
READING_AGE_MAX_DAYS = env.number("READING_AGE_MAX_DAYS", default=400, minimum=1, maximum=36_500)

# Whose account merchants are paid from, and who invoices other funders; the demo pays from accounts that do not exist.
_demo_account = {
    "jelgava": ("LV48HABA0000435195001", "HABALV22XXX"),
    "siauliai": ("LT367300000435195001", "HABALT22XXX"),
}
PAYER = {
    "name": env.text("PAYER_NAME", default=CITY.name if DEMO else ""),
    "iban": env.text("PAYER_IBAN", default=_demo_account[CITY.id][0] if DEMO else ""),
    "bic": env.text("PAYER_BIC", default=_demo_account[CITY.id][1] if DEMO else ""),
    "registration_number": env.text("PAYER_REGISTRATION_NUMBER", default=""),
}

# By register the connector that asks it; the demo asks recorded ones. How old an answer may grow before it is asked for
# again, and how long the last one holds while the register is down.
_recorded = "gis_platform.integrations.registers.recorded"
REGISTERS = env.mapping(
    "REGISTERS",
    default={
        "population": f"{_recorded}.Population",
        "school": f"{_recorded}.School",
        "disability": f"{_recorded}.Disability",
        "family-card": f"{_recorded}.FamilyCard",
    }
    if DEMO
    else {},
)
REGISTER_FRESH_DAYS = env.number("REGISTER_FRESH_DAYS", default=7, minimum=1, maximum=366)
REGISTER_GRACE_DAYS = env.number("REGISTER_GRACE_DAYS", default=30, minimum=0, maximum=366)

env.refuse_in_production(PRODUCTION, {"DEBUG": DEBUG, "DEMO": DEMO})

ROOT_URLCONF = "gis_platform.urls"
WSGI_APPLICATION = "gis_platform.wsgi.application"
AUTH_USER_MODEL = "identity.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = True

INSTALLED_APPS = [
    "gis_platform.core",
    "layers.base",
    "layers.boundaries",
    "layers.places",
    "layers.tourism",
    "layers.merchants",
    "layers.sensors",
    "layers.events",
    "layers.streets",
    "layers.custom",
    "layers.styles",
    "layers.imports",
    "layers.exports",
    "gis_platform.identity",
    "gis_platform.residents",
    "gis_platform.devices",
    "rules.ledger",
    "rules.benefits",
    "rules.loyalty",
    "gis_platform.reports",
    "gis_platform.monitor",
    "gis_platform.integrations.mqtt",
    "gis_platform.integrations.webhooks",
    "ogc_api",
    "ogc_api.processes",
    "maps",
    "gis_platform.demo",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.postgres",
    "ninja",
]

MIDDLEWARE = [
    "gis_platform.core.middleware.RequestContextMiddleware",
    "gis_platform.identity.cross_origin.CrossOriginMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "gis_platform.core.anonymous.Sessions",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "gis_platform.core.anonymous.CsrfTokens",
    "gis_platform.core.anonymous.Accounts",
    "gis_platform.identity.rate_limits.RateLimitMiddleware",
    "gis_platform.core.anonymous.Messages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "gis_platform.core.card_numbers.CardNumberMiddleware",
    "gis_platform.core.middleware.ProblemMiddleware",
]
# Of these, what adds the same headers to every answer to one host in one language.
STANDING_HEADERS_MIDDLEWARE = [
    "gis_platform.identity.cross_origin.CrossOriginMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

# Jobs need them, web workers hardly ever: GDAL, Arrow, pandas and scipy are imported once, before jobs are forked.
JOB_MODULES = [
    "layers.exports.vector",
    "layers.exports.geoparquet",
    "layers.imports.readers.vector",
    "layers.streets.reaching",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "maps.context.city",
            ]
        },
    }
]

# --- Database: the owner's connection, and a window that sees the schema `published` alone -------------------------
# STATEMENT_TIMEOUT ends a runaway query; jobs that need longer say so themselves.
_database = env.postgis("DATABASE_URL", default="postgresql://city@127.0.0.1:5432/city")
_pool_size_max = env.number("DATABASE_POOL_SIZE", default=8, minimum=1, maximum=100)
_pool = POOL | {"min_size": 1, "max_size": _pool_size_max, "timeout": 10}
PUBLISHED_ROLE = "city_reader"
STATEMENT_TIMEOUT_MS = env.number("STATEMENT_TIMEOUT_MS", default=15_000, minimum=100, maximum=600_000)
DATABASES = {
    "default": _database | {"OPTIONS": {"pool": _pool, "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS}"}},
    "published": _database
    | {
        # Kept by each thread, with its prepared statements: taking one from a pool costs more than a small page.
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "server_side_binding": True,
            "prepare_threshold": 1,
            # A generic plan is made once; with literal boxes PostgreSQL would plan the same page again and again.
            "options": f"-c role={PUBLISHED_ROLE} -c statement_timeout=5000 -c plan_cache_mode=force_generic_plan"
            " -c default_transaction_read_only=on -c jit=off",
        },
        "TEST": {"MIRROR": "default"},
    },
}
DATABASE_ROUTERS = ["gis_platform.core.database.OwnerMigrates"]

CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

# --- Language and time ---------------------------------------------------------------------------------------------
LANGUAGES = [("lv", "Latviešu"), ("lt", "Lietuvių"), ("en", "English")]
LANGUAGE_CODE = CITY.language
LOCALE_PATHS = [BASE_DIR / "gis_platform" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = CITY.time_zone.key

# --- Files -----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = LOCAL_DIR / "static" if PRODUCTION else None  # in development they are found beside their sources
STATICFILES_DIRS = [BASE_DIR / "maps" / "frontend"]
WHITENOISE_USE_FINDERS = not PRODUCTION
MEDIA_URL = "/media/"
MEDIA_ROOT = LOCAL_DIR / "media"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

GDAL_LIBRARY_PATH = wheel_library("pyogrio", "libgdal*")
GEOS_LIBRARY_PATH = wheel_library("shapely", "libgeos_c*")

# --- Security --------------------------------------------------------------------------------------------------------
_style = urlsplit(BASE_MAP_STYLE_URL)
_elsewhere = [*([f"{_style.scheme}://{_style.netloc}"] if _style.netloc else []), *BASE_MAP_ORIGINS]
SECURE_CSP = {
    "default-src": ["'self'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:", "blob:", *_elsewhere],
    "worker-src": ["'self'", "blob:"],
    "connect-src": ["'self'", *_elsewhere],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'self'"],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "SAMEORIGIN"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY", default=False) else None
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "map"
LOGOUT_REDIRECT_URL = "map"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LOGGING_CONFIG = "gis_platform.core.logs.configure"
LOGGING = {"level": env.choice("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), default="INFO")}

env.report()
