"""The inspector's pages: the list of today by neighbourhood, one inspection with its defects, nothing typed lost."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bina.flow.cases import history
from bina.flow.cases.models import Attachment, Case
from bina.flow.cases.moves import By
from bina.flow.quality import inspections
from bina.ground.city import people
from bina.ground.city.roles import Role
from tests.doors.web.staff import EXPERT, HEAD, SUPERVISOR, as_, expert_of, post
from tests.doors.web.test_case import picture
from tests.flow.cast import do, key, ready, reported, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    for place in ("bina.flow.cases.photos.folder", "bina.doors.web.photo.folder"):
        monkeypatch.setattr(place, lambda: tmp_path / "files")


def inspector(district_of: Case) -> str:
    """Somebody who inspects in the district of a case."""
    ready()
    right = next(r for r in people.of_role(Role.INSPECTOR, district_of.district_id))
    found = people.person(right.person_id)
    assert found is not None
    return found.username


def ordered() -> Case:
    """A result that an inspector is to see."""
    case_id = reported()
    inspections.order(case_id, why="doubt", by=By.EXPERT, actor="p:1", channel="test", key=key())
    return row(case_id)


def send(case: Case, **typed: Any) -> Any:
    given = {"key": uuid.uuid4().hex, "seq": case.seq} | typed
    return as_(inspector(case)).post(f"/inspect/{case.code}", given)


def test_the_list_has_what_is_ordered_and_nothing_else():
    case, other = ordered(), row(reported())
    html = as_(inspector(case)).get("/inspect").content.decode()
    assert f"/inspect/{case.code}" in html
    assert "geo:" in html
    assert other.code not in html
    assert as_(HEAD).get("/inspect").status_code == 403
    assert as_(inspector(case)).get(f"/inspect/{other.code}").status_code == 404


def test_the_page_shows_what_was_asked_and_answered_but_not_who_did_it():
    case = ordered()
    html = as_(inspector(case)).get(f"/inspect/{case.code}").content.decode()
    for said in ("چالهٔ بزرگی جلوی مدرسه است", "در بازدید دیده شد", "نتیجه روشن نیست", "عیب ۶"):
        assert said in html, said
    assert "احمد کریمی" not in html
    assert "D-TECH" not in html


def test_several_defects_with_kind_place_and_photo_send_the_work_back():
    case = ordered()
    sent = send(case, verdict="failed", kind_1="uneven", place_1="جلوی پلاک ۱۲", photo_1=picture(), kind_2="unclean",
                place_2="سر کوچه", words="تا فردا", photo=picture())  # fmt: skip
    assert (sent.status_code, sent.headers.get("Location")) == (302, "/inspect")
    after = row(case.pk)
    assert (after.state, after.more["kind"]) == ("referred", "rework")
    assert Attachment.objects.filter(case_id=case.pk, stage="inspection").count() == 2
    html = as_(HEAD).get(f"/case/{case.code}").content.decode()
    assert "بازرسی: عیب دارد، ناهموار یا ناتراز، نخاله یا ابزار جا مانده" in html
    assert "۱. ناهموار یا ناتراز: جلوی پلاک ۱۲ (عکس ۲)" in html
    assert "بازرس" in html.split("case-pairs")[1].split("</section>")[0]


def test_what_is_right_is_confirmed():
    case = ordered()
    assert send(case, verdict="passed", words="محکم است").status_code == 302
    assert row(case.pk).state == "closed"
    again = send(case, verdict="passed")
    assert (again.status_code, again.headers["Location"]) == (302, "/inspect")
    assert [e.verb for e in history.events(case.pk)].count("inspection_made") == 1


@pytest.mark.parametrize(("typed", "sentence"), [
    ({}, "بگویید درست است یا عیب دارد"), ({"verdict": "failed"}, "دست‌کم یک عیب"),
    ({"verdict": "failed", "place_3": "سر کوچه"}, "نوع این عیب"),
    ({"verdict": "passed", "kind_1": "uneven"}, "پذیرفته نمی‌شود"),
    ({"verdict": "failed", "kind_1": "<b>"}, "گزینه"),
    ({"verdict": "failed", "kind_1": "other", "place_2": "الف"}, "نوع این عیب"),
])  # fmt: skip
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(typed, sentence):
    case = ordered()
    answer = send(case, **({"words": "نوشتهٔ من"} | typed))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in html
    assert "نوشتهٔ من" in html
    assert row(case.pk).state == "reported"


def test_a_bad_photo_of_a_defect_is_told_at_that_defect():
    from django.core.files.uploadedfile import SimpleUploadedFile

    case = ordered()
    bad = SimpleUploadedFile("a.jpg", b"no picture", "image/jpeg")
    html = send(case, verdict="failed", kind_4="unsafe", place_4="لبهٔ تیز", photo_4=bad).content.decode()
    part = html.split("عیب ۴")[1].split("عیب ۵")[0]
    assert "عکس" in part
    assert "لبهٔ تیز" in part
    assert row(case.pk).state == "reported"


def test_a_case_that_moved_meanwhile_is_said():
    case = ordered()
    do(case.pk, "note", By.EXPERT, words="صبر کنید")
    answer = send(case, verdict="passed", words="نوشتهٔ من")
    assert answer.status_code == 409
    assert "نوشتهٔ من" in answer.content.decode()


def test_experts_order_an_inspection_from_the_case_page():
    case = row(reported())
    expert = as_(expert_of(case))
    assert post(expert, case, "inspection_ordered", why="repeated").status_code == 302
    assert "inspection" in row(case.pk).more
    assert 'id="do"' not in expert.get(f"/case/{case.code}?do=inspection_ordered").content.decode()
    html = as_(inspector(case)).get(f"/case/{case.code}").content.decode()
    assert f'href="/inspect/{case.code}"' in html
    assert 'id="do"' not in as_(inspector(case)).get(f"/case/{case.code}?do=dispute").content.decode()


def test_neither_experts_nor_supervisors_inspect():
    case = ordered()
    for who in (EXPERT, SUPERVISOR):
        assert as_(who).get(f"/inspect/{case.code}").status_code == 403


def test_the_list_takes_as_many_statements_for_many_as_for_one():
    ordered()
    client, counted = as_(inspector(ordered())), []
    for more in (0, 6):
        for _ in range(more):
            ordered()
        client.get("/inspect")
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/inspect").status_code == 200
        counted.append(len(asked))
    assert counted[0] == counted[1] <= 12
