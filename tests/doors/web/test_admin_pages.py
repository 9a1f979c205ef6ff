"""Administration by its pages: a change is shown, then made, told with who, when and why; a stale one is told."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest

from bina.flow.cases import changes
from bina.flow.cases.models import Event, Promise
from bina.ground.catalogue import subjects
from bina.ground.city import desks, edits, installation, invitations, people, rolls, units
from bina.ground.city.models import DeskHolder, Person, PlannedChange, Right
from bina.ground.city.roles import Role
from bina.ground.sla import calendars, version
from bina.ground.sla.models import Closure, Holiday
from bina.ground.text.jalali import numeric_date
from tests.doors.web.staff import EXPERT, as_
from tests.flow.cast import ready, referred, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
WHY = "نامهٔ ۱۳۷ معاونت"


@pytest.fixture
def admin() -> Any:
    ready()
    [right, *_] = people.of_role(Role.ADMIN)
    person = people.person(right.person_id)
    assert person is not None
    return as_(person.username)


def typed_in(page: str) -> dict[str, str]:
    """The fields of the page's form as a browser would send them back."""
    from html.parser import HTMLParser

    class Form(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.fields: dict[str, str] = {}
            self.area, self.select = "", ""

        def handle_starttag(self, tag: str, attrs: Any) -> None:
            a = dict(attrs)
            name, kind = a.get("name", ""), a.get("type", "text")
            if tag == "input" and name and (kind not in ("checkbox", "radio") or "checked" in a):
                self.fields[name] = a.get("value") or ("on" if kind == "checkbox" else "")
            elif tag == "textarea":
                self.area = name
                self.fields[name] = ""
            elif tag == "select":
                self.select = name
            elif tag == "option" and self.select and "selected" in a:
                self.fields[self.select] = a.get("value") or ""

        def handle_endtag(self, tag: str) -> None:
            if tag == "textarea":
                self.area = ""
            elif tag == "select":
                self.select = ""

        def handle_data(self, data: str) -> None:
            if self.area:
                self.fields[self.area] += data.removeprefix("\n")

    form = Form()
    form.feed(page[page.index('class="card form"') :])
    return {n: v for n, v in form.fields.items() if n != "csrfmiddlewaretoken"}


def opened(client: Any, address: str) -> dict[str, str]:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return typed_in(answer.content.decode())


def sure(page: str) -> str:
    found = re.search(r'name="sure" value="([0-9a-f]+)"', page)
    assert found is not None, "the page shows no preview"
    return found[1]


def make(client: Any, address: str, **typed: Any) -> str:
    """Fills in a form, looks at the preview, confirms it; gives the page of the preview."""
    fields = opened(client, address) | {"why": WHY} | typed
    shown = client.post(address, fields)
    assert shown.status_code == 200, re.findall(r'class="error".*?</', shown.content.decode(), re.S)
    page = shown.content.decode()
    done = client.post(address, fields | {"sure": sure(page)})
    assert done.status_code == 302, done.content.decode()[:3000]
    version.check(version.current())
    return page


def test_a_deadline_is_changed_by_its_page_and_the_preview_tells_what_moves(admin):
    case_id = referred("0101")
    due, promised = row(case_id).unit_due_at, Promise.objects.get(case_id=case_id).due_at
    page = make(admin, "/admin/subjects/0101", deadline_seconds="۲۴ ساعت")
    assert "مهلت واحد در <b>۱</b> درخواست باز جابه‌جا می‌شود: <b>۱</b> زودتر" in page
    assert "هیچ وعده‌ای که به شهروند داده شده جابه‌جا نمی‌شود" in page
    assert due - row(case_id).unit_due_at == timedelta(hours=48)
    assert Promise.objects.get(case_id=case_id).due_at == promised
    past = admin.get("/admin/subjects/0101").content.decode()
    assert html.escape(WHY) in past
    assert "<del>۷۲ ساعت</del>" in past
    assert "<ins>۲۴ ساعت</ins>" in past


def test_the_preview_alone_changes_nothing_and_what_was_typed_stays(admin):
    before = Event.objects.count()
    fields = opened(admin, "/admin/subjects/0101") | {"why": WHY, "name": "چالهٔ تازه"}
    page = admin.post("/admin/subjects/0101", fields).content.decode()
    assert typed_in(page)["name"] == "چالهٔ تازه"
    assert Event.objects.count() == before
    other = admin.post("/admin/subjects/0101", fields | {"sure": sure(page), "name": "چیز دیگر"})
    assert other.status_code == 200, "what was changed after the preview is previewed again"
    assert Event.objects.count() == before


def test_a_change_for_a_day_to_come_waits_and_is_taken_back(admin):
    on = numeric_date(installation.today() + timedelta(days=9))
    page = make(admin, "/admin/subjects/0101", priority="4", since=on)
    assert "انجام می‌شود" in page
    planned = PlannedChange.objects.get()
    assert planned.values == {"priority": 4}
    assert subjects.by_code("0101").priority != 4
    assert admin.post(f"/admin/coming/{planned.pk}", {"why": ""}).status_code == 422
    assert admin.post(f"/admin/coming/{planned.pk}", {"why": "پشیمان شدیم"}).status_code == 302
    assert admin.get(f"/admin/coming/{planned.pk}").status_code == 404


def test_two_administrators_at_once_the_second_is_told_who_changed_what(admin):
    fields = opened(admin, "/admin/subjects/0101") | {"why": WHY, "priority": "4"}
    changes.carry_out(changes.subject_edit("0101", {"answer_window_days": 9}), actor="p:1", why="آن دیگری")
    page = admin.post("/admin/subjects/0101", fields)
    assert page.status_code == 409
    told = page.content.decode()
    assert "کس دیگری" in told
    assert "آن دیگری" in told
    assert typed_in(told)["priority"] == "4"
    version.check(version.current())
    assert subjects.by_code("0101").answer_window_days == 9


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("deadline_seconds", "زود", "مانند «۷۲ ساعت»"),
        ("deadline_seconds", "0", "مانند «۷۲ ساعت»"),
        ("answer_window_days", "۴۰۰", "۳۶۶"),
        ("since", "۱۴۰۰/۱/۱", "گذشته را نمی‌شود عوض کرد"),
        ("since", "دیروز", "تاریخ"),
        ("why", "", "در یک جمله بنویسید چرا"),
        ("name", "", "این خانه خالی است"),
        ("keywords", "،".join(str(n) for n in range(70)), "۶۰ واژه"),
    ],
)
def test_each_wrong_field_has_its_sentence(admin, field, value, sentence):
    fields = opened(admin, "/admin/subjects/0101") | {"why": WHY, "priority": "4", field: value}
    answer = admin.post("/admin/subjects/0101", fields)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "field-bad" in answer.content.decode()


