"""A citizen's telephone, in a demo only: the messages of 137 arrive on it and are answered from it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from bina.doors.web.audience import audience
from bina.flow.cases import access
from bina.flow.cases.errors import Invalid, NotAllowed
from bina.flow.dialogue import conversation, inbound, thread
from bina.flow.dialogue.thread import Bubble, Holder, Seen
from bina.ground.city import installation
from bina.ground.text.codes import BadCode

_ADDRESS = re.compile(r"(?:https?://[^\s/]+)?(/(?:c/[0-9]{10}|report))\s*$")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a message; `href` where it is an address of ours."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as the telephone shows it."""

    key: str
    at: datetime
    mine: bool
    lines: list[Line]


@audience("public")
@require_safe
def telephone(request: HttpRequest) -> HttpResponse:
    """The telephone of whoever was chosen, else of whom was written to last; only in a demo."""
    return render(request, "demo/telephone.html", _page(request))


@audience("public")
@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """The same list and messages alone, asked for again while the page is seen; 304 while nothing is new."""
    told = _page(request)
    facts = (
        [[s.holder.contact_id, str(s.at)] for s in told["people"]]
        + [[b.key] for b in told["bubbles"]]
        + [[told["asks"]]]
    )
    etag = f'"{hashlib.sha256(repr(facts).encode()).hexdigest()[:24]}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = render(request, "demo/telephone_news.html", told)
    response["ETag"] = etag
    return response


@audience("public")
@require_POST
def write(request: HttpRequest) -> HttpResponse:
    """A message written on the telephone: it comes in as from any gateway."""
    _only_in_a_demo()
    mine = _holder(request.POST.get("who", ""))
    text = request.POST.get("quick") or request.POST.get("text", "")
    try:
        if not text.strip():
            raise Invalid({"text": gettext("پیام خالی است؛ چیزی بنویسید.")})
        inbound.receive(
            gateway="telephone", ref=request.POST.get("key", "")[:80] or uuid4().hex, phone=mine.phone, text=text
        )
    except Invalid as error:
        told = _page(request, mine) | {"error": error.sentence, "typed": text}
        return render(request, "demo/telephone.html", told, status=422)
    return redirect(f"{reverse('telephone')}?who={mine.contact_id}#telephone")


def _only_in_a_demo() -> None:
    if not installation.current().demo:
        raise Http404("only in a demo")


def _page(request: HttpRequest, mine: Holder | None = None) -> dict[str, Any]:
    _only_in_a_demo()
    people = thread.people()
    mine = mine or _chosen(request, people)
    bubbles = thread.bubbles(mine.phone) if mine else []
    return {
        "people": people, "mine": mine,
        "bubbles": [_shown(b) for b in bubbles],
        "asks": bool(mine and any(talk.asks for talk in conversation.talks(mine.phone))),  # one digit is an answer now
    }  # fmt: skip


def _chosen(request: HttpRequest, people: list[Seen]) -> Holder | None:
    """Whose telephone is asked for: by his contact, by the code of his request, else who was written to last."""
    if "who" in request.GET:
        return _holder(request.GET["who"])
    code = request.GET.get("code", "")
    if code:
        try:
            found = thread.holder_of(access.public_case(code).pk)
        except (BadCode, NotAllowed):
            found = None
        if found is not None:
            return found
    return people[0].holder if people else None


def _holder(number: str) -> Holder:
    """Raises NotAllowed for what is no contact's number."""
    return thread.holder(int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0)


def _shown(bubble: Bubble) -> Shown:
    lines = []
    for text in bubble.text.split("\n"):
        found = None if bubble.mine else _ADDRESS.match(text)
        lines.append(Line(text, found[1] if found else ""))
    return Shown(bubble.key, bubble.at, bubble.mine, lines)
