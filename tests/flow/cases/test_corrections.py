"""What was registered wrongly is put right with everything that follows from it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from bina.flow.cases import corrections, deadlines, history, queries, search
from bina.flow.cases.contacts import contact
from bina.flow.cases.errors import Invalid, Stale
from bina.flow.cases.models import Case, Contact
from bina.flow.cases.moves import By
from bina.flow.cases.register import Place
from bina.flow.waiting import holds
from bina.ground.catalogue import subjects
from bina.ground.city import places
from bina.ground.sla import clock
from tests.flow.cast import in_progress, key, new, referred, row, unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def common(**more: Any) -> dict[str, Any]:
    return {"by": By.EXPERT, "actor": "p:1", "channel": "desk", "key": key()} | more


def test_a_new_subject_brings_its_priority_sensitivity_and_desk():
    case_id = new("0101").case_id
    corrections.change_subject(case_id, subject="0901", **common())
    subject, case = subjects.by_code("0901"), row(case_id)
    assert subject is not None
    assert (case.subject_id, case.sensitivity, case.hazard) == (subject.id, subject.sensitivity, subject.hazard)
    with pytest.raises(Invalid, match="همین"):
        corrections.change_subject(case_id, subject="0901", **common())
    with pytest.raises(Invalid, match="فهرست"):
        corrections.change_subject(case_id, subject="9999", **common())
    with pytest.raises(Stale):
        corrections.change_subject(case_id, subject="0101", **common(seq=1))


def test_a_new_subject_moves_the_units_deadline_and_no_promise():
    case_id = referred("0101")
    before, promised = row(case_id), queries.promises(case_id)
    other = next(s for s in subjects.all() if s.deadline_seconds > 20 * 86_400 and not s.hazard)
    corrections.change_subject(case_id, subject=other.code, **common())
    after = row(case_id)
    assert after.unit_due_at > before.unit_due_at
    assert queries.promises(case_id) == promised
    assert after.news_due_at == before.news_due_at
    assert [e.verb for e in history.events(case_id)][-2:] == ["change_subject", "deadline_moved"]
    assert deadlines.moves() == [], "the same reckoning as every other change of rules"
    assert corrections.change_subject(case_id, subject="0101", **common())
    assert row(case_id).unit_due_at == before.unit_due_at


def test_without_a_unit_or_after_a_hold_moved_it_no_deadline_moves():
    fresh = new("0101").case_id
    corrections.change_subject(fresh, subject="0601", **common())
    assert history.events(fresh)[-1].verb == "change_subject"
    held = in_progress("0101")
    review = int(clock.now().timestamp()) + 10**6
    one = holds.hold(held, constraint="UTILITY_FIRST", review_at=review, by=By.UNIT, actor="p:1", channel="test",
                     body=unit("WATER").id)  # fmt: skip
    holds.attest(held, hold=one.seq, by=By.BODY, actor="p:2", channel="test")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET unit_due_at = unit_due_at + interval '1 day' WHERE id = %s", [held])
    moved = row(held).unit_due_at
    corrections.change_subject(held, subject="0601", **common())
    assert row(held).unit_due_at == moved


def test_danger_that_somebody_reported_and_what_recontacts_raised_stay():
    case_id = new("0601", hazard=True).case_id
    corrections.change_subject(case_id, subject="0301", **common())
    assert (row(case_id).hazard, row(case_id).priority) == (True, 1)
    quiet = new("0601").case_id
    for _ in range(2):
        contact(quiet, kind="recontact", reason="no_news", by=By.OPERATOR, actor="p:1", channel="phone")
    target = next(s for s in subjects.all() if s.priority >= 3 and not s.hazard and s.code != "0601")
    corrections.change_subject(quiet, subject=target.code, **common())
    assert row(quiet).priority == target.priority - 1


def test_a_new_place_moves_district_desk_point_and_the_words_that_are_searched():
    before = row(new().case_id)
    area = places.area_by_code("MHD-02")
    assert area is not None
    assert area.lat_e6 is not None
    corrections.correct_place(before.pk, place=Place("point", area.lat_e6, area.lon_e6, "بلوار سجاد ۵"), **common())
    after = row(before.pk)
    assert after.district_id == area.id
    assert after.desk_id != before.desk_id
    assert queries.addresses([before.pk])[before.pk] == "بلوار سجاد ۵"
    assert search.found(Case.objects.all(), "سجاد").filter(pk=before.pk).exists()
    assert search.found(Case.objects.all(), "مدرسه").filter(pk=before.pk).exists()
    assert history.entries(before.pk)[-1].words == "بلوار سجاد ۵"
    with pytest.raises(Invalid, match="بیرون"):
        corrections.correct_place(before.pk, place=Place("point", 0, 0, ""), **common())


def test_a_second_matter_becomes_a_request_of_its_own_once():
    case_id = new().case_id
    said = Contact.objects.get(case_id=case_id)
    asked = common(contact=said.pk, subject="0601", words="چراغ هم خاموش است")
    done, code = corrections.split(case_id, **asked)
    again, same = corrections.split(case_id, **asked)
    assert (code, again.again, Case.objects.count()) == (same, True, 2)
    other = Case.objects.get(code=code)
    assert (other.district_id, other.state, done.state) == (row(case_id).district_id, "registered", "registered")
    assert Contact.objects.get(case_id=other.pk).phone == said.phone
    assert (row(case_id).authors, other.authors) == (1, 1), "he is an author of both matters"
    with pytest.raises(Invalid):
        corrections.split(case_id, **common(contact=said.pk + 99, subject="0601", words="چراغ"))
