"""The supervisor's page (سرپرست ۱۳۷): whose job it is, what is declined, what citizens object to; his experts' load."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bina.doors.web import deeds, listing, story
from bina.doors.web.audience import audience
from bina.doors.web.intake import merge_errors
from bina.doors.web.oversight_desks import HandOver, edit_of, form_for, load_of, mark_of, supervised
from bina.flow.cases import access, changes, moves, oversight, worklist
from bina.flow.cases.changes import StaleEdit
from bina.flow.cases.contacts import REASONS
from bina.flow.cases.errors import Invalid, KeyReused, NotAllowed, Refused, Stale
from bina.flow.cases.moves import By
from bina.flow.cases.oversight import Brief
from bina.ground.city import places, rolls, units
from bina.ground.city.people import Viewer
from bina.ground.city.roles import Role
from bina.ground.text.digits import persian

SUPERVISOR = "role:supervisor_137"
PAGE = 12
NEEDS = {
    "settle": "تعیین واحد مسئول", "decline": "پیشنهاد غیرقابل اقدام", "objection": "اعتراض شهروند",
    "reopening": "درخواست بازگشایی",
}  # fmt: skip
SAYS = {
    "settle": "دو بار عودت شده است؛ تصمیم شما بی‌عودت است.",
    "decline": "پیشنهاددهنده و تصمیم‌گیرنده دو نفرند؛ تا تصمیم شما کار با همان است که بود.",
    "objection": "پس از بازرسی یا تصمیم ۱۳۷، یک بار ممکن است.",
    "reopening": "شهروند می‌گوید درست نشده است.",
}
# The verbs that decide each need, the first by which it is granted; each opens its form in the card.
VERBS = {
    "settle": ("refer",), "decline": ("decline", "decline_refused"),
    "objection": ("reopen", "answer"), "reopening": ("reopen", "answer"),
}  # fmt: skip
WORDS = {
    "refer": "تعیین واحد مسئول", "decline": "غیرقابل اقدام است", "decline_refused": "پذیرفته نیست",
    "reopen": "بازگشایی", "answer": "بازگشایی نمی‌شود، پاسخ به شهروند",
}  # fmt: skip


def cases_of(viewer: Viewer) -> tuple[Any, tuple[int, ...]]:
    """The cases of the districts that a person supervises, and those districts (none: the whole city)."""
    rights = [right for right in viewer.rights if right.role == Role.SUPERVISOR_137]
    areas = tuple(sorted({right.area_id for right in rights if right.area_id}))
    cases = access.cases_for(viewer)
    if not rights or any(right.area_id is None for right in rights):
        return (cases if rights else cases.none()), ()
    return cases.filter(district_id__in=areas), areas


def waits(viewer: Viewer) -> str:
    """What waits for a supervisor, for the entrance of a demo."""
    count = oversight.to_decide(cases_of(viewer)[0]).count()
    return f"{persian(count)} تصمیم با شماست" if count else ""


@audience(SUPERVISOR)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, the oldest first, and the load of the desks; `?need=` narrows it."""
    code, verb = request.GET.get("open", ""), request.GET.get("do", "")
    return shown(request, code=code, verb=verb, desk_form=form_for(request.viewer, request.GET.get("desk", "")))