def test_a_new_colleague_gets_a_link_and_on_his_first_day_sees_his_inbox(admin, client):
    make(
        admin, "/admin/people/new", name="خانم سارا رضایی", username="S.Rezaei", role="liaison",
        unit="MHD-03/D-TECH", area="",
    )  # fmt: skip
    person = people.by_username("s.rezaei")
    assert person is not None
    page = admin.get(f"/admin/people/{person.pk}").content.decode()
    [address] = set(re.findall(r"http://testserver(/first/[^\"<]+)", page))
    assert "/first/" not in admin.get(f"/admin/people/{person.pk}").content.decode(), "shown once"
    password = "انار سبز ۱۴۰۵ کوهسنگی"
    assert client.post(address, {"password": password, "again": password}).status_code == 302
    assert client.get("/inbox").status_code == 200
    [told] = changes.history("person", str(person.pk))
    assert told.given["after"]["rights"][0][:2] == ["liaison", "MHD-03/D-TECH"]
    assert "رضایی" not in str(told.given)


def test_a_taken_name_and_a_role_without_its_unit_are_told(admin):
    fields = opened(admin, "/admin/people/new") | {"why": WHY, "name": "کسی", "username": EXPERT, "role": "operator"}
    assert "نام ورود شخص دیگری است" in admin.post("/admin/people/new", fields).content.decode()
    fields |= {"username": "kasi", "role": "unit_head"}
    answer = admin.post("/admin/people/new", fields)
    assert answer.status_code == 422
    assert "واحد را برگزینید" in answer.content.decode()
    assert Person.objects.filter(username="kasi").count() == 0, "the preview leaves nobody behind"


def test_who_leaves_cannot_sign_in_and_the_preview_names_the_gaps(admin):
    expert = people.by_username(EXPERT)
    own = DeskHolder.objects.filter(person=expert).first()
    DeskHolder.objects.filter(desk=own.desk).exclude(person=expert).delete()
    version.check(version.bump())
    session = as_(EXPERT)
    page = make(admin, f"/admin/people/{expert.pk}/leave")
    assert "جای خالی می‌ماند" in page
    assert own.desk.name.replace("3", "۳") in page
    assert session.get("/worklist").status_code == 302, "his sessions end"
    assert not Right.objects.filter(person=expert, valid_to=None).exists()
    assert DeskHolder.objects.get(pk=own.pk).valid_to == installation.today()
    make(admin, f"/admin/people/{expert.pk}/link")
    expert.refresh_from_db()
    assert expert.is_active
    assert people.viewer(expert.pk).rights == (), "rights do not come back by themselves"


