"""Bulk orders: stored, taken back within ten seconds, else carried out case by case with a result for each."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bina.flow.cases import history
from bina.flow.cases.errors import Invalid, KeyReused, NotAllowed
from bina.flow.cases.models import Event
from bina.flow.cases.moves import By
from bina.flow.quality import orders
from bina.flow.quality.above import above
from bina.flow.quality.models import FollowUp, Order
from bina.ground.city import people
from bina.ground.sla import clock
from tests.doors.web.staff import EXPERT, HEAD, SUPERVISOR, expert_of
from tests.flow.cast import check_every_result, do, key, new, ready, referred, reported, row, spot, unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path / "files")
    check_every_result()
    ready()


def person(username: str = SUPERVISOR) -> int:
    ready()
    found = people.by_username(username)
    assert found is not None
    return int(found.pk)


def picked(*case_ids: int) -> list[tuple[int, int]]:
    return [(one, row(one).seq) for one in case_ids]


def ask(verb: str, *case_ids: int, words: str = "", who: str = SUPERVISOR, mark: str = "", **given) -> int:
    return orders.order(person_id=person(who), verb=verb, picks=picked(*case_ids), given=given, words=words,
                        channel="test", key=mark or key().key)  # fmt: skip


def later() -> None:
    """Ten seconds have passed."""
    Order.objects.update(run_at=clock.now() - timedelta(seconds=1))


def carried_out() -> int:
    later()
    ready()
    return orders.carry_out_due()


def results(number: int) -> dict[int, str]:
    return {line.case_id: line.result for line in orders.lines(number)}


def test_nothing_happens_for_ten_seconds_then_each_case_is_moved():
    first, second = (new().case_id for _ in range(2))
    number = ask("refer", first, second, words="ببینید", unit=unit().id)
    assert orders.carry_out_due() == 0
    assert row(first).state == "registered"
    assert carried_out() == 1
    assert results(number) == {first: "done", second: "done"}
    assert row(first).state == row(second).state == "referred"
    told, _filters = above(person(), since=clock.now() - timedelta(hours=1))
    assert told is not None
    assert (told.state, told.counts, told.cases, told.undone) == ("done", {"done": 2}, 2, 0)
    assert Order.objects.get().words == "", "its words stand in the histories alone"
    assert history.entries(first)[-2].words == "ببینید"


def test_taken_back_in_time_it_never_happens():
    case_id = new().case_id
    number = ask("refer", case_id, words="ببینید", unit=unit().id)
    assert not orders.take_back(number, person(EXPERT)), "not another's"
    assert orders.take_back(number, person())
    assert not orders.take_back(number, person()), "once"
    assert carried_out() == 0
    assert row(case_id).state == "registered"
    assert orders.told(person())[0].state == "taken_back"


def test_begun_it_cannot_be_taken_back_any_more():
    number = ask("refer", new().case_id, words="ببینید", unit=unit().id)
    carried_out()
    assert not orders.take_back(number, person())


def test_a_case_that_moved_meanwhile_is_left_alone_and_said():
    first, second = (reported("done") for _ in range(2))
    number = ask("acknowledged", first, second)
    do(first, "confirm", By.CITIZEN)
    carried_out()
    assert results(number) == {first: "moved", second: "done"}
    [line] = [one for one in orders.lines(number) if one.case_id == first]
    assert "مختومه" in line.sentence
    assert row(second).more["checked"]


def test_what_is_not_this_persons_is_not_done():
    here, elsewhere = new().case_id, new(place=spot("MHD-09")).case_id
    number = ask("refer", here, elsewhere, words="ببینید", unit=unit().id)
    carried_out()
    assert results(number) == {here: "done", elsewhere: "not_allowed"}
    number = ask("refer", new().case_id, words="ببینید", unit=unit().id, who=HEAD)
    carried_out()
    assert set(results(number).values()) == {"not_allowed"}, "a unit's head has no desk"


def test_a_rule_that_says_no_is_told_in_its_words():
    case_id = referred()
    number = ask("refer", case_id, words="ببینید", unit=unit().id)
    carried_out()
    [line] = orders.lines(number)
    assert line.result == "refused"
    assert unit().name in line.sentence


def test_one_follow_up_over_those_that_take_it():
    open_ones, closed = [referred() for _ in range(3)], reported("done")
    number = ask("follow_up", *open_ones, closed, words="فردا می‌آیند", means="phone", unit=unit().id,
                 word_at=int(clock.now().timestamp()) + 10**5)  # fmt: skip
    do(closed, "confirm", By.CITIZEN)
    carried_out()
    assert results(number) == dict.fromkeys(open_ones, "done") | {closed: "refused"}
    assert FollowUp.objects.count() == 1
    assert Event.objects.filter(stream_kind="followup").count() == 1
    assert all(row(one).word_at for one in open_ones)


def test_sent_back_and_put_aside():
    case_id, aside = reported("done"), referred()
    number = ask("send_back", case_id, words="عکس پس از کار نیست")
    carried_out()
    assert results(number) == {case_id: "not_allowed"}, "that is the expert's, not the supervisor's"
    ask("send_back", case_id, words="عکس پس از کار نیست", who=expert_of(row(case_id)))
    ask("snoozed", aside, words="تا بازدید", until=int(clock.now().timestamp()) + 10**5)
    assert carried_out() == 2
    assert row(case_id).state == "in_progress"
    assert row(aside).more["snoozed"]


def test_a_worker_that_died_in_the_middle_is_followed_by_one_that_goes_on():
    first, second = (new().case_id for _ in range(2))
    number = ask("refer", first, second, words="ببینید", unit=unit().id)
    Order.objects.update(state="running")
    do(first, "refer", By.EXPERT, unit=unit().id, words="ببینید")
    from bina.flow.quality.models import OrderLine

    OrderLine.objects.filter(case_id=first).update(result="done")
    assert carried_out() == 1
    assert results(number) == {first: "done", second: "done"}
    assert [e.verb for e in history.events(first)].count("refer") == 1


def test_the_same_key_is_one_order_and_what_lacks_something_is_none():
    case_id, mark = new().case_id, key().key
    one = ask("refer", case_id, words="ببینید", unit=unit().id, mark=mark)
    assert ask("refer", case_id, words="ببینید", unit=unit().id, mark=mark) == one
    with pytest.raises(KeyReused):
        ask("send_back", case_id, words="x", mark=mark)
    with pytest.raises(KeyReused):
        ask("refer", new().case_id, words="ببینید", unit=unit().id, mark=mark)
    for verb, given in (("refer", {"words": "x"}), ("send_back", {"words": " "}), ("snoozed", {"words": "x"})):
        with pytest.raises(Invalid):
            ask(verb, case_id, **given)
    with pytest.raises(Invalid):
        ask("acknowledged")
    with pytest.raises(NotAllowed):
        ask("decline", case_id, words="x")
    assert Order.objects.count() == 1


def test_old_orders_are_forgotten_with_their_lines():
    ask("refer", new().case_id, words="ببینید", unit=unit().id)
    carried_out()
    orders.forget()
    assert Order.objects.count() == 1
    Order.objects.update(done_at=clock.now() - timedelta(days=31))
    orders.forget()
    assert Order.objects.count() == 0
