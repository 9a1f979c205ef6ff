"""The worklist by whom to chase: a body and its cases, one call, one entry for as many of them as are ticked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bina.doors.web import work_filters
from bina.doors.web.audience import audience
from bina.doors.web.case_fields import DayField, words
from bina.doors.web.intake import key_of, merge_errors
from bina.doors.web.listing import Row, rows
from bina.doors.web.work import AUDIENCE, cases_of, head, listed_for, moment
from bina.doors.web.work_bulk import MINE, picked, unable
from bina.doors.web.work_words import NAMES
from bina.flow.cases import access, queries, worklist
from bina.flow.cases.errors import Invalid, KeyReused, NotAllowed
from bina.flow.quality import followups
from bina.ground.city import people, units
from bina.ground.city.roles import ROLES, Role
from bina.ground.text.digits import persian
from bina.ground.text.letters import one_line

PAGE = 20  # cases of one call
NO_ANSWER = "پاسخ نداد"
ANSWERS = (Role.UNIT_HEAD, Role.LIAISON, Role.UPPER_MANAGER, Role.OFFICE)  # who answers for a body, in this order


@dataclass(frozen=True, slots=True)
class Body:
    """A body to be asked: its unit, who answers for it, its cases by need, when it was last asked."""

    unit: units.UnitRow
    person: str
    role: str
    chase: worklist.Chase
    last: followups.Latest | None

    @property
    def parts(self) -> list[str]:
        """How many of each need, the worst first."""
        order = ("late", "word", "risk", "silent", "recontacted", "waiting")
        return [f"{persian(self.chase.needs[name])} {NAMES[name]}" for name in order if self.chase.needs.get(name)]


class Call(forms.Form):
    """One follow-up: how, with whom, what was said, and the day that was given."""

    means = forms.ChoiceField(label="چگونه؟", choices=list(followups.MEANS.items()), initial="phone",
                              widget=forms.RadioSelect)  # fmt: skip
    person = forms.CharField(label="با چه کسی؟", required=False, max_length=followups.TO_MAX)
    words = words("سخن او، یک بار برای همه", rows=3)
    word_at = DayField(label="قول واحد برای همه", required=False)

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, auto_id="call-%s", **given)


@audience(AUDIENCE)
@require_safe
def by_person(request: HttpRequest) -> HttpResponse:
    """The bodies to be asked, those with the most pressing cases first, and the cases of one of them."""
    return _page(request, request.GET.get("to", ""), request.GET.get("after", ""))


@audience(AUDIENCE)
@require_POST
def call(request: HttpRequest) -> HttpResponse:
    """One call: one entry over the ticked cases, each of which may have a day of its own; all or none is written."""
    viewer, unit = request.viewer, units.by_code(request.POST.get("to", "")[:80])
    if unit is None:
        raise NotAllowed("چنین واحدی نیست؛ از فهرست برگزینید.")
    typed = request.POST.copy()
    if "none" in typed and not typed.get("words", "").strip():
        typed["words"] = NO_ANSWER
    form = Call(typed)
    chosen = picked(request, cases_of(viewer)[0])
    days, wrong = _days(request, [case for case, _seq in chosen])
    try:
        if form.is_valid() and not wrong:
            done = _record(request, unit, form, [case for case, _seq in chosen], days)
            word = " قول واحد در روز خود به کارتابل برمی‌گردد." if days or form.cleaned_data["word_at"] else ""
            if done:
                messages.success(request, f"یک پیگیری برای {persian(done)} درخواست ثبت شد.{word}")
            return redirect(f"{reverse('work_people')}?to={unit.code}")
    except Invalid as error:
        merge_errors(form, error)
    except followups.Blocked as error:
        form.add_error(None, f"درخواست {persian(queries.code_of(error.case_id))}: {error.sentence} "
                             "تیک آن را بردارید و دوباره ثبت کنید؛ چیزی ثبت نشد.")  # fmt: skip
    except KeyReused as error:
        form.add_error(None, error.sentence)
    return _page(request, unit.code, "", form=form, ticked={case.pk for case, _seq in chosen}, wrong=wrong)


def _record(request: HttpRequest, unit: units.UnitRow, form: Call, cases: list[Any], days: dict[int, int]) -> int:
    """Writes it; how many cases it is about, 0 when the same form had been sent before."""
    viewer, given = request.viewer, form.cleaned_data
    for case in cases:
        if why := unable("follow_up", case, access.hats(viewer, case)):
            raise followups.Blocked(why, case.pk)
    by = next((hat for hat in MINE if all(hat in access.hats(viewer, case) for case in cases)), MINE[0])
    done = followups.follow_up(
        [case.pk for case in cases], unit_id=unit.id, means=given["means"], words=given["words"], by=by,
        actor=f"p:{viewer.person_id}", channel="desk", person_id=viewer.person_id, to=one_line(given["person"]),
        word_at=given["word_at"], words_at=days, key=key_of(request),
    )  # fmt: skip
    return len(done)


def _days(request: HttpRequest, cases: Iterable[Any]) -> tuple[dict[int, int], dict[int, str]]:
    """The days typed beside single cases, and what is wrong with those that cannot be read."""
    field, days, wrong = DayField(required=False), {}, {}
    for case in cases:
        try:
            if at := field.clean(request.POST.get(f"day-{case.code}", "")):
                days[case.pk] = at
        except forms.ValidationError as error:
            wrong[case.pk] = str(error.messages[0])
    return days, wrong


def _page(
    request: HttpRequest, code: str, after: str, *, form: Call | None = None, ticked: set[int] | None = None,
    wrong: dict[int, str] | None = None,
) -> HttpResponse:  # fmt: skip
    viewer, now = request.viewer, moment(request)
    wanted = work_filters.read(request.GET)
    listed, of = listed_for(viewer, wanted, now)
    chased = worklist.to_chase(listed, work_filters.midnight(now))
    bodies = _bodies(worklist.bodies(chased))
    one = next((body for body in bodies if body.unit.code == code), bodies[0] if bodies and not code else None)
    cases, more = worklist.page(chased.filter(target=one.unit.id), after=after, limit=PAGE) if one else ([], None)
    shown = [(row, _typed(request, row), (wrong or {}).get(row.case.pk, "")) for row in rows(cases, now)]
    told = {
        "bodies": bodies, "one": one, "rows": shown, "more": more, "now": now, "of": of,
        "form": form or Call(initial={"person": one.person} if one else {}), "ticked": ticked, "code": code,
        "wrong_days": bool(wrong),
        "cases": sum(body.chase.count for body in bodies), "no_answer": NO_ANSWER, "page_size": PAGE,
    }  # fmt: skip
    return render(request, "staff/people.html", told | head(request, wanted), status=422 if form else 200)


def _typed(request: HttpRequest, row: Row) -> str:
    return request.POST.get(f"day-{row.case.code}", "")[:60]


def _bodies(found: list[worklist.Chase]) -> list[Body]:
    """Each body with who answers for it; two statements whatever their number."""
    last = followups.latest([one.unit_id for one in found])
    heads = {one.unit_id: _head(one.unit_id) for one in found}
    names = people.names(right.person_id for right in heads.values() if right)
    shown = []
    for one in found:
        unit, right = units.by_id(one.unit_id), heads[one.unit_id]
        if unit is not None:
            name = names.get(right.person_id, "") if right else ""
            shown.append(Body(unit, name, ROLES[right.role].fa if right else "", one, last.get(one.unit_id)))
    return shown


def _head(unit_id: int) -> people.RightRow | None:
    held = [right for right in people.of_unit(unit_id) if right.role in ANSWERS]
    return min(held, key=lambda right: (ANSWERS.index(right.role), right.id), default=None)