@audience(SUPERVISOR)
@require_POST
def decide(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    """One decision in place, in words; what is wrong stands in its card and nothing typed is lost."""
    found = access.case_for(request.viewer, code)
    if verb not in {one for verbs in VERBS.values() for one in verbs}:
        raise NotAllowed("این تصمیم در فهرست نیست.")
    doing = deeds.doing(request, found, verb)
    if By.SUPERVISOR not in access.hats(request.viewer, found):
        raise NotAllowed("این تصمیم با سرپرست ۱۳۷ همان منطقه است.")
    doing = replace(doing, by=By.SUPERVISOR)
    form = deeds.FORMS[verb](request.POST, request.FILES, case=found)
    status = 422
    try:
        if form.is_valid():
            deeds.do(verb, doing, form)
            messages.success(request, f"«{WORDS.get(verb, deeds.name(verb))}» ثبت شد.")
            return redirect(_back(request))
    except Invalid as error:
        merge_errors(form, Invalid({deeds.FIELDS.get(name, name): what for name, what in error.errors.items()}))
    except Stale as error:
        status = 409
        form.add_error(None, error.sentence)
    except (Refused, KeyReused) as error:
        form.add_error(None, error.sentence)
    return shown(request, code=found.code, verb=verb, bound=form, status=status)


@audience(SUPERVISOR)
@require_POST
def hand_over(request: HttpRequest, number: int) -> HttpResponse:
    """Gives a desk to a colleague from today until a day; its cases are on his list at once."""
    desk, status = supervised(request.viewer, number), 422
    form = HandOver(request.POST, desk=desk)
    if form.is_valid():
        try:
            changes.carry_out(edit_of(desk, form.cleaned_data), actor=f"p:{request.viewer.person_id}",
                              why=form.cleaned_data["why"], seen=request.POST.get("seen", "")[:40])  # fmt: skip
            messages.success(request, f"«{desk.name}» سپرده شد.")
            return redirect("oversight")
        except Invalid as error:
            merge_errors(form, error)
        except Refused as error:
            form.add_error(None, error.sentence)
        except StaleEdit as error:
            status = 409
            form.add_error(None, error.sentence)
    return shown(request, desk_form=form, status=status)


def _back(request: HttpRequest) -> str:
    need = request.POST.get("need", "")
    return reverse("oversight") + (f"?need={need}" if need in NEEDS else "")


def shown(
    request: HttpRequest, *, code: str = "", verb: str = "", bound: Any = None, status: int = 200, desk_form: Any = None
) -> HttpResponse:
    """The whole page; the card of `code` has the form of `verb` open, by default the first card its first."""
    viewer, now = request.viewer, access.now()
    request.moment = now
    cases, areas = cases_of(viewer)
    waiting = oversight.to_decide(cases)
    counts = oversight.counts(waiting)
    need = request.GET.get("need", "") or request.POST.get("need", "")
    need = need if need in NEEDS else ""
    listed = waiting.filter(need=need) if need else waiting
    found, more = worklist.page(listed, after=request.GET.get("after", ""), limit=PAGE)
    if code.isascii() and code.isdigit() and all(case.code != code for case in found):
        found = [*waiting.filter(code=code), *found]  # what was opened stands on the page, whatever page it is
    briefs = oversight.briefs(found)
    cards = [_card(row, briefs[row.case.pk], viewer) for row in listing.rows(found, now)]
    _open(cards, code, verb, bound)
    told = {
        "cards": cards, "more": more, "need": need, "counts": [(n, NEEDS[n], counts.get(n, 0)) for n in NEEDS],
        "total": sum(counts.values()), "now": now,
        "lost": bound if bound is not None and all(card["form"] is not bound for card in cards) else None,
        "where": [area.name for one in areas if (area := places.area(one))],
        "desks": load_of(cases, areas, now), "desk_form": desk_form,
        "seen": mark_of(desk_form) if desk_form else "",
    }  # fmt: skip
    return render(request, "staff/oversight.html", told, status=status)


def _card(row: Any, brief: Brief, viewer: Viewer) -> dict[str, Any]:
    """One case to decide, with everything that has been said of it and the verbs by which it is decided."""
    case = row.case
    can = deeds.possible(case, access.hats(viewer, case))
    reasons = moves.DECLINE_REASONS | REASONS
    possible = [(v, WORDS.get(v, deeds.name(v))) for v in VERBS[case.need] if v in can]
    own = case.need == "decline" and brief.asked_by == f"p:{viewer.person_id}"
    return {
        "row": row, "case": case, "need": case.need, "fa": NEEDS[case.need], "says": SAYS[case.need],
        "said": brief.said, "asked": brief.asked if brief.asked != brief.said else "",
        "reason": reasons.get(brief.reason, ""), "at": brief.asked_at or case.changed_at,
        "by": story.actor_name(brief.asked_by, rolls.names()) if brief.asked_by.startswith("p:") else "",
        "returns": [
            {"at": one.at, "unit": _unit(one.unit_id), "proposed": _unit(one.proposed), "words": one.words,
             "reason": moves.RETURN_REASONS.get(one.reason, "")} for one in brief.returns
        ],
        "verbs": [one for one in possible if not (own and one[0] == "decline")], "own": own, "form": None, "verb": "",
        "verb_fa": "",
    }  # fmt: skip


def _unit(unit_id: int | None) -> str:
    unit = units.by_id(unit_id or 0)
    return story.short(unit.name) if unit else ""


def _open(cards: list[dict[str, Any]], code: str, verb: str, bound: Any) -> None:
    """Opens one form: the one asked for, the one that was sent, else the first of the first card."""
    chosen = next((card for card in cards if card["case"].code == code), None)
    if chosen is None:
        chosen = cards[0] if cards and not bound else None
    if chosen is None or not chosen["verbs"]:
        return
    named = {v for v, _word in chosen["verbs"]}
    chosen["verb"] = verb if verb in named else chosen["verbs"][0][0]
    chosen["verb_fa"] = dict(chosen["verbs"])[chosen["verb"]]
    case = chosen["case"]
    if bound is not None and chosen["verb"] == verb:
        chosen["form"] = bound
    else:
        chosen["form"] = deeds.FORMS[chosen["verb"]](case=case, initial=_first(chosen))


def _first(card: dict[str, Any]) -> dict[str, Any]:
    """What stands in a form: the unit that was proposed last, the reason that fits."""
    if card["verb"] == "refer":
        return {"unit": deeds.suggested_unit(card["case"])}
    if card["verb"] == "reopen":
        reason = "objection" if card["need"] == "objection" else card["case"].more.get("reopening", {}).get("reason")
        return {"reason": reason}
    return {}
