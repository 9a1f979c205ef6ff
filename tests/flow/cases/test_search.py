"""Words find their case in any spelling, by their beginnings, and with one letter wrong where nothing else is found."""

import pytest
from django.db import connection

from bina.flow.cases import search
from bina.flow.cases.contacts import contact
from bina.flow.cases.corrections import correct_place
from bina.flow.cases.erasure import erase
from bina.flow.cases.models import Case, CaseText
from bina.flow.cases.moves import By
from bina.flow.cases.register import Author, Place, register
from tests.flow.cast import PHONE, key, new, ready, row, spot


def said(words: str) -> str:
    """Registers a request with these words; its code."""
    ready()
    return register(by=By.OPERATOR, actor="p:1", channel="phone", subject="0101", place=spot(), words=words,
                    author=Author(), key=key()).code  # fmt: skip


def written(case_id: int, words: str, address: str, names: list[str]) -> bool:
    """Whether what is searched of the case is what `terms` makes of these."""
    terms = search.terms(words, address, names=names)
    with connection.cursor() as cursor:
        cursor.execute("SELECT terms = %s::tsvector FROM cases_casetext WHERE case_id = %s", [terms, case_id])
        return bool(cursor.fetchone()[0])


def codes(text: str) -> set[str]:
    """The codes found, by the list and by the page alike."""
    listed = {c.code for c in search.found(Case.objects.all(), text)}
    rows, _more = search.page(Case.objects.all(), text)
    assert {c.code for c in rows} == listed, text
    return listed


@pytest.mark.django_db
@pytest.mark.usefixtures("city")
class TestFound:
    @pytest.mark.parametrize(
        "asked", ["چاله", "چاله‌ی", "چال", "آبگرفتگی", "اب گرفتگی", "مدرسه‌ي", "كوچه ۱۲", "کوچه ١٢", "CAFE", "گرفت چاله"]
    )
    def test_in_any_spelling_and_by_the_beginning(self, asked):
        code = said("چالهٔ بزرگ و آب‌گرفتگی نزدیک مدرسه‌ی کوچهٔ 12، کنار Café")
        other = said("درخت خشک شده است")
        assert codes(asked) == {code}, asked
        assert other not in codes(asked)

    def test_every_word_must_be_there(self):
        said("چاله در خیابان")
        assert codes("چاله درخت") == set()

    def test_two_letters_beside_a_longer_word_are_a_word_of_their_own(self):
        tenth, farmer = said("چاله در خیابان ده دی، پلاک 34"), said("چاله در خیابان دهقان، پلاک 340")
        assert codes("خیابان ده چاله") == {tenth}
        assert codes("خیابان دهقان") == {farmer}
        assert codes("پلاک ۳۴") == {tenth}
        assert codes("ده") == {tenth, farmer}

    @pytest.mark.parametrize("limit", [1, 2, 3])
    @pytest.mark.parametrize(("few", "window", "least"), [(0, 3, 9), (0, 6, 1), (0, 30_000, 1), (10**9, 3, 9)])
    def test_pages_follow_each_other_whatever_way_the_words_are_found(self, monkeypatch, few, window, least, limit):
        """By the newest cases, by the index of words, and by both in turn; the same rows in the same order."""
        monkeypatch.setattr(search, "FEW", few)
        monkeypatch.setattr(search, "WINDOW", window)
        monkeypatch.setattr(search, "WINDOW_LEAST", least)
        monkeypatch.setattr(search, "CHUNK", 2)
        wanted = [said(f"چاله در خیابان {n}") if n % 2 else said(f"درخت {n}") for n in range(9)][1::2][::-1]
        with connection.cursor() as cursor:
            cursor.execute("UPDATE cases_case SET changed_at = changed_at - interval '5 minutes'")
        search.learn()
        seen, after = [], None
        while True:
            rows, after = search.page(Case.objects.all(), "چاله", after=after, limit=limit)
            seen += [c.code for c in rows]
            if after is None:
                break
        assert seen == wanted

    def test_whoever_writes_them_the_words_are_the_same(self):
        """By a registration, by somebody who asks about it, by its place put right, and after an erasure."""
        case_id = new(words="آب‌گرفتگی جلوی خانهٔ ما", author=Author("رضا کرمی", PHONE, "sms")).case_id
        assert written(case_id, "آب‌گرفتگی جلوی خانهٔ ما", spot().address, ["رضا کرمی"])
        common = {"by": By.OPERATOR, "actor": "p:1", "channel": "phone"}
        contact(case_id, kind="similar", author=Author("مریم‌سادات", PHONE, "sms"), **common)
        assert written(case_id, "آب‌گرفتگی جلوی خانهٔ ما", spot().address, ["رضا کرمی", "مریم‌سادات"])
        correct_place(case_id, place=Place("address", address="کوچهٔ لاله ۳"), **common)
        assert written(case_id, "آب‌گرفتگی جلوی خانهٔ ما", "کوچهٔ لاله ۳", ["رضا کرمی", "مریم‌سادات"])
        erase(case_id, by=By.SUPERVISOR, actor="p:9", channel="test", reason="asked")
        contact(case_id, kind="similar", author=Author("رضا نوری", PHONE, "sms"), **common)
        assert written(case_id, "", "", ["رضا نوری"])

    def test_before_the_first_case_there_is_none(self):
        said("چاله در خیابان")
        assert search.page(Case.objects.all(), "چاله", after=0) == ([], None)

    def test_what_is_no_word_finds_nothing_and_breaks_nothing(self):
        said("چاله در خیابان")
        for asked in ("", "؟!", "':*", "a'b | c", "!!!&", "\\", "()" * 50, "و " * 300):
            assert isinstance(codes(asked), set)

    def test_a_mistyped_word_is_found_by_its_neighbours_once_they_are_known(self):
        wanted = {said(f"لکه گیری آسفالت شماره {n}") for n in range(search.COMMON)}
        assert codes("اسفلات") == set()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE cases_case SET changed_at = changed_at - interval '5 minutes'")
        assert search.learn() > 0
        assert search.learn() == 0
        for asked in ("اسفلات", "آسفلت", "آصفالت", "آسفالط", "اسفاالت"):
            assert codes(asked) == wanted, asked

    def test_a_rare_word_is_offered_to_nobody(self):
        said("خانهٔ جهانشاهی")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE cases_case SET changed_at = changed_at - interval '5 minutes'")
        search.learn()
        assert search.neighbours("جهانشاهی") == search.neighbours("جهانساهی") == []

    def test_words_that_were_erased_are_no_longer_found(self):
        code = said("چالهٔ جلوی خانهٔ ما")
        CaseText.objects.filter(case_id=row(Case.objects.get(code=code).pk).pk).update(address="", terms="")
        assert codes("چاله") == set()

    def test_only_within_what_the_person_may_see(self):
        code = said("چاله در خیابان")
        assert not search.found(Case.objects.exclude(code=code), "چاله").exists()
