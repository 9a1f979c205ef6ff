"""Units and desks: a unit's name, telephone, calendar and liaison; who holds a desk, for how long, instead of whom."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from bina.doors.web.admin import words
from bina.doors.web.admin.change import AUDIENCE, Plan, Screen, run
from bina.doors.web.admin.colleagues import LastDay, after, bound, person_edit, until_day
from bina.doors.web.admin.fields import REQUIRED, Change, Day, Line, Phone, SomebodyField
from bina.doors.web.audience import audience
from bina.flow.cases import changes, gaps
from bina.flow.cases.changes import Edit
from bina.ground.city import edits, installation, people, places, planned, rolls, units
from bina.ground.city.roles import Role
from bina.ground.city.units import UnitRow
from bina.ground.sla import rolls as time_rolls

HEADS = (Role.UNIT_HEAD, Role.UPPER_MANAGER)
CLERKS = (Role.LIAISON, Role.OFFICE)


class UnitForm(Change):
    """What can be changed of a unit by hand, and from which day."""

    name = Line(label="نام")
    name_en = Line(label="نام انگلیسی", required=False)
    phone = Phone(label="تلفن")
    calendar_code = forms.ChoiceField(
        label="تقویم کار", error_messages=REQUIRED, help_text="ساعت‌هایی که مهلت این واحد با آن‌ها می‌گذرد."
    )
    since = Day(label="از روز", help_text="امروز، یا روزی که در راه است.")

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        field = self.fields["calendar_code"]
        field.choices = [(c.code, c.name) for c in time_rolls.calendars()]


class LiaisonForm(Change):
    """Who becomes liaison of a unit."""

    person = SomebodyField(label="همکار")
    since = Day(label="از روز")
    until = Day(label="تا پایان روز", required=False, help_text="برای جانشینی؛ خالی یعنی تا وقتی که پایان داده شود.")


class HolderForm(Change):
    """Who takes a desk, for how long, and instead of whom."""

    person = SomebodyField(label="به چه کسی")
    since = Day(label="از روز")
    until = Day(
        label="تا پایان روز", required=False, help_text="برای مرخصی و جانشینی؛ خالی یعنی تا وقتی که پایان داده شود."
    )
    instead_of = forms.ChoiceField(
        label="به‌جای", required=False, help_text="او در این روزها کنار می‌رود و پس از آن خودبه‌خود برمی‌گردد.",
        error_messages={"invalid_choice": "یکی از دارندگان میز را برگزینید."},
    )  # fmt: skip


def plan_of(given: dict[str, Any], values: dict[str, Any]) -> Plan | None:
    """The order of a change for a day to come; None for one from today, a sentence for a day that is over."""
    from bina.flow.cases.errors import Invalid

    if given["since"] < installation.today():
        raise Invalid({"since": "گذشته را نمی‌شود عوض کرد؛ امروز یا روزی پس از آن را بنویسید."})
    return (values, given["since"]) if given["since"] > installation.today() else None


@audience(AUDIENCE)
@require_safe
def bodies(request: HttpRequest) -> HttpResponse:
    """All units in force, under the district or kind they belong to, with telephone, calendar and people."""
    calendars = {c.code: c.name for c in time_rolls.calendars()}
    staff: dict[int, dict[str, list[str]]] = defaultdict(lambda: {"heads": [], "clerks": []})
    rights = [(right, part) for part, roles in (("heads", HEADS), ("clerks", CLERKS)) for role in roles
              for right in people.of_role(role) if right.unit_id]  # fmt: skip
    names = people.names({right.person_id for right, _ in rights})
    for right, part in rights:
        staff[right.unit_id or 0][part].append(names[right.person_id])
    sought = request.GET.get("q", "")[:100].strip()
    groups: dict[str, list[dict[str, Any]]] = {}
    for unit in units.in_office():
        if sought and sought not in unit.name and sought not in unit.code:
            continue
        above = units.by_id(unit.parent_id) if unit.parent_id else None
        group = above.name if above and unit.kind in ("unit", "subdistrict") else KINDS.get(unit.kind, "دیگر")
        groups.setdefault(group, []).append(
            {"unit": unit, "calendar": calendars.get(unit.calendar_code, ""), **staff[unit.id]}
        )
    shown = {name: groups[name] for name in [*KINDS.values(), *groups] if name in groups}
    return render(request, "admin/units.html", {"groups": shown, "q": sought})


KINDS = {
    "centre": "مرکز ۱۳۷", "district": "منطقه‌ها", "organisation": "سازمان‌ها", "deputy": "معاونت‌ها",
    "directorate": "مدیریت‌ها", "outside": "بیرون از شهرداری",
}  # fmt: skip


@audience(AUDIENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def body(request: HttpRequest, number: int) -> HttpResponse:
    """One unit: its form, its people, what is to come and what was changed."""
    unit = _unit(number)
    state = edits.unit_state(unit.code)
    form = UnitForm(bound(request), initial=state | {"since": installation.today()})

    def values(given: dict[str, Any]) -> dict[str, Any]:
        return {n: given[n] for n in edits.UNIT_FIELDS if given[n] != state[n]}

    rights = people.of_unit(unit.id)
    names = people.names({r.person_id for r in rights})
    side = {
        "unit": unit, "staff": [(r, names[r.person_id]) for r in rights],
        "coming": words.planned_lines(planned.of("unit", unit.code)),
    }  # fmt: skip
    return run(request, Screen(
        unit.name, form, lambda given: changes.unit_edit(unit.code, values(given)),
        reverse("admin_unit", args=[number]),
        state=state, plan=lambda given: plan_of(given, values(given)), history=("unit", unit.code),
        lead="جای واحد در درخت سازمان و منطقهٔ آن با پوشهٔ شهر تعیین می‌شود، نه این‌جا.",
        note="نام تازه در همهٔ صفحه‌ها دیده می‌شود؛ نام پیشین در سابقه می‌ماند.", beside="admin/beside_unit.html",
        side=side,
    ))  # fmt: skip


@audience(AUDIENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def liaison(request: HttpRequest, number: int) -> HttpResponse:
    """Makes somebody the unit's liaison."""
    unit = _unit(number)
    form = LiaisonForm(bound(request), initial={"since": installation.today()})
    role = Role.OFFICE if unit.kind in ("organisation", "deputy") else Role.LIAISON

    def make(given: dict[str, Any]) -> Edit:
        def do() -> str:
            edits.add_right(given["person"], role, unit_id=unit.id, area_id=None, sensitivity=0, since=given["since"],
                            until=until_day(given))  # fmt: skip
            return str(given["person"])

        return person_edit(str(given["person"]), do, given["since"])

    return run(request, Screen(
        f"رابط تازه برای {unit.name}", form, make, reverse("admin_unit", args=[number]), "دادن نقش رابط", people=True,
        lead="رابط کارتابل واحد را می‌بیند و به‌جای رئیس آن می‌پذیرد، می‌سپارد و نتیجه می‌نویسد.",
    ))  # fmt: skip


