"""Drafts: what a signed-in person is typing, kept in his session; after sign-out twelve hours more in this browser."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from bina.doors.web.audience import audience

SHELF = "drafts"  # session key: name of a form → its fields
PARKED_SECONDS = 12 * 3600
PARKED_COOKIE = settings.SESSION_COOKIE_NAME.replace("session", "drafts")
NAMES, SIZE = 20, 100_000  # at most so many drafts a person, so many letters each


@audience("staff")
@require_POST
def keep(request: HttpRequest, name: str) -> HttpResponse:
    """Keeps the fields of one form, as draft.js sends them: {"field": ["value", …]}."""
    text = request.POST.get("typed", "")
    try:
        fields = json.loads(text) if len(text) <= SIZE else None
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        return JsonResponse({"kept": False}, status=422)
    shelf = request.session.get(SHELF, {})
    shelf.pop(name, None)
    shelf[name] = {str(k): [str(v) for v in vs] for k, vs in fields.items() if isinstance(vs, list)}
    request.session[SHELF] = dict(list(shelf.items())[-NAMES:])
    return JsonResponse({"kept": True})


def load(request: HttpRequest, name: str) -> dict[str, list[str]]:
    """The draft of one form, empty if there is none."""
    found: dict[str, list[str]] = request.session.get(SHELF, {}).get(name, {})
    return found


def drop(request: HttpRequest, name: str) -> None:
    """Forgets the draft of one form: it has been sent."""
    shelf = request.session.get(SHELF, {})
    if shelf.pop(name, None) is not None:
        request.session[SHELF] = shelf


def park(request: HttpRequest) -> str:
    """Before sign-out: puts the drafts aside under a key of their own, which it gives; empty if there are none."""
    shelf, viewer = request.session.get(SHELF), getattr(request, "viewer", None)
    if not shelf or viewer is None:
        return ""
    aside = SessionStore()
    aside["of"], aside[SHELF] = viewer.person_id, shelf
    aside.set_expiry(PARKED_SECONDS)
    aside.create()
    return str(aside.session_key)


def remember(response: HttpResponse, parked: str) -> None:
    """Leaves the key of parked drafts with the browser, signed."""
    if parked:
        secure = settings.SESSION_COOKIE_SECURE
        response.set_signed_cookie(
            PARKED_COOKIE, parked, max_age=PARKED_SECONDS, httponly=True, samesite="Lax", secure=secure
        )


def bring_back(request: HttpRequest) -> None:
    """After sign-in: takes this person's parked drafts up again; another's stay where they are."""
    key = request.get_signed_cookie(PARKED_COOKIE, default="", max_age=PARKED_SECONDS)
    if not key:
        return
    aside = SessionStore(str(key))
    shelf: Any = aside.get(SHELF)
    if shelf and str(aside.get("of")) == str(request.user.pk):
        request.session[SHELF] = shelf | request.session.get(SHELF, {})
        aside.delete()
