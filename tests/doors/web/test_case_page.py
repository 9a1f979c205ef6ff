"""What the page of a case shows beside its verbs: clocks, money, jobs, demands, photos, the citizen's view."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bina.flow.cases import history, photos
from bina.flow.cases.contacts import contact
from bina.flow.cases.events import moment
from bina.flow.cases.models import Case
from bina.flow.cases.moves import By
from bina.flow.credit import lines
from bina.flow.quality.models import FollowUp
from bina.flow.waiting.models import Demand
from bina.flow.work import jobs
from bina.ground.city import crews
from bina.ground.city.dated import this_day
from bina.ground.sla import clock
from bina.ground.text.jalali import numeric_date, to_jalali
from tests.doors.web.staff import HEAD, LIAISON, as_, expert_of, post
from tests.doors.web.test_case import later, working
from tests.flow.cast import do, in_progress, key, new, photograph, ready, referred, report, row, unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
STATEMENTS = 12  # of any page, whatever its length


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path / "files")


def line(code: str = "103-3", *, due_in: int = -20, area: str = "MHD-03") -> int:
    """A credit line of a district whose first stage is due so many days from now and not handed over."""
    from bina.ground.city import places

    ready()
    district = places.area_by_code(area)
    assert district is not None
    return lines.open_line(
        code=code, name="زیرسازی و آسفالت معابر خاکی", year=to_jalali(this_day()).year, kind="capital",
        approved=84 * 10**9, area_id=district.id, source="آزمون", actor="p:1", channel="test",
        stages=[lines.Stage(42 * 10**9, this_day() + timedelta(days=due_in))],
    )  # fmt: skip


def full() -> Case:
    """A case with everything: a job, a demand, a hold for credit, photos, contacts, promises."""
    ready()
    case_id = in_progress()
    crew = crews.of_units([unit().id])[0]
    now = int(clock.now().timestamp())
    jobs.plan(case_id, unit_id=unit().id, crew=crew.code, plan_at=now + 86_400, by=By.UNIT, actor="p:1", channel="test",
              key=key())  # fmt: skip
    demand = Demand.objects.create(
        number="137-3-41", body_id=unit("DEP-FIN").id, state="received", drafted_at=clock.now() - timedelta(days=50),
        received_at=clock.now() - timedelta(days=45), due_at=clock.now() - timedelta(days=15),
        registry_number="3/137/412",
    )  # fmt: skip
    do(case_id, "demand_linked", By.EXPERT, demand=demand.pk, body=unit("DEP-FIN").id)
    do(case_id, "promise_given", By.EXPERT, kind="next_news", due_at=now + 10**6)
    photograph(case_id)
    for _ in range(3):
        contact(case_id, kind="recontact", reason="no_news", by=By.OPERATOR, actor="p:1", channel="phone",
                words="خبری نشد")  # fmt: skip
    held = post(as_(HEAD), row(case_id), "hold", constraint="CREDIT_NOT_RELEASED", line=line(), review_at=later(9))
    assert held.status_code == 302
    return row(case_id)


def test_the_page_takes_twelve_statements_at_most_whatever_it_shows():
    case = full()
    as_(LIAISON).get(f"/case/{case.code}")  # somebody else has it open too
    client = as_(HEAD)
    for address in ("", "?view=citizen", "?view=messages", "?do=note", "?do=report", "?since=2"):
        client.get(f"/case/{case.code}{address}")
        with CaptureQueriesContext(connection) as asked:
            html = client.get(f"/case/{case.code}{address}").content.decode()
        assert "همین درخواست را باز کرده است" in html
        assert len(asked) <= STATEMENTS, [q["sql"][:120] for q in asked]


def test_a_hold_for_credit_names_its_line_and_shows_its_stage():
    case = full()
    [hold] = case.more["holds"]
    assert (hold["word"], case.hands) == ("attested", "credit"), "the record says: due and not handed over"
    html = as_(HEAD).get(f"/case/{case.code}").content.decode()
    assert '<bdi class="ltr">103-3</bdi> زیرسازی و آسفالت معابر خاکی' in html
    assert "مرحلهٔ ۱، ۴٫۲ میلیارد تومان" in html
    assert "واگذار نشده" in html
    assert "روز دیر" in html
    assert "در انتظار همین ردیف" not in html
    other = post(as_(HEAD), row(in_progress()), "hold", constraint="CREDIT_NOT_RELEASED", line=hold["line"],
                 review_at=later(9))  # fmt: skip
    assert other.status_code == 302
    assert "۱ درخواست دیگر" in as_(HEAD).get(f"/case/{case.code}").content.decode()
    assert "در انتظار اعتبار" in html


def test_the_form_of_a_hold_offers_the_districts_lines_and_no_others():
    line("103-3")
    line("205-1", area="MHD-09")
    case = row(in_progress())
    html = as_(HEAD).get(f"/case/{case.code}?do=hold").content.decode()
    assert "\u2066103-3\u2069، زیرسازی" in html, "a code stays left to right in the list"
    assert "موعد گذشته" in html
    assert "205-1" not in html
    without = post(as_(HEAD), case, "hold", constraint="CREDIT_NOT_RELEASED", review_at=later(9), words="پول نرسید")
    assert without.status_code == 422
    assert "ردیف اعتبار لازم است" in without.content.decode()
    assert {row.area_id for row in lines.offered(None)} == {None}, "no district's line is offered to the whole city"


def test_jobs_demands_and_clocks_stand_beside_the_history():
    case = full()
    html = as_(HEAD).get(f"/case/{case.code}").content.decode()
    wanted = (
        "دستور کار", "در برنامه", "پیگیری بالادستی", "۳/۱۳۷/۴۱۲", "روز گذشته", "زمان شهروند", "همیشه می‌گذرد",
        " ساعت", "اکنون حساب نمی‌شود", "احمد کریمی",
    )  # fmt: skip
    for said in wanted:
        assert said in html, said


def test_the_citizens_view_has_the_sentences_of_his_own_page():
    from bina.doors.web import news

    case_id = referred()
    do(case_id, "note", By.EXPERT, words="میان خودمان")
    do(case_id, "answer", By.EXPERT, words="فردا می‌آیند")
    case = row(case_id)
    html = as_(HEAD).get(f"/case/{case.code}?view=citizen").content.decode()
    shown = html.split('id="history"')[1].split("</section>")[0]
    told = [told for entry in history.entries(case_id) if (told := news.told(entry))]
    assert len(told) >= 3
    for one in told:
        assert one.what in shown
    assert "فردا می‌آیند" in shown
    assert "میان خودمان" not in shown


def test_photos_of_before_and_after_stand_side_by_side_with_time_and_place():
    case_id = in_progress()
    case = row(case_id)
    picture = photos.Photo(
        b"\xff\xd8\xff a", 4, 3, int(clock.now().timestamp()) - 86_400, case.lat_e6 + 2_000, case.lon_e6
    )
    near = photos.Photo(b"\xff\xd8\xff b", 4, 3, None, case.lat_e6, case.lon_e6)
    photos.attach(case_id, [picture], stage="before", by=By.UNIT, actor="p:1", channel="test", key=key())
    photos.attach(case_id, [near], stage="after", by=By.UNIT, actor="p:1", channel="test", key=key())
    html = as_(HEAD).get(f"/case/{case.code}").content.decode()
    pair = html.split("case-pairs")[1].split("</section>")[0]
    assert "گرفته‌شده" in pair
    assert "متر دورتر" in pair
    assert "در محل" in pair
    assert pair.index("متر دورتر") < pair.index("در محل")


def test_an_old_page_hears_of_newer_events_and_shows_them():
    case_id = referred()
    client, case = as_(expert_of(row(case_id))), row(case_id)
    quiet = client.get(f"/case/{case.code}/presence?seq={case.seq}").content.decode()
    assert "رویداد تازه" not in quiet
    do(case_id, "note", By.OPERATOR, words="دوباره زنگ زد")
    told = client.get(f"/case/{case.code}/presence?seq={case.seq}").content.decode()
    assert "۱ رویداد تازه" in told
    assert f"?since={case.seq}" in told
    fresh = client.get(f"/case/{case.code}?since={case.seq}").content.decode()
    assert "دوباره زنگ زد" in fresh.split("از وقتی که صفحه را باز کردید")[1].split("</section>")[0]
    for wrong in ("x", "-1", "۹", "9" * 40):
        assert client.get(f"/case/{case.code}?since={wrong}&view={wrong}&full").status_code == 200
        assert client.get(f"/case/{case.code}/presence?seq={wrong}").status_code == 200


def test_a_follow_up_is_an_entry_of_its_own_and_a_fact_of_the_case():
    case = row(referred())
    client = as_(expert_of(case))
    for _ in range(2):
        sent = post(client, case, "follow_up", key="once-137", means="phone", to="آقای کریمی", words="گفتند فردا",
                    word_at=later(2))  # fmt: skip
        assert sent.status_code == 302
    [entry] = FollowUp.objects.all()
    assert (entry.to, entry.unit_id) == ("آقای کریمی", case.unit_id)
    [fact] = [e for e in history.events(case.pk) if e.verb == "follow_up"]
    assert fact.given["follow_up"] == entry.pk
    assert row(case.pk).word_at is not None


def test_a_long_history_is_cut_and_opens_whole():
    case_id = referred()
    for n in range(90):
        do(case_id, "note", By.EXPERT, words=f"یادداشت {n}")
    client, case = as_(expert_of(row(case_id))), row(case_id)
    html = client.get(f"/case/{case.code}").content.decode()
    assert "یادداشت 89" in html
    assert "همهٔ ۹" in html
    assert ">یادداشت 3<" in client.get(f"/case/{case.code}?full=1").content.decode()
    assert ">یادداشت 3<" not in html


def test_of_the_promises_kept_the_last_stands_in_the_head_and_bad_news_always():
    case_id = referred()
    for words in ("یک", "دو", "سه"):
        do(case_id, "answer", By.EXPERT, words=words, next_news_at=int(clock.now().timestamp()) + 86_400)
    html = as_(HEAD).get(f"/case/{row(case_id).code}").content.decode()
    top = html.split("case-top")[1].split('class="verbs"')[0]
    assert top.count("promise-kept") == 1
    assert top.count("promise-open") + top.count("promise-risk") == 1


def test_a_body_that_stays_silent_past_its_third_day_is_said():
    case_id = in_progress()
    held = post(as_(HEAD), row(case_id), "hold", constraint="UTILITY_FIRST", body="WATER", review_at=later(30))
    assert held.status_code == 302
    client = as_(HEAD)
    assert "تأیید نشده؛ مهلت واحد می‌گذرد" in client.get(f"/case/{row(case_id).code}").content.decode()
    clock.move(by=timedelta(days=9))
    assert "بی‌پاسخ مانده؛ زمان با دستگاه است" in client.get(f"/case/{row(case_id).code}").content.decode()


def test_a_case_is_put_aside_until_a_morning_and_taken_up_again():
    case = row(referred())
    client = as_(expert_of(case))
    assert post(client, case, "snoozed", until=later(3), words="منتظر آسفالت").status_code == 302
    until = row(case.pk).more["snoozed"]
    assert clock.now() + timedelta(days=1) < moment(until) < clock.now() + timedelta(days=4)
    html = client.get(f"/case/{case.code}").content.decode()
    assert "کنار گذاشته شد: تا" in html
    assert post(client, row(case.pk), "snoozed", until=numeric_date(clock.now().date()), words="x").status_code == 422
    assert post(client, row(case.pk), "snoozed", until="", words="").status_code == 302
    assert "snoozed" not in row(case.pk).more
    assert "به کارتابل برگشت" in client.get(f"/case/{case.code}").content.decode()


def test_an_inspector_is_not_told_which_crew_did_the_work():
    case = full()
    ready()
    crew = crews.of_units([unit().id])[0]
    assert crew.name in as_(HEAD).get(f"/case/{case.code}").content.decode()
    html = as_("n.ghasemi").get(f"/case/{case.code}").content.decode()
    assert crew.name not in html
    assert "در برنامه" in html


def test_a_form_that_does_not_open_any_more_says_why():
    case = row(referred())
    client = as_(HEAD)
    assert "«اعلام نتیجه» در حالت" in client.get(f"/case/{case.code}?do=report").content.decode().split("case-cols")[1]
    said = client.get(f"/case/{case.code}?do=hold_renewed").content.decode().split("case-cols")[1]
    assert "اکنون برای این درخواست ممکن نیست" in said
    for unknown in ("erased", "x", "%00"):
        html = client.get(f"/case/{case.code}?do={unknown}").content.decode()
        assert "note-risk" not in html.split("case-cols")[1]


def test_what_waits_for_a_decision_is_said_on_top():
    case = row(new().case_id)
    typed = {"reason": "private_dispute", "words": "دیوار مشترک"}
    assert post(as_(expert_of(case)), case, "decline_proposed", **typed).status_code == 302
    html = as_("m.azimi").get(f"/case/{case.code}").content.decode()
    assert "پیشنهاد «غیرقابل اقدام»" in html
    assert "اختلاف ملکی یا خصوصی" in html
    assert "دیوار مشترک" in html


def test_a_promised_answer_is_seen_in_the_head():
    case_id = referred()
    case = row(case_id)
    sent = post(as_(expert_of(case)), case, "promise_given", kind="next_news", due_at=working(4))
    assert sent.status_code == 302
    html = as_(HEAD).get(f"/case/{case.code}").content.decode()
    assert "خبر بعدی" in html
    done = report(in_progress("0601"), "nothing_found")
    told = as_(HEAD).get(f"/case/{row(done.case_id).code}").content.decode()
    assert "پاسخ شهروند تا" in told