def test_a_forgotten_password_ends_all_sessions_and_gives_a_link(admin):
    person_id = people.add(username="faramush", name="آقای فراموش")
    people.set_password(person_id, "انار سبز ۱۴۰۵ کوهسنگی")
    make(admin, f"/admin/people/{person_id}/link")
    page = admin.get(f"/admin/people/{person_id}").content.decode()
    [token] = set(re.findall(r"/first/([^\"<]+)", page))
    assert invitations.read(token) == person_id
    again = admin.post(f"/admin/people/{person_id}/link", {"why": "پیوند گم شد"})
    assert again.status_code == 302
    assert "/first/" in admin.get(f"/admin/people/{person_id}").content.decode()


def test_the_last_administrator_stays(admin):
    [right] = people.of_role(Role.ADMIN)
    for address in (f"/admin/rights/{right.id}/end", f"/admin/people/{right.person_id}/leave"):
        answer = admin.post(address, opened(admin, address) | {"why": WHY})
        assert answer.status_code == 422
        assert "دست‌کم یک مدیر سامانه باید بماند" in answer.content.decode()


def test_leave_and_substitution_of_a_desk_come_back_by_themselves(admin):
    holding = DeskHolder.objects.filter(valid_to=None).select_related("desk", "person").first()
    assert holding is not None
    person_id = people.add(username="janeshin", name="خانم جانشین")
    today = installation.today()
    since, last = today + timedelta(days=2), today + timedelta(days=6)
    make(admin, f"/admin/desks/{holding.desk_id}", person="janeshin", since=numeric_date(since),
         until=numeric_date(last), instead_of=str(holding.person_id))  # fmt: skip
    mid, later = since + timedelta(days=1), last + timedelta(days=1)
    held = {day: {h.person_id for h in desks.holders(holding.desk_id, day)} for day in (today, mid, later)}
    assert holding.person_id in held[today]
    assert person_id in held[mid]
    assert holding.person_id not in held[mid]
    assert holding.person_id in held[later]
    assert person_id not in held[later]
    fields = opened(admin, f"/admin/desks/{holding.desk_id}") | {"why": WHY, "person": "هیچ‌کس"}
    assert "پیدا نشد" in admin.post(f"/admin/desks/{holding.desk_id}", fields).content.decode()


def test_a_holding_is_ended(admin):
    holding = DeskHolder.objects.filter(valid_to=None).first()
    make(admin, f"/admin/holders/{holding.pk}/end")
    assert DeskHolder.objects.get(pk=holding.pk).valid_to == installation.today() + timedelta(days=1)


def test_a_unit_s_calendar_moves_its_deadlines_and_its_liaison_is_named(admin):
    case_id = referred("0202")
    unit = units.by_code("MHD-03/D-TECH")
    due = row(case_id).unit_due_at
    page = make(admin, f"/admin/units/{unit.id}", calendar_code="always", phone="۰۵۱۳۸۴۰۰۰۰۰")
    assert "جابه‌جا می‌شود" in page
    assert row(case_id).unit_due_at < due
    assert units.by_code("MHD-03/D-TECH").phone == "+985138400000"
    people.add(username="rabet", name="خانم رابط تازه")
    make(admin, f"/admin/units/{unit.id}/liaison", person="خانم رابط تازه")
    assert "خانم رابط تازه" in admin.get(f"/admin/units/{unit.id}").content.decode()


def test_hours_of_ramadan_and_a_closure_move_deadlines_and_can_be_taken_back(admin):
    case_id = referred("0202")
    due = row(case_id).unit_due_at
    today = installation.today()
    calendar = units.by_code("MHD-03/D-TECH").calendar_code
    make(admin, f"/admin/hours/{calendar}", reason="رمضان", rank="10", until=numeric_date(today + timedelta(days=29)),
         **{f"day_{n}": "۹ تا ۱۳" for n in range(5)})  # fmt: skip
    assert row(case_id).unit_due_at > due
    assert "رمضان" in admin.get("/admin/hours").content.decode()
    shorter = row(case_id).unit_due_at
    make(admin, "/admin/closures/new", reason="آلودگی هوا", last=numeric_date(today + timedelta(days=3)))
    assert row(case_id).unit_due_at > shorter
    closure = Closure.objects.get(reason="آلودگی هوا")
    make(admin, f"/admin/closures/{closure.pk}/revoke")
    assert row(case_id).unit_due_at == shorter
    profile = calendars.Profile.objects.get(reason="رمضان")
    make(admin, f"/admin/profiles/{profile.pk}/end")
    for typed, sentence in (
        ({"day_0": "صبح"}, "۷:۰۰ تا ۱۴:۳۰"), ({"day_0": "۱۵ تا ۷"}, "پایان باید پس از آغاز"),
        ({"rank": "10"}, "باید پایان داشته باشد"), ({"since": "1400/1/1"}, "این روز گذشته است"),
    ):  # fmt: skip
        fields = opened(admin, "/admin/hours/office") | {"why": WHY, "reason": "ساعت"} | typed
        answer = admin.post("/admin/hours/office", fields)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()


