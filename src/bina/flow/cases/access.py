"""Who may see which case, and in what capacity somebody acts on it: every door fetches cases through here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Q, QuerySet

from bina.flow.cases.clients import ClientRow
from bina.flow.cases.errors import NotAllowed
from bina.flow.cases.models import Case, Referral
from bina.flow.cases.moves import By, Outcome, State
from bina.flow.cases.needs import MERGES_MAX
from bina.ground.city.people import Viewer
from bina.ground.city.roles import Role
from bina.ground.sla import clock
from bina.ground.text.codes import BadCode, read_code

# How a role sees cases: all of the city, those of the right's district, those of its unit, or none.
ALL, DISTRICT, UNIT = "all", "district", "unit"
SEES: dict[Role, str] = {
    Role.OPERATOR: ALL, Role.DUTY_OFFICER: ALL, Role.SHIFT_SUPERVISOR: ALL, Role.CENTER_MANAGER: ALL,
    Role.AUDITOR: ALL, Role.INSPECTOR: DISTRICT, Role.FOLLOWUP_EXPERT: DISTRICT, Role.SUPERVISOR_137: DISTRICT,
    Role.DISTRICT_MAYOR: DISTRICT, Role.UNIT_HEAD: UNIT, Role.LIAISON: UNIT, Role.FIELD_OFFICER: UNIT,
    Role.CREW: UNIT, Role.UPPER_MANAGER: UNIT, Role.OFFICE: UNIT, Role.FINANCE: UNIT,
}  # fmt: skip
_CENTRE = (Role.OPERATOR, Role.DUTY_OFFICER, Role.SHIFT_SUPERVISOR)


def _scope(right: Any) -> Q | None:
    """The cases one right opens, as a condition; None for a role that sees no cases."""
    how = SEES.get(right.role)
    if how is None:
        return None
    within = Q(sensitivity__lte=right.sensitivity)
    if how == ALL or (how == DISTRICT and right.area_id is None):
        return within
    if how == DISTRICT:
        return within & Q(district_id=right.area_id)
    if right.unit_id is None:
        return None
    side = Referral.objects.filter(unit_id=right.unit_id, kind="side", ended_at__isnull=True).values("case_id")
    named = Q(state=State.WAITING, more__contains={"holds": [{"body": right.unit_id}]})
    return within & (Q(unit_id=right.unit_id) | Q(id__in=side) | named)


def cases_for(viewer: Viewer) -> QuerySet[Case]:
    """The cases this person may see, as a query to narrow further."""
    scope = Q(pk__in=())
    for right in viewer.rights:
        one = _scope(right)
        if one is not None:
            scope |= one
    return Case.objects.filter(scope)


def cases_for_client(client: ClientRow) -> QuerySet[Case]:
    """The cases an API client may see: of its district and unit if it has one, up to its sensitivity."""
    cases = Case.objects.filter(sensitivity__lte=client.sensitivity)
    if client.district_id is not None:
        cases = cases.filter(district_id=client.district_id)
    return cases.filter(unit_id=client.unit_id) if client.unit_id is not None else cases


def _one(seen: QuerySet[Case], code: str) -> Case:
    try:
        wanted = read_code(code)
        case = seen.filter(code=wanted).first()
    except BadCode:
        wanted, case = code.strip()[:100].replace("\0", ""), None
    case = case or seen.filter(old_code=wanted).first()
    if case is None:
        raise NotAllowed
    return case


def case_for(viewer: Viewer, code: str) -> Case:
    """One case by its tracking code in any spelling, or an older system's code; else NotAllowed."""
    return _one(cases_for(viewer), code)


def case_for_client(client: ClientRow, code: str) -> Case:
    """The same for an API client."""
    return _one(cases_for_client(client), code)


class Seen(msgspec.Struct, frozen=True):
    """What of a case decides who may act on it: read by one short statement, for doors that only move it."""

    pk: int
    code: str
    state: State
    district_id: int | None
    unit_id: int | None
    sensitivity: int
    more: tuple[str, ...]  # the names of its further facts


_SEEN = (
    "SELECT c.id, c.code, c.state, c.district_id, c.unit_id, c.sensitivity, "
    "ARRAY(SELECT jsonb_object_keys(c.more)) FROM cases_case c "
    "WHERE c.code = %s::text AND c.sensitivity <= %s::smallint "
    "AND (%s::bigint IS NULL OR c.district_id = %s::bigint) AND (%s::bigint IS NULL OR c.unit_id = %s::bigint)"
)


