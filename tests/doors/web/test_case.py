"""The page of a case: exactly the verbs that are possible, nothing typed is lost, nobody overwrites silently."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from bina.doors.web.deeds import FORMS, buttons, missing
from bina.flow.cases import access, history
from bina.flow.cases.models import Attachment
from bina.flow.cases.moves import By
from bina.ground.city import people
from bina.ground.sla import clock
from bina.ground.text.jalali import numeric_date
from tests.doors.web.staff import HEAD, LIAISON, OPERATOR, SUPERVISOR, as_, expert_of, post
from tests.flow.cast import do, in_progress, new, referred, report, reported, row, unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
TECH, SERV = "MHD-03/D-TECH", "MHD-03/D-SERV"


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path / "files")


def later(days: int) -> str:
    from datetime import timedelta

    return numeric_date((clock.now() + timedelta(days=days)).date())


def working(days: int) -> str:
    """A working day at least so many days ahead."""
    from bina.ground.sla.calendars import worktime

    return numeric_date(worktime("office").add_days(clock.now(), days).date())


def picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (90, 90, 90)).save(out, "JPEG")
    return SimpleUploadedFile("after.jpg", out.getvalue(), "image/jpeg")


def test_a_case_goes_from_the_referral_to_the_result_through_its_forms():
    case = row(new().case_id)
    expert, head = as_(expert_of(case)), as_(HEAD)
    assert post(expert, case, "refer", unit=TECH, words="امروز ببینید").status_code == 302
    assert post(head, row(case.pk), "accept", plan_at=later(3)).status_code == 302
    held = post(head, row(case.pk), "hold", constraint="UTILITY_FIRST", body="WATER", review_at=later(9), words="لوله")
    assert (held.status_code, row(case.pk).state) == (302, "waiting")
    [hold] = row(case.pk).more["holds"]
    assert post(head, row(case.pk), "hold_renewed", hold=hold["seq"], review_at=later(12)).status_code == 302
    assert post(head, row(case.pk), "release", hold=hold["seq"]).status_code == 302
    done = post(head, row(case.pk), "report", finding="done", words="چاله پر شد", photo=picture(), before=picture())
    assert (done.status_code, row(case.pk).state) == (302, "reported")
    assert Attachment.objects.filter(case_id=case.pk, stage="after").count() == 1
    assert post(expert, row(case.pk), "send_back", words="عکس تار است").status_code == 302
    assert row(case.pk).state == "in_progress"


def test_facts_go_through_their_forms_too():
    case = row(referred())
    expert, head = as_(expert_of(case)), as_(HEAD)
    given = {
        "note": {"words": "به یاد باشد"}, "ask": {"words": "پلاک چند؟"},
        "answer": {"words": "فردا می‌آیند", "next_news_at": working(3)},
        "follow_up": {"means": "phone", "words": "گفتند فردا", "word_at": later(2)},
        "promise_given": {"kind": "next_news", "due_at": working(4)},
        "side_opened": {"unit": SERV, "words": "با شماست؟"},
    }  # fmt: skip
    for verb, typed in given.items():
        assert post(expert, row(case.pk), verb, **typed).status_code == 302, verb
    [[side, _]] = row(case.pk).more["sides"]
    assert post(as_("p.daneshvar"), row(case.pk), "side_answered", referral=side, words="خیر").status_code in (302, 404)
    assert post(head, row(case.pk), "return", reason="not_ours", proposed_unit=SERV).status_code == 302
    page = expert.get(f"/case/{case.code}?do=refer").content.decode()
    assert f'value="{SERV}" selected' in page, "the unit that was proposed stands in the form"


def test_decisions_go_through_their_forms():
    case = row(new().case_id)
    expert, supervisor = as_(expert_of(case)), as_(SUPERVISOR)
    assert "decline" not in [b.verb for b in buttons(case, {By.SUPERVISOR})]
    assert post(expert, case, "decline_proposed", reason="private_dispute", words="دیوار مشترک").status_code == 302
    assert post(supervisor, row(case.pk), "decline", words="شدنی نیست، چون").status_code == 302
    assert row(case.pk).outcome == "declined"
    assert post(supervisor, row(case.pk), "reopen", reason="new_evidence", unit=TECH).status_code == 302
    assert row(case.pk).state == "referred"
    other = row(new().case_id)
    assert post(expert, row(case.pk), "merge", into=other.code).status_code == 302
    assert row(case.pk).merged_into_id == other.pk
    gone = row(new().case_id)
    handed = post(expert, gone, "hand_over", unit="WATER", reference="۱۲۳", words="با آبفا")
    assert (handed.status_code, row(gone.pk).outcome) == (302, "handed_over")


def test_corrections_go_through_their_forms():
    case = row(new("0101").case_id)
    expert = as_(expert_of(case))
    assert post(expert, case, "change_subject", subject="0601").status_code == 302
    moved = post(expert, row(case.pk), "correct_place", address="بلوار سجاد ۵", district="MHD-02")
    assert moved.status_code == 302
    assert row(case.pk).district_id != case.district_id


def test_every_button_opens_its_form_and_no_other_verb_is_drawn():
    cases = [new().case_id, referred(), in_progress(), reported()]
    for case in map(row, cases):
        for who in (expert_of(case), SUPERVISOR, HEAD, LIAISON, OPERATOR):
            client, viewer = as_(who), people.viewer(people.by_username(who).pk)
            try:
                case = access.case_for(viewer, case.code)
            except access.NotAllowed:
                continue
            client.get(f"/case/{case.code}")
            case = row(case.pk)
            shown = [b.verb for b in buttons(case, access.hats(viewer, case))]
            assert sum(b.primary for b in buttons(case, access.hats(viewer, case))) == 1
            for verb in FORMS:
                html = client.get(f"/case/{case.code}?do={verb}").content.decode()
                assert ('id="do"' in html) == (verb in shown), (who, case.state, verb)


def test_a_missing_verb_says_why():
    case = row(referred())
    html = as_(HEAD).get(f"/case/{case.code}").content.decode()
    assert "«اعلام نتیجه» در حالت «در دست اقدام»، «در انتظار» ممکن است" in html
    assert any("غیرقابل اقدام" in sentence for sentence in missing(case, {By.SUPERVISOR}))


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost():
    case = row(in_progress())
    client = as_(HEAD)
    answer = post(client, case, "report", finding="done", words="پر شد، بی‌عکس")
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "پر شد، بی‌عکس" in html
    assert "عکس پس از کار لازم است" in html
    wrong = post(client, case, "hold", constraint="SEASON_WEATHER", review_at="۳۱ آذر ۱۴۰۵", words="باران")
    assert "باران" in wrong.content.decode()
    past = post(client, case, "hold", constraint="SEASON_WEATHER", review_at="1400/01/05", words="باران")
    assert "پس از امروز" in past.content.decode()
    assert row(case.pk).state == "in_progress"


def test_a_promise_falls_on_a_working_day():
    case = row(referred())
    friday = next(d for d in (later(n) for n in range(1, 9)) if _is_friday(d))
    html = post(as_(expert_of(case)), case, "promise_given", kind="next_news", due_at=friday).content.decode()
    assert "این روز تعطیل است" in html


def _is_friday(text: str) -> bool:
    from bina.ground.text.jalali import parse_date

    return parse_date(text).weekday() == 4


def test_the_later_one_sees_what_changed_and_sends_again():
    case = row(referred())
    do(case.pk, "note", By.EXPERT, words="نشانی دقیق شد")
    client = as_(HEAD)
    client.get(f"/case/{case.code}")
    answer = post(client, case, "return", reason="not_ours", proposed_unit=SERV, words="با خدمات شهری است")
    html = answer.content.decode()
    assert answer.status_code == 409
    changed = html.split("از وقتی که صفحه را باز کردید")[1].split("</form>")[0]
    assert "نشانی دقیق شد" in changed
    assert "با خدمات شهری است" in changed
    assert f'name="seq" value="{row(case.pk).seq}"' in changed
    assert row(case.pk).state == "referred"
    assert post(client, row(case.pk), "return", reason="not_ours", proposed_unit=SERV).status_code == 302


def test_sent_twice_it_is_done_once():
    case = row(in_progress())
    client = as_(HEAD)
    for _ in range(2):
        answer = post(
            client, case, "report", key="twice-137", finding="done", words="پر شد", photo=picture(), before=picture()
        )
        assert answer.status_code == 302
    verbs = [e.verb for e in history.events(case.pk)]
    assert (verbs.count("report"), verbs.count("photo")) == (1, 2)


def test_names_are_hidden_until_asked_for_and_the_look_is_written_down():
    case = row(referred())
    client = as_(expert_of(case))
    html = client.get(f"/case/{case.code}").content.decode()
    assert "علی رضایی" not in html
    opened = client.post(f"/case/{case.code}/authors")
    assert "علی رضایی" in opened.content.decode()
    assert opened.headers["Cache-Control"] == "no-store"
    assert [look.what for look in people.looks(case.pk)] == ["authors"]


def test_two_people_on_one_case_see_each_other():
    case = row(referred())
    as_(HEAD).get(f"/case/{case.code}")
    html = as_(LIAISON).get(f"/case/{case.code}").content.decode()
    assert "احمد کریمی همین درخواست را باز کرده است" in html
    assert "هدی معینی" in as_(HEAD).get(f"/case/{case.code}/presence").content.decode()


def test_verbs_of_others_are_not_possible_by_their_address():
    case = row(referred())
    assert post(as_(HEAD), case, "merge", into="1").status_code == 404
    assert post(as_(OPERATOR), case, "accept").status_code == 404
    assert post(as_(HEAD), case, "erased").status_code == 404
    assert post(as_("p.daneshvar"), case, "accept").status_code == 404


def test_a_case_that_leaves_ones_sight_leads_home():
    case = row(referred("0103"))
    html = as_(HEAD).get(f"/case/{case.code}?do=refer").content.decode()
    assert "ORG-CIVIL" in html
    assert f'value="{SERV}"' not in html, "a unit passes it on only to those its subject names"
    case = row(case.pk)
    answer = post(as_(HEAD), case, "refer", unit=unit("ORG-CIVIL").code, words="با شماست")
    assert answer.headers["Location"] == "/inbox"


def test_a_reported_result_can_be_confirmed_by_call_back_from_the_page():
    case_id = referred("0601")
    do(case_id, "accept", By.UNIT)
    report(case_id)
    assert post(as_(OPERATOR), row(case_id), "confirm").status_code == 302
    assert row(case_id).state == "closed"


def test_the_number_of_statements_does_not_grow_with_the_history():
    case = row(referred())
    client = as_(HEAD)
    counts = []
    for more in (1, 12):
        for n in range(more):
            do(case.pk, "note", By.EXPERT, words=f"یادداشت {n}")
        client.get(f"/case/{case.code}")
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/case/{case.code}").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12
