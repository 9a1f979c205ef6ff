"""The unit's own forms: result with its proof told beforehand, part of it, return with the owner named, pass on."""

from __future__ import annotations

import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from bina.flow.cases import history
from bina.flow.cases.errors import Invalid
from bina.flow.cases.moves import By
from bina.flow.work import jobs
from bina.ground.catalogue.models import Subject
from bina.ground.sla import version
from tests.doors.web.staff import EXPERT, HEAD, LIAISON, OTHER_HEAD, as_, post
from tests.flow.cast import do, in_progress, referred, report, row, unit
from tests.flow.work.test_jobs import plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path / "files")


def picture(name: str = "a.png") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (90, 90, 90)).save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


def send(case, verb, who=HEAD, **typed):
    given = {"key": uuid.uuid4().hex, "seq": case.seq} | typed
    return as_(who).post(f"/inbox/{case.code}/{verb}", given)


def wanted(code: str, **proof: list[str]) -> None:
    Subject.objects.filter(code=code).update(proof=proof)
    version.check(version.bump())


def test_the_photo_that_is_wanted_is_said_before_anything_is_sent():
    wanted("0101", done=["photo_before", "photo_after"], nothing_found=["photo"])
    case = row(in_progress("0101"))
    html = as_(HEAD).get(f"/inbox/{case.code}/report").content.decode()
    assert "برای «انجام شد» عکس پیش از کار و عکس پس از کار لازم است." in html
    assert "برای «موردی مشاهده نشد» عکس لازم است." in html
    assert 'name="before"' in html


def test_a_result_with_photo_and_quantity_ends_the_job():
    wanted("0101", done=["photo_after"])
    case_id = in_progress("0101")
    plan(case_id)
    case = row(case_id)
    answer = send(case, "report", LIAISON, finding="done", words="لکه‌گیری شد", quantity="۱۲", photo=picture())
    assert answer.status_code == 302, answer.content.decode()
    assert row(case_id).state == "reported"
    assert jobs.of_case(case_id)[0].quantity == 12


def test_without_the_photo_the_field_says_so_and_the_words_stay():
    wanted("0101", done=["photo_after"])
    case = row(in_progress("0101"))
    answer = send(case, "report", finding="done", words="لکه‌گیری «شد»")
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "عکس پس از کار لازم است" in html
    assert "لکه‌گیری «شد»" in html
    assert row(case.pk).state == "in_progress"


def test_a_photo_of_another_kind_is_told_and_nothing_is_written():
    case = row(in_progress("0101"))
    answer = send(case, "report", finding="done", words="شد", photo=SimpleUploadedFile("a.png", b"no picture"))
    assert answer.status_code == 422
    assert row(case.pk).seq == case.seq


def test_what_the_expert_sent_back_stands_over_the_form():
    case_id = in_progress("0601")
    report(case_id)
    do(case_id, "send_back", By.EXPERT, words="پلاک در عکس پیدا نیست")
    assert "پلاک در عکس پیدا نیست" in as_(HEAD).get(f"/inbox/{row(case_id).code}/report").content.decode()


def test_a_return_names_the_owner_and_shows_what_is_left_of_the_budget():
    case_id = referred()
    html = as_(HEAD).get(f"/inbox/{row(case_id).code}/return").content.decode()
    case = row(case_id)
    assert "seen" in case.more, "opened here, it is seen"
    assert "تاکنون عودت نشده است؛ پس از ۲ بار" in html
    assert f'value="{unit().code}"' not in html, "one's own unit is no answer"
    missing = send(case, "return", reason="", proposed_unit="", words="با ما نیست")
    assert missing.status_code == 422
    assert missing.content.decode().count("field-bad") == 2
    assert "با ما نیست" in missing.content.decode()
    assert send(case, "return", reason="not_ours", proposed_unit="MHD-03/D-SERV").status_code == 302
    assert row(case_id).state == "registered"
    assert row(case_id).more["proposed"] == unit("MHD-03/D-SERV").id
    do(case_id, "refer", By.EXPERT, unit=unit().id, words="باز هم شما")
    assert "۱ بار عودت شده است" in as_(HEAD).get(f"/inbox/{case.code}/return").content.decode()


def test_it_is_passed_on_only_where_the_subject_allows():
    Subject.objects.filter(code="0101").update(onward=["WATER", "D-SERV"])
    Subject.objects.filter(code="0601").update(onward=[])
    version.check(version.bump())
    case, other = row(in_progress("0101")), row(in_progress("0601"))
    html = as_(HEAD).get(f"/inbox/{case.code}/refer").content.decode()
    assert 'value="WATER"' in html
    assert 'value="MHD-03/D-SERV"' in html
    assert 'value="MHD-03/D-GREEN"' not in html
    closed = as_(HEAD).get(f"/inbox/{other.code}/refer").content.decode()
    assert "این موضوع را واحد شما نمی‌تواند به دستگاه دیگری بدهد" in closed
    assert f'href="/inbox/{other.code}/return"' in closed
    assert f'action="/inbox/{other.code}/refer"' not in closed
    assert send(case, "refer", unit="MHD-03/D-GREEN", words="ببینید").status_code == 422
    past = post(as_(HEAD), case, "refer", unit="MHD-03/D-GREEN", words="ببینید")
    assert past.status_code == 422, "nor by another way"
    assert "field-bad" in past.content.decode()
    with pytest.raises(Invalid):
        do(case.pk, "refer", By.LIAISON, unit=unit("MHD-03/D-GREEN").id, words="ببینید")
    assert send(case, "refer", unit="WATER", words="لوله شکسته است").status_code == 302
    assert row(case.pk).unit_id == unit("WATER").id


def test_partly_done_keeps_the_case_with_a_day():
    case = row(in_progress())
    assert send(case, "partly_done", words="نیمی شد", rest_at="").status_code == 422
    assert send(case, "partly_done", words="نیمی شد", rest_at="1 فروردین 1410").status_code == 302
    assert row(case.pk).more["partly"] == 1


def test_a_case_that_changed_meanwhile_is_told_and_the_words_stay():
    case = row(in_progress())
    do(case.pk, "note", By.EXPERT, words="تازه")
    answer = send(case, "return", reason="not_ours", proposed_unit="MHD-03/D-SERV", words="نوشتهٔ من")
    assert answer.status_code == 409
    assert "نوشتهٔ من" in answer.content.decode()
    assert f'name="seq" value="{row(case.pk).seq}"' in answer.content.decode()


def test_others_get_nothing():
    case = row(in_progress())
    for who, status in ((OTHER_HEAD, 404), (EXPERT, 403)):
        assert as_(who).get(f"/inbox/{case.code}/report").status_code == status
        assert send(case, "report", who, finding="done", words="شد").status_code == status
    assert as_(HEAD).get(f"/inbox/{case.code}/decline").status_code == 404
    assert [e.verb for e in history.events(case.pk)][-1] == "accept"
