"""What was registered wrongly is put right with everything that follows from it."""

from __future__ import annotations

from typing import Any

import pytest

from bina.flow.cases import corrections, history, queries, search
from bina.flow.cases.contacts import contact
from bina.flow.cases.errors import Invalid, Stale
from bina.flow.cases.models import Case, Contact
from bina.flow.cases.moves import By
from bina.flow.cases.register import Place
from bina.ground.catalogue import subjects
from bina.ground.city import places
from tests.flow.cast import key, new, row

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
    with pytest.raises(Invalid):
        corrections.split(case_id, **common(contact=said.pk + 99, subject="0601", words="چراغ"))