def test_holidays_are_proposed_confirmed_rejected_and_added(admin):
    assert admin.post("/admin/holidays/propose", {"year": "1407"}).status_code == 302
    page = admin.get("/admin/holidays?year=1407").content.decode()
    assert "در انتظار تأیید" in page
    holiday = Holiday.objects.filter(status="proposed").order_by("-date").first()
    make(admin, f"/admin/holidays/{holiday.pk}/confirm", source="تقویم رسمی")
    holiday.refresh_from_db()
    assert (holiday.status, holiday.source) == ("confirmed", "تقویم رسمی")
    make(admin, f"/admin/holidays/{holiday.pk}/reject")
    holiday.refresh_from_db()
    assert holiday.status == "rejected"
    on = installation.today() + timedelta(days=4)
    make(admin, "/admin/holidays/new", on=numeric_date(on), name="بزرگداشت", source="هیئت دولت")
    assert Holiday.objects.get(name="بزرگداشت").status == "confirmed"
    assert calendars.worktime("office").hours_on(on) == []


def test_lists_take_no_more_statements_when_they_grow(admin, django_assert_max_num_queries):
    for address in ("/admin", "/admin/people", "/admin/units", "/admin/desks", "/admin/subjects", "/admin/holidays",
                    "/admin/hours", "/admin/answers", "/admin/subjects/0101",
                    f"/admin/people/{people.by_username(EXPERT).pk}"):  # fmt: skip
        admin.get(address)
        with django_assert_max_num_queries(12):
            assert admin.get(address).status_code == 200, address


def test_the_list_of_changes_asks_no_more_for_fifteen_than_for_one(admin, django_assert_max_num_queries):
    [tech, serv] = [units.by_code(f"MHD-03/D-{name}") for name in ("TECH", "SERV")]
    for number in range(8):
        person_id = people.add(username=f"nafar{number}", name=f"نفر {number}")
        make(admin, f"/admin/people/{person_id}/right", role="liaison", unit=(tech, serv)[number % 2].code)
        make(admin, f"/admin/desks/{rolls.desk_lines()[number].id}", person=f"nafar{number}")
    admin.get("/admin")  # the first after a change reads the city anew
    with django_assert_max_num_queries(12):
        page = admin.get("/admin").content.decode()
    assert "نفر ۷" in page


def test_people_are_paged_and_found(admin, monkeypatch):
    monkeypatch.setattr("bina.doors.web.admin.colleagues.PAGE", 3)
    page = admin.get("/admin/people").content.decode()
    [after] = re.findall(r"after=([^\"]+)", page)
    assert page.count("wrow-open") == 3
    assert (
        after not in admin.get(f"/admin/people?after={after}").content.decode().split("<tbody>")[1].split("</tbody>")[0]
    )
    assert "moghaddam" in admin.get("/admin/people?q=moghaddam").content.decode()
    assert edits.person_state(0) == {}
    assert rolls.one(0) is None


def test_an_answer_is_added_changed_and_ended_and_the_operator_finds_it(admin):
    from bina.ground.catalogue import bank

    make(admin, "/admin/answers/new", title="نمایشگاه گل کجاست؟", body="پارک ملت، تا جمعه.", keywords="نمایشگاه، گل",
         until=numeric_date(installation.today() + timedelta(days=5)))  # fmt: skip
    [found, *_] = bank.find("نمايشگاه گل")
    assert found.body == "پارک ملت، تا جمعه."
    make(admin, f"/admin/answers/{found.code}", body="پارک ملت، تا شنبه.")
    assert bank.by_code(found.code).body == "پارک ملت، تا شنبه."
    assert bank.by_code(found.code).valid_to == installation.today() + timedelta(days=6)
    assert "پارک ملت، تا جمعه." in admin.get(f"/admin/answers/{found.code}").content.decode()
    make(admin, f"/admin/answers/{found.code}/end")
    assert bank.by_code(found.code) is None
    fields = opened(admin, "/admin/answers/new") | {"why": WHY, "title": "پرسش", "body": "ب" * 1300}
    answer = admin.post("/admin/answers/new", fields)
    assert answer.status_code == 422
    assert "پای تلفن خوانده نمی‌شود" in answer.content.decode()
