"""Who a page is for: every view says so with `@audience(...)`, and the same line enforces it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from bina.ground.city.roles import Role

View = TypeVar("View", bound=Callable[..., HttpResponse])
PROVED = "proven"  # session key: [tracking code, contact] of each case whose author this browser showed itself to be


@dataclass(frozen=True, slots=True)
class Audience:
    """A view's declared audience: its kind, and for `role` the roles of which one is enough."""

    kind: str  # public · citizen · staff · role
    roles: frozenset[Role] = frozenset()

    @classmethod
    def parse(cls, declared: str) -> Audience:
        """Reads "public", "citizen", "staff" or "role:operator,duty_officer"; ValueError says what is wrong."""
        kind, _, names = declared.partition(":")
        if kind == "role" and names:
            return cls(kind, frozenset(Role(name.strip()) for name in names.split(",")))
        if kind in ("public", "citizen", "staff") and not names:
            return cls(kind)
        raise ValueError(f'@audience("{declared}"): write public, citizen, staff, or role: and roles by comma.')


def audience(declared: str) -> Callable[[View], View]:
    """Declares and enforces whom a view serves.

    public: anyone. citizen: who has proved the case in the view's `code` with its author's telephone (`prove`).
    staff: whoever is signed in. role:a,b: who holds one of these roles today, anywhere (the object's own
    check is the access function's).
    """
    meant = Audience.parse(declared)

    def dress(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            refusal = _refuse(meant, request, kwargs)
            return view(request, *args, **kwargs) if refusal is None else refusal

        guarded.audience = meant  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return dress


def prove(request: HttpRequest, code: str, contact_id: int | None) -> None:
    """Notes in the session that this browser gave the code together with its author's telephone, or reported it.

    `contact_id` is what its author said there; None when he left no number to know him by.
    """
    proved = [pair for pair in request.session.get(PROVED, []) if pair[0] != code]
    request.session[PROVED] = [*proved[-19:], [code, contact_id]]


def forget(request: HttpRequest, code: str) -> None:
    """This browser is nobody's in the case of this code any more."""
    request.session[PROVED] = [pair for pair in request.session.get(PROVED, []) if pair[0] != code]


def proved(request: HttpRequest, code: str) -> bool:
    """Whether this browser has proved the case of this code."""
    return any(pair[0] == code for pair in request.session.get(PROVED, []))


def proved_by(request: HttpRequest, code: str) -> int | None:
    """The contact of the author this browser showed itself to be in the case of this code, if it is known."""
    return next((pair[1] for pair in request.session.get(PROVED, []) if pair[0] == code), None)


def holds(viewer: Any, roles: frozenset[Role]) -> bool:
    """Whether a viewer holds one of these roles today."""
    return any(right.role in roles for right in viewer.rights)


def _refuse(meant: Audience, request: HttpRequest, kwargs: dict[str, Any]) -> HttpResponse | None:
    from bina.doors.web.entrance import sign_in_first
    from bina.doors.web.errors import forbidden

    viewer = getattr(request, "viewer", None)
    if meant.kind == "public":
        return None
    if meant.kind == "citizen":
        code = str(kwargs.get("code", ""))
        return None if proved(request, code) else HttpResponseRedirect("/track?" + urlencode({"code": code}))
    if viewer is None:
        return sign_in_first(request)
    if meant.kind == "role" and not holds(viewer, meant.roles):
        return forbidden(request, meant.roles)
    return None
