"""One call about many cases is one entry in its own stream and one fact in each case's."""

import pytest

from bina.flow.cases.errors import Invalid, KeyReused, Refused
from bina.flow.cases.models import Event
from bina.flow.cases.moves import By
from bina.flow.cases.register import Key
from bina.flow.quality.followups import follow_up, latest
from bina.flow.quality.models import FollowUp
from tests.flow.cast import do, key, referred, reported, row, unit

pytestmark = pytest.mark.django_db


def test_twenty_cases_one_call(city):
    cases = [referred() for _n in range(5)]
    word = int(row(cases[0]).changed_at.timestamp()) + 86400
    told = {
        "unit_id": unit().id,
        "means": "phone",
        "words": "تا فردا",
        "by": By.EXPERT,
        "actor": "p:1",
        "channel": "test",
    }
    follow_up(cases, word_at=word, **told)
    assert FollowUp.objects.count() == 1
    assert Event.objects.filter(stream_kind="followup").count() == 1
    for case_id in cases:
        assert int(row(case_id).word_at.timestamp()) == word
    with pytest.raises(Invalid):
        follow_up([], **told)
    with pytest.raises(Invalid):
        follow_up(cases, **(told | {"words": " ", "means": "owl"}))


def test_all_or_none(city, tmp_path, monkeypatch):
    monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path)
    open_case, closed = referred(), reported()
    do(closed, "confirm", By.CITIZEN)
    with pytest.raises(Refused):
        follow_up([open_case, closed], unit_id=None, means="phone", words="x", by=By.EXPERT, actor="p:1", channel="t")
    assert FollowUp.objects.count() == 0
    assert row(open_case).word_at is None


def test_each_case_may_have_its_own_day_and_the_same_key_is_one_call(city):
    first, second = referred(), referred()
    now = int(row(first).changed_at.timestamp())
    once = key()
    told = {"unit_id": unit().id, "means": "phone", "words": "x", "by": By.EXPERT, "actor": "p:1", "channel": "t"}
    done = follow_up([first, second], word_at=now + 86_400, words_at={second: now + 2 * 86_400}, key=once, **told)
    assert len(done) == 2
    assert [int(row(one).word_at.timestamp()) - now for one in (first, second)] == [86_400, 2 * 86_400]
    assert follow_up([first, second], word_at=now + 86_400, key=once, **told) == []
    assert FollowUp.objects.count() == 1
    with pytest.raises(KeyReused):
        follow_up([first], key=Key(once.scope, once.key, once.route, b"other"), **told)
    assert latest([unit().id])[unit().id].means == "phone"
