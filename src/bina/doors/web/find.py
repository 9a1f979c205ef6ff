"""The one search box: a code leads to its case; a number, a name, words or a street to the cases that one may see."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from bina.doors.web.audience import audience, holds
from bina.doors.web.cases import key_in
from bina.doors.web.listing import rows
from bina.flow.cases import access, authors, search
from bina.flow.cases.errors import NotAllowed
from bina.ground.city import installation, people, places
from bina.ground.city.people import Viewer
from bina.ground.text import phones
from bina.ground.text.codes import LENGTH, BadCode, read_code
from bina.ground.text.digits import latin

PAGE, TEXT_MAX = 40, 200
PLACES, SURE = 3, 9.0  # places named above the list; the least score of one that the letters themselves name
AROUND = 600  # metres about a place that the map shows
DIGITS = frozenset("0123456789 ()+-.–/\u200c\u200e\u200f")


@dataclass
class Answer:
    """What was found: by what (words, phone, name), the cases, the key of the next page, what to say instead."""

    by: str = "words"
    cases: list[Any] = field(default_factory=list)
    more: int | None = None
    says: str = ""


@audience("staff")
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """What somebody types, in any spelling, digits and spacing, led to the case or to a page of cases."""
    viewer = request.viewer
    text = " ".join(request.GET.get("q", "")[:TEXT_MAX].replace("\0", " ").split())
    named = request.GET.get("by") == "name"
    try:
        if not named and any(c.isdigit() for c in text):  # codes of older systems too have digits
            return redirect("case", code=access.case_for(viewer, text).code)
    except NotAllowed:
        pass
    request.moment = access.now()
    after = key_in(request.GET.get("after", ""))
    found = _by_name(viewer, text, after) if named else _by_phone(viewer, text, after) or _by_words(viewer, text, after)
    told = {
        "rows": rows(found.cases, request.moment), "text": text, "more": found.more, "now": request.moment,
        "by": found.by, "says": found.says, "may_ask": authors.may_ask(viewer), "looking": found.by != "words",
        "places": _places(viewer, text) if found.by == "words" and after is None else [],
    }  # fmt: skip
    response = render(request, "staff/find.html", told)
    if found.by != "words":
        response["Cache-Control"] = "no-store"
    return response


def _by_words(viewer: Viewer, text: str, after: int | None) -> Answer:
    cases, more = search.page(access.cases_for(viewer), text, after=after, limit=PAGE) if text else ([], None)
    return Answer("words", cases, more, "" if cases else _near_code(text))


def _by_phone(viewer: Viewer, text: str, after: int | None) -> Answer | None:
    """None for what is no telephone number."""
    if not text or not DIGITS.issuperset(latin(text)):
        return None
    try:
        phone = phones.parse_phone(text, installation.current().area_code)
    except phones.BadPhone:
        return None
    if not authors.may_ask(viewer):
        return Answer("phone", says="با این نقش نمی‌توان با شمارهٔ شهروند جست‌وجو کرد.")
    _looked(viewer, "phone", after)
    cases, more = authors.by_phone(authors.known_to(viewer), phone, after=after, limit=PAGE)
    says = "درخواستی با این شماره نیست که شما آن را ببینید."
    if len(latin(text).replace(" ", "")) == LENGTH and (wrong := _near_code(text)):
        says += f" اگر کد رهگیری است: {wrong}"
    return Answer("phone", cases, more, "" if cases else says)


def _by_name(viewer: Viewer, text: str, after: int | None) -> Answer:
    if not authors.may_ask(viewer):
        return Answer("name", says="با این نقش نمی‌توان با نام شهروند جست‌وجو کرد.")
    if not text:
        return Answer("name")
    _looked(viewer, "name", after)
    cases, more = authors.by_name(authors.known_to(viewer), text, after=after, limit=PAGE)
    if cases:
        says = ""
    elif more:
        says = "میان تازه‌ترین نوشته‌ها با این نام چیزی نیست که شما آن را ببینید؛ برای قدیمی‌ترها «بیشتر» را بزنید."
    elif after is not None:
        says = "درخواست دیگری با این نام نیست که شما آن را ببینید."
    else:
        says = "کسی با این نام چیزی ننوشته است که شما آن را ببینید. هر واژه را کامل بنویسید."
    return Answer("name", cases, more, says)


def _looked(viewer: Viewer, what: str, after: int | None) -> None:
    """Who asks by whom is written down, once for all pages; what was asked is not."""
    if after is None:
        people.look(person_id=viewer.person_id, actor=f"p:{viewer.person_id}", what=what, reason="find")


def _near_code(text: str) -> str:
    """What is wrong with digits that were to be a code."""
    if len([c for c in latin(text) if c.isdigit()]) < 8 or not DIGITS.issuperset(latin(text)):
        return ""
    try:
        read_code(text)
    except BadCode as bad:
        return bad.fa
    return ""


def _places(viewer: Viewer, text: str) -> list[dict[str, str]]:
    """Places that the words name, each with its piece of the map."""
    if not text or not holds(viewer, frozenset(access.SEES)):
        return []
    found = []
    for hit in places.find(text, PLACES):
        if hit.score >= SURE:
            x, y = places.metres(hit.lat_e6, hit.lon_e6)
            box = f"{x - AROUND:.0f},{y - AROUND:.0f},{x + AROUND:.0f},{y + AROUND:.0f}"
            found.append({
                "name": hit.name, "area": hit.area_name, "at": f"{reverse('map')}?box={box}#{x:.0f},{y:.0f},2",
            })  # fmt: skip
    return found
