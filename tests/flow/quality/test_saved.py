"""Saved filters: by name, a person's own, shared by their mark."""

from __future__ import annotations

import pytest

from bina.flow.cases.errors import Invalid
from bina.flow.quality import saved
from bina.flow.quality.above import above
from bina.ground.sla import clock

pytestmark = pytest.mark.django_db


def filters(person_id: int) -> list[saved.Saved]:
    _order, found = above(person_id, since=clock.now())
    return found


def test_a_name_keeps_its_mark_and_the_newest_query():
    mark = saved.save(person_id=1, name=" آب  و برق ", query="only=late")
    assert saved.save(person_id=1, name="آب و برق", query="only=risk") == mark
    assert [(one.name, one.query) for one in filters(1)] == [("آب و برق", "only=risk")]
    assert filters(2) == []
    found = saved.by_mark(mark)
    assert found is not None
    assert found.person_id == 1
    assert saved.by_mark("nothing\0") is None
    assert not saved.remove(mark, 2)
    assert saved.remove(mark, 1)
    assert filters(1) == []


def test_nameless_empty_long_and_too_many_are_refused(monkeypatch):
    for given in ({"name": " "}, {"name": "x" * 61}, {"query": ""}, {"query": "q=" + "x" * 1000}):
        with pytest.raises(Invalid):
            saved.save(**({"person_id": 1, "name": "نام", "query": "only=late"} | given))
    monkeypatch.setattr(saved, "FILTERS_MAX", 2)
    for name in ("یک", "دو", "دو"):
        saved.save(person_id=1, name=name, query="only=late")
    with pytest.raises(Invalid):
        saved.save(person_id=1, name="سه", query="only=late")