def seen_by_client(client: ClientRow, code: str) -> Seen:
    """One case as far as an API client's move needs it, by any spelling of its code; else NotAllowed."""
    try:
        wanted = read_code(code)
    except BadCode:
        wanted = ""
    with connection.cursor() as cursor:
        cursor.execute(
            _SEEN,
            [wanted, client.sensitivity, client.district_id, client.district_id, client.unit_id, client.unit_id],
        )
        row = cursor.fetchone()
    if row is None:
        case = case_for_client(client, code)  # an older system's code, perhaps
        return Seen(
            case.pk, case.code, State(case.state), case.district_id, case.unit_id, case.sensitivity, tuple(case.more)
        )
    case_id, found, state, district_id, unit_id, sensitivity, more = row
    return Seen(case_id, found, State(state), district_id, unit_id, sensitivity, tuple(more))


def public_case(code: str) -> Case:
    """A case by its code alone, for the public page: what it was merged into answers for it."""
    case = Case.objects.filter(code=read_code(code)).first()
    hops = 0
    while case is not None and case.outcome == Outcome.MERGED and case.merged_into_id and hops < MERGES_MAX:
        case, hops = Case.objects.filter(pk=case.merged_into_id).first(), hops + 1
    if case is None:
        raise NotAllowed("درخواستی با این کد نیست. رقم‌ها را یک بار دیگر با پیامک یا برگهٔ خود بسنجید.")
    return case


def _hat(right: Any, case: Case, sides: frozenset[int]) -> tuple[By, ...]:
    role, here = right.role, right.area_id is None or right.area_id == case.district_id
    if right.sensitivity < case.sensitivity:
        return ()
    if role in _CENTRE:
        duty = (By.DUTY_OFFICER,) if role in (Role.DUTY_OFFICER, Role.SHIFT_SUPERVISOR) else ()
        return (By.OPERATOR, By.CALLBACK, *duty)
    if role == Role.FOLLOWUP_EXPERT and here:
        return (By.EXPERT, By.CALLBACK)
    if role == Role.SUPERVISOR_137 and here:
        return (By.SUPERVISOR, By.CALLBACK)
    if role == Role.INSPECTOR and here and case.state == State.REPORTED and "inspection" in case.more:
        return (By.INSPECTOR,)
    mine = right.unit_id is not None and right.unit_id == case.unit_id
    if role in (Role.UNIT_HEAD, Role.UPPER_MANAGER) and mine:
        return (By.UNIT,)
    if role in (Role.LIAISON, Role.OFFICE) and mine:
        return (By.LIAISON,)
    if role in (Role.CREW, Role.FIELD_OFFICER) and mine:
        return (By.CREW,)
    asked = right.unit_id is not None and (
        right.unit_id in sides or any(h.get("body") == right.unit_id for h in case.more.get("holds", []))
    )
    if role in (Role.UNIT_HEAD, Role.LIAISON, Role.UPPER_MANAGER, Role.OFFICE, Role.FINANCE) and asked:
        return (By.BODY,)
    return ()


def hats(viewer: Viewer, case: Case) -> frozenset[By]:
    """In which capacities this person may act on this case now."""
    sides = frozenset(x[1] for x in case.more.get("sides", []))
    return frozenset(h for right in viewer.rights for h in _hat(right, case, sides))


def hat_for(viewer: Viewer, case: Case, allowed: tuple[By, ...]) -> By:
    """The first of `allowed` that this person wears on this case; NotAllowed if none."""
    worn = hats(viewer, case)
    for hat in allowed:
        if hat in worn:
            return hat
    raise NotAllowed


def joined(*case_ids: int) -> list[int]:
    """These cases and all that were merged into them, directly or by way of others."""
    found = new = list(dict.fromkeys(case_ids))
    for _hop in range(MERGES_MAX):
        merged = Case.objects.filter(merged_into_id__in=new, outcome=Outcome.MERGED)
        new = [pk for pk in merged.values_list("pk", flat=True) if pk not in found]
        if not new:
            break
        found = [*found, *new]
    return found


def author_of(case: Case, phone: str) -> int | None:
    """The contact that ties a phone (E.164) to a case or to one merged into it; None if it is not an author's."""
    from bina.flow.cases.models import Contact

    return (
        Contact.objects.filter(case_id__in=joined(case.pk), phone=phone, withdrawn_at__isnull=True)
        .order_by("id")
        .values_list("id", flat=True)
        .first()
    )


def now() -> datetime:
    """The city's moment, for doors."""
    return clock.now()
