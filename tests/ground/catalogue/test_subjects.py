"""Subjects answer by code, by id, by any word in any spelling; answers to their questions are checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bina.ground.catalogue import answers, constraints, subjects
from bina.ground.catalogue.models import Subject
from bina.ground.catalogue.subjects import SubjectRow
from bina.ground.city import installation
from bina.ground.sla import version


def subject(code: str) -> SubjectRow:
    """A subject that is in force."""
    row = subjects.by_code(code)
    assert row is not None
    return row


def test_a_subject_carries_all_that_follows_from_it(small: Path) -> None:
    row = subject("0101")
    assert (row.name, row.group_code, row.owner_code, row.onward) == ("چاله", "01", "D-TECH", ("ORG-A",))
    assert (row.deadline_seconds, row.deadline_clock) == (72 * 3600, "clock")
    assert (row.first_answer_seconds, row.first_answer_clock) == (8 * 3600, "working")
    assert row.proof == {
        "done": ("photo_before", "photo_after"), "nothing_found": ("photo",), "already_fixed": ("photo",),
    }  # fmt: skip
    assert (row.answer_window_days, row.guarantee_days, row.check_results) == (7, 30, "all")
    assert (row.hazard, row.credit, row.result_promise, row.place_required) == (False, "O", True, True)
    assert subjects.by_id(row.id) == row
    hazard = subject("0201")
    assert (hazard.first_answer_seconds, hazard.first_answer_clock, hazard.hazard) == (1800, "clock", True)


def test_questions_stand_in_their_order_with_their_dangers(small: Path) -> None:
    depth, where = subject("0101").questions
    assert [(o.code, o.text, o.text_en) for o in depth.options] == [
        ("shallow", "کم", "Shallow"),
        ("deep", "زیاد", "Deep"),
    ]
    assert depth.hazard_if == ("deep",)
    assert [o.code for o in where.options] == ["سواره‌رو", "پیاده‌رو"]
    assert where.hazard_if == ("پیاده‌رو",)
    assert subject("0201").questions[0].hazard_if == ("yes",)


def test_subjects_and_groups_in_force_by_code(small: Path, django_assert_num_queries: Any) -> None:
    assert [row.code for row in subjects.all()] == ["0101", "0201"]
    assert [row.code for row in subjects.groups()] == ["01", "02"]
    with django_assert_num_queries(0):
        assert [row.code for row in subjects.in_group("02")] == ["0201"]
        subjects.by_code("0101")


def test_a_subject_that_ended_is_known_by_id_and_found_no_more(small: Path) -> None:
    key = subject("0201").id
    Subject.objects.filter(pk=key).update(valid_to=installation.today())
    version.check(version.bump())
    assert subjects.by_code("0201") is None
    assert subjects.find("سیل") == []
    ended = subjects.by_id(key)
    assert ended is not None
    assert ended.code == "0201"
    assert subjects.by_id(0) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0101", "0101"),
        ("۰۱۰۱", "0101"),
        ("چاله", "0101"),
        ("يك چالهٔ بزرگ جلوی خانه", "0101"),
        ("دست انداز", "0101"),
        ("دستانداز", "0101"),
        ("گودالی", "0101"),
        ("pothole", "0101"),
        ("آبگرفتگي", "0201"),
        ("اب گرفتگی", "0201"),
        ("آسفالت", "0101"),
    ],
)
def test_a_subject_is_found_by_any_word_in_any_spelling(small: Path, text: str, code: str) -> None:
    assert subjects.find(text)[0].code == code


def test_nothing_is_found_by_nothing(small: Path) -> None:
    for text in ("", "   ", "و از به", "\u200c", "ققنوس", "🦜"):
        assert subjects.find(text) == []
    assert len(subjects.find("چاله سیل", limit=1)) == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("چاله جلوی خانه ما", "0101"),
        ("سگ ولگرد", None),
        ("چراغ خیابان خاموش است", None),
        ("درخت دارد می‌افتد", None),
        ("زباله جمع نشده", None),
        ("فاضلاب بوی بد می‌دهد", None),
    ],
)
def test_what_mashhads_people_say_finds_something(city: Path, text: str, code: str | None) -> None:
    version.check(version.current())
    found = subjects.find(text, 5)
    assert found
    if code:
        assert found[0].code == code


def test_answers_are_read_into_their_stored_form(small: Path) -> None:
    row = subject("0101")
    assert answers.read(row, {"depth": "زیاد", "where": "پیاده‌رو"}) == {"depth": "deep", "where": "پیاده‌رو"}
    assert answers.read(row, {"depth": "", "where": "سواره‌رو"}) == {"where": "سواره‌رو"}
    assert answers.dangerous(row, {"depth": "deep"})
    assert not answers.dangerous(row, {"depth": "shallow"})
    assert answers.read(subject("0201"), {"inside": "بله"}) == {"inside": "yes"}


@pytest.mark.parametrize(
    ("code", "given", "question"),
    [
        ("0101", {"depth": "متوسط"}, "depth"),
        ("0101", {"colour": "x"}, "colour"),
        ("0201", {"inside": "شاید"}, "inside"),
        ("0201", {"inside": ["yes"]}, "inside"),
    ],
)
def test_wrong_answers_are_refused_with_their_question(
    small: Path, code: str, given: dict[str, Any], question: str
) -> None:
    with pytest.raises(answers.WrongAnswer) as caught:
        answers.read(subject(code), given)
    assert caught.value.question == question


def test_constraints_stand_in_the_order_in_which_they_are_charged(small: Path) -> None:
    rows = constraints.all()
    assert [(row.code, row.rank, row.confirmer_code) for row in rows] == [
        ("LEGAL", 110, "ORG-A"),
        ("SEASON", 510, None),
    ]
    assert constraints.by_code("SEASON") == rows[1]
    assert constraints.by_id(rows[0].id) == rows[0]
    assert constraints.by_code("NONE") is None