@audience(AUDIENCE)
@require_safe
def desks(request: HttpRequest) -> HttpResponse:
    """All follow-up desks with whoever holds them today; those with nobody first."""
    open_at = {gap.id: gap.open for gap in gaps.gaps(installation.today()) if gap.kind == "desk"}
    lines = sorted(rolls.desk_lines(), key=lambda d: (bool(d.holders), d.code))
    return render(request, "admin/desks.html", {"lines": [(d, open_at.get(d.id, 0)) for d in lines]})


@audience(AUDIENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest, number: int) -> HttpResponse:
    """One desk: who holds it when, giving it to somebody, for good or for a while."""
    from bina.ground.city import desks as desk_rows

    row = desk_rows.by_id(number)
    if row is None:
        raise Http404("no such desk")
    held = rolls.holders_of(number)
    form = HolderForm(bound(request), initial={"since": installation.today()})
    standing = {str(h.person_id): h.person for h in held if h.when != "past"}
    form.fields["instead_of"].choices = [("", "کنار دارنده‌های کنونی"), *standing.items()]

    def make(given: dict[str, Any]) -> Edit:
        def do() -> str:
            edits.give_desk(row.code, given["person"], since=given["since"], until=until_day(given),
                            instead_of=int(given["instead_of"]) if given["instead_of"] else None)  # fmt: skip
            return row.code

        return Edit("desk", row.code, do, edits.desk_state, given["since"])

    area = places.area(row.area_id)
    return run(request, Screen(
        row.name, form, make, reverse("admin_desk", args=[number]), "سپردن میز", state=edits.desk_state(row.code),
        people=True, history=("desk", row.code), beside="admin/beside_desk.html",
        side={"held": held, "desk": row, "area": area},
        note="دسترسی از دارندهٔ امروز پیروی می‌کند: همین که روز برسد، کارتابل پیش او باز می‌شود.",
    ))  # fmt: skip


@audience(AUDIENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def holder(request: HttpRequest, number: int) -> HttpResponse:
    """Ends somebody's holding of a desk on a day."""
    held = rolls.holding(number)
    if held is None or held.when == "past":
        raise Http404("no such holding")
    from bina.ground.city import desks as desk_rows

    row = desk_rows.by_id(held.desk_id)
    assert row is not None
    form = LastDay(bound(request), initial={"last": installation.today()})

    def make(given: dict[str, Any]) -> Edit:
        on = after(given["last"])

        def do() -> str:
            edits.end_holder(number, on=on)
            return row.code

        return Edit("desk", row.code, do, edits.desk_state, on)

    return run(request, Screen(
        f"پایان میز {held.desk} برای {held.person}", form, make, reverse("admin_desk", args=[held.desk_id]),
        "پایان دادن", state=edits.desk_state(row.code), danger=True,
    ))  # fmt: skip


def _unit(number: int) -> UnitRow:
    unit = units.by_id(number)
    if unit is None:
        raise Http404("no such unit")
    return unit
