"""Django's settings, all derived from config.py."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlparse

from bina.config import config

_config = config()


def _secret() -> str:
    """The installation's own secret: from the configuration, else kept in BINA_HOME."""
    if _config.secret_key:
        return _config.secret_key
    path = _config.home / "secret"
    if path.exists():
        return path.read_text().strip()
    return secrets.token_urlsafe(50)


def database(url: str, *, pool: int = 0) -> dict[str, Any]:
    """Django's DATABASES entry for a postgresql:// address (socket folder as ?host=)."""
    parts = urlparse(url)
    query = {k: v[0] for k, v in parse_qs(parts.query).items()}
    options: dict[str, Any] = {"server_side_binding": True, "prepare_threshold": 1}
    options |= {k: v for k, v in query.items() if k not in ("host", "port")}
    if pool:
        options["pool"] = {"min_size": 1, "max_size": pool, "timeout": 10}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host") or parts.hostname or "",
        "PORT": query.get("port") or str(parts.port or ""),
        "CONN_MAX_AGE": 0 if pool else None,
        "OPTIONS": options,
    }


BASE_URL = "/"
SECRET_KEY = _secret()
DEBUG = _config.debug
ALLOWED_HOSTS = [h.strip() for h in _config.allowed_hosts.split(",") if h.strip()]
ROOT_URLCONF = "bina.urls"
WSGI_APPLICATION = "bina.wsgi.application"
AUTH_USER_MODEL = "city.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "axes",
    "template_partials",
    "procrastinate.contrib.django",
    "bina.ground.sla",
    "bina.ground.city",
    "bina.ground.catalogue",
    "bina.flow.cases",
    "bina.flow.work",
    "bina.flow.credit",
    "bina.flow.waiting",
    "bina.flow.dialogue",
    "bina.flow.quality",
    "bina.doors.api",
    "bina.doors.web",
    "bina.apps.Wiring",
]

MIDDLEWARE = ["bina.doors.web.chain.Chain"]

DATABASES = {"default": database(_config.database_url or "postgresql:///bina", pool=_config.pool_size)}

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bina.doors.web.context.page",
            ],
            "builtins": ["bina.doors.web.templatetags.fa"],
        },
    }
]

LANGUAGE_CODE = "fa"
LANGUAGES = [("fa", "فارسی"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _config.https
SESSION_COOKIE_AGE = 12 * 3600
# Several installations on one host share its cookies: each has names of its own, which end with its secret.
_mark = hashlib.sha256(b"cookies" + SECRET_KEY.encode()).hexdigest()[:8]
SESSION_COOKIE_NAME = f"bina_session_{_mark}"
CSRF_COOKIE_NAME = f"bina_csrf_{_mark}"
LANGUAGE_COOKIE_NAME = f"bina_language_{_mark}"
PASSWORD_RESET_TIMEOUT = 48 * 3600  # how long a one-time link holds
DATA_UPLOAD_MAX_MEMORY_SIZE = 3_000_000  # without files; a text far too long still comes back with its sentence
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

# Pages.
CSRF_COOKIE_HTTPONLY = True  # forms carry the token; no script reads it
CSRF_FAILURE_VIEW = "bina.doors.web.errors.stale_form"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
LOGIN_URL = "/sign-in"

# Sign-in: eight failures of one name from one address hold that pair off for ten minutes.
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=10)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
SILENCED_SYSTEM_CHECKS = ["axes.W002"]  # its middleware only shapes an answer that our view gives itself

# One line an incident on stderr (the supervisor keeps it under BINA_HOME/log): no request bodies, no query values.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}
