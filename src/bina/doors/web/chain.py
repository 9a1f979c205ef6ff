"""The one middleware: the API passes straight through; pages get a session, CSRF, the viewer and their headers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.middleware.common import CommonMiddleware
from django.middleware.csrf import CsrfViewMiddleware
from django.middleware.gzip import GZipMiddleware
from django.utils import translation

from bina.doors.web import errors
from bina.ground.city import people
from bina.ground.sla import version

Handler = Callable[[HttpRequest], HttpResponse]

DIRECT = ("/api/", "/assets/")  # no session, no CSRF, no viewer: API keys and hashes stand in their place

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # a tracking code in an address never leaves the city
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
PAGES = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' blob: data:",  # a photo is shown before it is sent
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    ),
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(self), payment=(), usb=()",
    "Cache-Control": "private, no-cache",
}


class Chain:
    """Django's middleware for everything that comes in; settings.MIDDLEWARE names it alone."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Handler) -> None:
        self.direct = get_response
        inner: Handler = _known(get_response)
        inner = MessageMiddleware(inner)
        inner = AuthenticationMiddleware(inner)
        self.csrf = CsrfViewMiddleware(inner)
        inner = CommonMiddleware(self.csrf)
        inner = SessionMiddleware(inner)
        self.pages: Handler = GZipMiddleware(inner)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        direct = request.path_info.startswith(DIRECT)
        response = self.direct(request) if direct else self.pages(request)
        for name, value in EVERYWHERE.items():
            response.headers.setdefault(name, value)
        if direct:
            if not response.streaming:  # else it goes out in chunks, which costs both ends
                response.headers.setdefault("Content-Length", str(len(response.content)))
        else:
            for name, value in PAGES.items():
                response.headers.setdefault(name, value)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Django calls hooks on the outermost middleware only: CSRF's check of the form is handed on."""
        if request.path_info.startswith(DIRECT):
            return None
        refusal: HttpResponse | None = self.csrf.process_view(request, view, args, kwargs)
        return refusal

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turns a refusal of the flow that no view caught into its page."""
        return None if request.path_info.startswith(DIRECT) else errors.answer(request, exception)


def _known(get_response: Handler) -> Handler:
    """The innermost layer: the city's version is read once, the viewer and the language are known to the view."""

    def layer(request: HttpRequest) -> HttpResponse:
        version.check(version.current())
        user = request.user
        request.viewer = people.viewer(user.pk) if user.is_authenticated else None
        wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        # Staff work in Persian; citizens choose, and nobody's browser chooses for them.
        language = wanted if request.viewer is None and wanted in dict(settings.LANGUAGES) else "fa"
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = get_response(request)
            if response.status_code == 405 and not response.content:
                response = errors.wrong_method(request, response)
        response.headers.setdefault("Content-Language", language)
        return response

    return layer
