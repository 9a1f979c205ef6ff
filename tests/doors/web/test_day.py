"""The day's work: lists by crew and day, paper with a QR and no telephone numbers, results typed off it by code."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bina.doors.web.day import without_numbers
from bina.flow.cases import history
from bina.flow.cases.models import CaseText
from bina.flow.cases.moves import By
from bina.flow.work import jobs, slips
from bina.ground.city.models import Crew
from bina.ground.sla import clock, version
from bina.ground.text.codes import spoken
from bina.ground.text.digits import persian
from tests.doors.web.staff import EXPERT, HEAD, LIAISON, OTHER_HEAD, as_
from tests.doors.web.test_inbox_deed import picture, wanted
from tests.flow.cast import do, in_progress, new, photograph, referred, row, unit
from tests.flow.work.test_jobs import C1, C2, plan, three

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path / "files")


def day(ahead: int = 0) -> str:
    return (jobs.midnight(clock.now()).date() + timedelta(days=ahead)).isoformat()


def given(words: str = "چالهٔ بزرگ") -> int:
    """A case in the hands of the unit, with these words of the citizen."""
    case_id = new(words=words).case_id
    do(case_id, "refer", By.EXPERT, unit=unit().id, words="لطفاً ببینید")
    do(case_id, "accept", By.UNIT)
    return case_id


def test_a_list_is_by_crew_and_day():
    first, second, later = three()
    client = as_(HEAD)
    html = client.get("/day").content.decode()
    assert first.code in html
    assert second.code in html
    assert later.code not in html
    only = client.get(f"/day?crew={C1}&day={day(1)}").content.decode()
    assert later.code in only
    assert first.code not in only
    assert first.code not in as_(OTHER_HEAD).get("/day").content.decode()
    assert as_(EXPERT).get("/day").status_code == 403


def test_work_of_a_crew_that_has_ended_or_of_none_stays_on_the_list():
    ended, nobody = row(in_progress()), row(in_progress())
    plan(ended.pk, C2)
    do(nobody.pk, "job_planned", By.UNIT, kind="work")
    Crew.objects.filter(code=C2).update(valid_to=jobs.midnight(clock.now()).date() - timedelta(days=1))
    version.check(version.bump())
    for address in ("/day", "/day/print"):
        html = as_(HEAD).get(address).content.decode()
        for words in ("اکیپ ۲، فوریت", "بی‌اکیپ"):
            assert words in html, (address, words)
    assert ended.code in as_(HEAD).get("/day").content.decode()
    assert nobody.code in as_(HEAD).get("/day").content.decode()


@pytest.mark.parametrize("typed", ["", "x", "9999-99-99", "0001-01-01", "2200-01-01", "۱۴۰۵-۰۹-۰۴"])
def test_a_day_that_is_none_is_today(typed):
    case = row(in_progress())
    plan(case.pk)
    assert case.code in as_(HEAD).get("/day", {"day": typed, "crew": "'"}).content.decode()


def test_paper_has_what_the_crew_needs_and_no_telephone_number():
    case_id = given("چاله جلوی خانه، زنگ بزنید ۰۹۱۵ ۱۲۳ ۴۵۶۷ پلاک ۱۲")
    plan(case_id)
    case = row(case_id)
    html = as_(LIAISON).get("/day/print").content.decode()
    assert html.count('class="qr"') == 1
    for part in ("چاله جلوی خانه", "پلاک ۱۲", "لطفاً ببینید", "امضا", "مقدار", "بخشی انجام شد", "طبرسی ۱۲"):
        assert part in html, part
    for hidden in ("۱۲۳ ۴۵۶۷", "0999", "۰۹۹۹", "علی رضایی"):
        assert hidden not in html, hidden
    assert persian(spoken(case.code).split()[0]) in html
    assert "style=" not in html


def test_what_the_citizen_said_of_the_result_is_told_as_his_and_without_his_number():
    case_id = given()
    photograph(case_id)
    do(case_id, "report", By.UNIT, finding="done", words="شد")
    do(case_id, "dispute", By.CITIZEN, reason="not_done", words="نشده، زنگ بزنید 0915.123.4567")
    do(case_id, "accept", By.UNIT)
    plan(case_id)
    CaseText.objects.filter(case_id=case_id).update(address="طبرسی ۱۲، ۰۹۱۵۱۲۳۴۵۶۷")
    case = row(case_id)
    for who, address in ((LIAISON, "/day/print"), ("e.saeedi", "/crew"), ("e.saeedi", f"/crew/{case.code}")):
        html = as_(who).get(address).content.decode()
        assert "طبرسی ۱۲، •••" in html, address
        for number in ("123.4567", "۱۲۳.۴۵۶۷", "۱۲۳۴۵۶۷"):
            assert number not in html, (address, number)
        if address != "/crew":
            assert "شهروند تأیید نکرد: " in html, address
            assert "نشده، زنگ بزنید •••" in html, address
            assert "دستور: " not in html, address


@pytest.mark.parametrize(
    ("said", "shown"),
    [("زنگ بزنید 09151234567", "زنگ بزنید •••"), ("۰۵۱-۳۸۵۰ ۱۲۳۴ خانه", "••• خانه"),
     ("پلاک ۱۲، طبقهٔ ۳", "پلاک ۱۲، طبقهٔ ۳"), ("+98 915.123.4567، خانه", "•••، خانه"), ("(051) 3850 1234", "•••"),
     ("از ۱۴۰۵/۰۷/۱۲ تا ۱۲.۵ متر", "از ۱۴۰۵/۰۷/۱۲ تا ۱۲.۵ متر"), ("۰۹۱۵\u200c۱۲۳\n۴۵۶۷", "•••"),
     ("ساعت ۱۰ تا ۱۲", "ساعت ۱۰ تا ۱۲"), ("", ""), ("12345678", "•••")],
)  # fmt: skip
def test_numbers_of_people_are_left_out_and_others_stay(said, shown):
    assert without_numbers(said) == shown


def test_a_day_costs_no_more_statements_for_more_jobs():
    for _ in range(25):
        plan(in_progress())
    client = as_(HEAD)
    client.get("/day")
    for address in ("/day", "/day/print", "/day/enter"):
        with CaptureQueriesContext(connection) as seen:
            client.get(address)
        assert len(seen) <= 12, (address, [q["sql"][:90] for q in seen])


def line(case, **typed) -> dict[str, str]:
    """One line of paper as it is typed."""
    return {"key": uuid.uuid4().hex, "code": case.code, "finding": "done", "quantity": "", "day": "", "rest_at": "",
            "words": ""} | typed  # fmt: skip


def test_results_are_entered_by_code_in_any_spelling_one_after_another():
    client, cases = as_(HEAD), [in_progress() for _ in range(4)]
    for case_id in cases:
        plan(case_id)
        photograph(case_id)
    spellings = (lambda c: spoken(c), lambda c: persian(c), lambda c: f" {c[:5]}-{persian(c[5:])} ",
                 lambda c: f"http://127.0.0.1:8137/crew/{c}")  # fmt: skip
    for case_id, spell in zip(cases, spellings, strict=True):
        answer = client.post("/day/enter", line(row(case_id), code=spell(row(case_id).code), quantity="۷", words="شد"))
        assert answer.status_code == 302, answer.content.decode()
    assert {row(c).state for c in cases} == {"reported"}
    assert {jobs.of_case(c)[0].quantity for c in cases} == {7}
    html = client.get("/day/enter").content.decode()
    assert html.count("ثبت شد") >= 3
    assert 'name="code" inputmode="numeric"' in html or "autofocus" in html


def test_a_line_without_a_note_tells_the_citizen_a_plain_sentence():
    case_id = in_progress()
    photograph(case_id)
    as_(HEAD).post("/day/enter", line(row(case_id)))
    assert history.entries(case_id)[-1].words == "کار در محل انجام شد."


@pytest.mark.parametrize(
    ("wrong", "says"),
    [({"code": "۱۲۳"}, "رقم"), ({"code": ""}, "کد درخواست را بنویسید"), ({"finding": ""}, "یافته را برگزینید"),
     ({"quantity": "ده"}, "field-bad"), ({"quantity": "-3"}, "field-bad"), ({"day": "۳۱ مهر ۱۴۰۵"}, "field-bad"),
     ({"day": "1 فروردین 1450"}, "هنوز نیامده"), ({"day": "1 فروردین 1400"}, "بیش از یک ماه"),
     ({"finding": "partly"}, "بقیه تا چه روزی"), ({"quantity": "5"}, "دستور کاری باز نیست")],
)  # fmt: skip
def test_a_mistake_is_named_by_its_field_and_the_line_stays(wrong, says):
    case_id = in_progress()
    photograph(case_id)
    typed = line(row(case_id), words="نوشتهٔ «من»") | wrong
    answer = as_(HEAD).post("/day/enter", typed)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert says in html
    assert "field-bad" in html
    assert "نوشتهٔ «من»" in html
    assert row(case_id).state == "in_progress"


def test_unknown_foreign_and_finished_codes_are_told_at_the_code():
    done, theirs = in_progress("0601"), referred(to="MHD-03/D-SERV")
    photograph(done)
    do(done, "report", By.UNIT, finding="done", words="شد")
    for case in (row(done), row(theirs)):
        answer = as_(HEAD).post("/day/enter", line(case))
        assert answer.status_code == 422
        assert 'id="en-code-e"' in answer.content.decode()


def test_a_result_without_its_photo_waits_for_it_and_is_told_with_it():
    wanted("0101", done=["photo_after"])
    case_id = in_progress("0101")
    plan(case_id)
    case, client = row(case_id), as_(HEAD)
    assert client.post("/day/enter", line(case, quantity="9", words="پر شد")).status_code == 302
    assert row(case_id).state == "in_progress"
    assert slips.of_case(case_id).quantity == 9
    html = as_(LIAISON).get("/day/enter").content.decode()
    assert "منتظر عکس" in html
    assert "پر شد" in html
    assert "برای «انجام شد» عکس پس از کار لازم است." in html
    empty = client.post(f"/day/photo/{case.code}", {"key": uuid.uuid4().hex})
    assert empty.status_code == 302
    assert slips.of_case(case_id) is not None
    client.post(f"/day/photo/{case.code}", {"key": uuid.uuid4().hex, "photo": picture()})
    assert row(case_id).state == "reported"
    assert jobs.of_case(case_id)[0].quantity == 9
    assert slips.of_case(case_id) is None


def test_a_waiting_result_can_be_given_up_and_only_by_its_unit():
    wanted("0101", done=["photo_after"])
    case = row(in_progress("0101"))
    as_(HEAD).post("/day/enter", line(case))
    assert as_(OTHER_HEAD).post(f"/day/photo/{case.code}", {"give_up": "1"}).status_code == 404
    assert slips.of_case(case.pk) is not None
    as_(LIAISON).post(f"/day/photo/{case.code}", {"give_up": "1"})
    assert slips.of_case(case.pk) is None
    assert as_(HEAD).post(f"/day/photo/{case.code}", {"give_up": "1"}).status_code == 404


def test_a_line_half_typed_comes_back_after_a_closed_tab():
    client = as_(HEAD)
    client.post("/draft/day-enter", {"typed": '{"code":["4123"],"words":["نیمه"],"finding":["partly"]}'})
    html = client.get("/day/enter").content.decode()
    assert 'value="4123"' in html
    assert 'value="نیمه"' in html
