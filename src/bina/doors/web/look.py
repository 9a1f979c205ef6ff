"""How a reader wants the pages: light or dark, Persian or English; kept in cookies, nothing else is."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from bina.doors.web.audience import audience

THEME_COOKIE = settings.SESSION_COOKIE_NAME.replace("session", "look")
THEMES = ("light", "dark")
YEAR = 365 * 86400


@audience("public")
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keeps the chosen theme; anything but light and dark means: as the reader's system has it."""
    response = HttpResponseRedirect(back_to(request))
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie(THEME_COOKIE, chosen, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    else:
        response.delete_cookie(THEME_COOKIE)
    return response


@audience("public")
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keeps the chosen language of the citizen's pages."""
    response = HttpResponseRedirect(back_to(request))
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        name, secure = settings.LANGUAGE_COOKIE_NAME, settings.SESSION_COOKIE_SECURE
        response.set_cookie(name, chosen, max_age=YEAR, samesite="Lax", secure=secure)
    return response


def back_to(request: HttpRequest, default: str = "/") -> str:
    """The address in `next`, if it is one of this site's own, else the default."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    own = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if own else default
