"""Words: what of a case is searched, how a person's words become a question, and the neighbours of a mistyped one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise
from math import prod
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from bina.flow.cases.models import Case, CaseText
from bina.ground.text.codes import BadCode, read_code
from bina.ground.text.letters import ZWNJ, search_fold
from bina.ground.text.slips import one_apart

KEPT = 4000  # letters of a case that are searched
WORD_MAX = 100  # letters of a word
NAME = "@"  # before the words of a name: a sign, and folded words have none
WORDS_MAX = 6  # words of a question that are looked for
NEIGHBOURS = 8  # known words that one mistyped word may stand for
COMMON = 3  # cases a word must stand in before it is offered for another: rarer ones may be somebody's name
COUNTED = 3  # letters of a word from which it is counted
FEW = 3000  # cases: a word in fewer is read from the index at once
WINDOW = 30_000  # of the newest cases are looked through for common words: some 20 ms
WINDOW_LEAST = 500  # of them at once
NAMES_WINDOW = 2000  # for a name, which is rarely common
CHUNK = 5000  # cases of the index at a time
BATCH = 5000
SETTLED_SECONDS = 60  # a case this old is visible, and so are all with smaller numbers
_JOINED = re.compile(rf"\w+(?:{ZWNJ}\w+)+")


class Asked(SearchQuery):
    """A question of terms, cast and not parsed: folded words are the very terms, and the parser would split some."""

    def as_sql(
        self, compiler: Any, connection: Any, function: Any = None, template: Any = None
    ) -> tuple[str, list[Any]]:
        """The question as PostgreSQL's tsquery."""
        return super().as_sql(compiler, connection, template="(%(expressions)s)::tsquery")


def terms(*texts: str, names: Iterable[str] = ()) -> str:
    """What is searched of a case, as PostgreSQL reads a tsvector: the words of these texts, each once, and those of its
    authors' names behind a mark that nobody can type, so that a name is found only where names are asked.

    Words are folded, and compounds stand in one too («آب‌گرفتگی» is found by «ابگرفتگی»).
    """
    text = " ".join(t for t in texts if t)
    joined = "" if ZWNJ not in text else " ".join(c.replace(ZWNJ, "") for c in _JOINED.findall(text))
    words = _folded(search_fold(f"{text} {joined}")[:KEPT])
    return " ".join([*words, *(NAME + word for name in names if name for word in _folded(search_fold(name)))])


def _folded(text: str) -> list[str]:
    """The words of a folded text, each once, none longer than a tsvector can hold."""
    return list(dict.fromkeys([word[:WORD_MAX] for word in text.split()]))


def found(cases: QuerySet[Case], text: str) -> QuerySet[Case]:
    """The cases that a person means by these words: a code in any spelling, else every word by its beginning.

    Where no case of these has all of the words, one letter may be wrong in each that is not common itself. For a small
    set to narrow or count further; the newest of a large one are found faster by `page`.
    """
    if code := _code(text):
        return cases.filter(code=code)
    words = _words(text)
    if not words:
        return cases.none()
    with transaction.atomic(), connection.cursor() as cursor:
        _, counted = _counted(cursor, words)
        meant = [[word] for word in words]
        exact, sure = _narrowed(cursor, cases, meant, counted)
        if sure or exact.exists():
            return exact
        near = _near(cursor, [word for word in words if counted[word][0] <= FEW])
        if not near:
            return exact
        counted |= {word: (n, n) for known in near.values() for word, n in known.items()}
        return _narrowed(cursor, cases, [[word, *near.get(word, ())] for word in words], counted)[0]


def page(
    cases: QuerySet[Case], text: str, *, after: int | None = None, limit: int = 50
) -> tuple[list[Case], int | None]:
    """What `found` finds, newest first by keyset: the rows before the case `after`, and the key of the next page."""
    if code := _code(text):
        return list(cases.filter(code=code)), None
    words = _words(text)
    if not words:
        return [], None
    with transaction.atomic(), connection.cursor() as cursor:
        top, counted = _counted(cursor, words)
        before = top if after is None else after
        rows = _newest(cursor, cases, [[word] for word in words], counted, before, limit + 1)
        if not rows:
            near = _near(cursor, [word for word in words if counted[word][0] <= FEW])
            counted |= {word: (n, n) for known in near.values() for word, n in known.items()}
            meant = [[word, *near.get(word, ())] for word in words]
            if any(len(m) > 1 for m in meant):
                rows = _newest(cursor, cases, meant, counted, before, limit + 1)
    return rows[:limit], rows[limit - 1].pk if len(rows) > limit else None


def _code(text: str) -> str | None:
    try:
        return read_code(text)
    except BadCode:
        return None


def _words(text: str) -> list[str]:
    return _folded(search_fold(text))[:WORDS_MAX]


def _question(meant: list[list[str]], whole: Collection[str] = ()) -> str:
    """The question of terms for all of these words."""
    return " & ".join(f"({asked})" for asked in _questions(meant, whole))


def _questions(meant: list[list[str]], whole: Collection[str] = ()) -> list[str]:
    """The question of terms for each of the words: by its beginning, those of `whole` as they are.

    So are words of two letters beside longer ones: with «ده» in a street's name nobody means all that begins with it.
    """
    longer = any(len(word) >= COUNTED for words in meant for word in words)

    def exact(word: str) -> bool:
        return word in whole or (longer and len(word) < COUNTED)

    def either(words: list[str]) -> str:
        return " | ".join(f"'{word}'" if exact(word) else f"'{word}':*" for word in words)

    return [either(words) for words in meant]


def _narrowed(
    cursor: Any, cases: QuerySet[Case], meant: list[list[str]], counted: dict[str, tuple[int, int]]
) -> tuple[QuerySet[Case], bool]:
    """These cases with the words, and whether there surely are some. Rare words are looked up first: the planner, who
    knows no such word, would look through all of these cases for it."""
    if min(sum(counted[word][1] for word in words) for words in meant) > FEW:
        return _having(cases, meant), len(meant) == 1
    cursor.execute(
        "SELECT case_id FROM cases_casetext WHERE terms @@ %s::tsquery LIMIT %s", [_question(meant), 2 * FEW]
    )
    ids = [case_id for (case_id,) in cursor.fetchall()]
    if len(ids) == 2 * FEW:  # fewer were counted than there are by now
        return _having(cases, meant), False
    return cases.filter(pk__in=RawSQL("SELECT unnest(%s::bigint[])", [ids])), False


def _having(cases: QuerySet[Case], meant: list[list[str]]) -> QuerySet[Case]:
    """Cases with, for each of the person's words, one of those it may mean."""
    return cases.filter(id__in=CaseText.objects.filter(terms=Asked(_question(meant))).values("case_id"))


def _newest(
    cursor: Any, cases: QuerySet[Case], meant: list[list[str]], counted: dict[str, tuple[int, int]], before: int,
    limit: int,
) -> list[Case]:  # fmt: skip
    """The newest of these with the words. Common words stand in many of the newest cases, so those are looked through
    first; rare ones, and common ones that rarely meet, are taken from the index of words. Neither alone is fast for
    both: sorting all cases of a common word, or walking back through a million for two that exclude each other.
    """
    asked = _questions(meant, {word for word, (own, _) in counted.items() if own > FEW})
    each = [sum(counted[word][1] for word in words) for words in meant]
    share = prod(min(n / max(before, 1), 1.0) for n in each)  # of the newest cases that would have them all by chance
    size = 0
    if min(each) > FEW and (WINDOW * share > limit or before <= WINDOW):
        size = max(WINDOW_LEAST, int(limit / share / 2))
    return _gathered(cases.order_by("-id"), _having_all(cursor, asked, before, limit, size), limit)[0]


def named(
    cases: QuerySet[Case], name: str, *, after: int | None, limit: int, chunks: int
) -> tuple[list[Case], int | None]:  # fmt: skip
    """The newest of these cases with all words of a name, whole, among their authors' names, and the key of the page
    that goes on. How common a name is nobody knows beforehand: the newest cases are looked through, then the index; of
    that at most so many chunks, since one may see few of the cases of a common name.
    """
    asked = [f"'{NAME}{word}'" for word in _words(name)]
    if not asked:
        return [], None
    with transaction.atomic(), connection.cursor() as cursor:
        top, _ = _counted(cursor, [])
        before = top if after is None else min(after, top)
        found = _having_all(cursor, asked, before, limit, NAMES_WINDOW, window=NAMES_WINDOW, chunks=chunks)
        rows, more = _gathered(cases.order_by("-id"), found, limit + 1)
    return rows[:limit], rows[limit - 1].pk if len(rows) > limit else more


def _gathered(
    ordered: QuerySet[Case], found: Iterator[tuple[list[int], int]], limit: int
) -> tuple[list[Case], int | None]:  # fmt: skip
    """So many of these cases, of those found; when there are fewer, also the case before which nothing was looked at.

    Their rows are read a few at a time, for mostly the first are enough.
    """
    rows: list[Case] = []
    ids: list[int] = []
    before = 0
    for more, before in found:
        ids += more
        if len(ids) < 2 * limit and before:
            continue
        for first, last in pairwise((0, limit * 2, limit * 16, len(ids))):
            if len(rows) < limit and first < min(last, len(ids)):
                rows += ordered.filter(id__in=ids[first:last])[: limit - len(rows)]
        if len(rows) >= limit:
            return rows, None
        ids = []
    if ids:
        rows += ordered.filter(id__in=ids)[: limit - len(rows)]
    return rows, before or None


def _having_all(
    cursor: Any, asked: list[str], before: int, limit: int, size: int, *, window: int | None = None,
    chunks: int | None = None,
) -> Iterator[tuple[list[int], int]]:  # fmt: skip
    """The cases before one that answer all questions, newest first, in parts; each with the case before which nothing
    was looked at, 0 at the end.

    The newest cases are looked through from `size` of them on (0: not at all) as far as the window (WINDOW unless
    said), given up where they hold too few for the whole of it to give a page; the rest is asked of the index, in at
    most so many chunks.
    """
    window = WINDOW if window is None else window
    top, last, n = before, max(before - window, 0) if size else before, 0
    while before > last:
        down = max(before - size, last)
        cursor.execute(windowed(len(asked)), [down, before, *asked])
        part = [row[0] for row in cursor.fetchall()]
        n, before, size = n + len(part), down, size * 4
        yield part, before
        if last and n * window < limit * (top - before):
            break
    while before and (chunks is None or chunks > 0):
        cursor.execute(indexed(len(asked)), [*asked, before, CHUNK])
        part = [row[0] for row in cursor.fetchall()]
        before = part[-1] if len(part) == CHUNK else 0
        chunks = None if chunks is None else chunks - 1
        yield part, before


def windowed(words: int) -> str:
    """The statement that looks so many words up in the cases of a span."""
    every = " AND ".join(["terms @@ %s::tsquery"] * words)
    return (
        "WITH span AS MATERIALIZED (SELECT case_id, terms FROM cases_casetext WHERE case_id >= %s::bigint "
        f"AND case_id < %s::bigint) SELECT case_id FROM span WHERE {every} ORDER BY case_id DESC"
    )


def indexed(words: int) -> str:
    """The statement that asks the index for so many words, each alone, which it reads a sixth faster than together."""
    every = " AND ".join(["terms @@ %s::tsquery"] * words)
    return (
        f"WITH all_of_them AS MATERIALIZED (SELECT case_id FROM cases_casetext WHERE {every} AND case_id < %s::bigint) "
        "SELECT case_id FROM all_of_them ORDER BY case_id DESC LIMIT %s"
    )


def _counted(cursor: Any, words: list[str]) -> tuple[int, dict[str, tuple[int, int]]]:
    """A number above every case's; in about how many cases each of these words stands, and what begins with it.

    Numbers count as common words. From here to the transaction's end a plan is made for each question's own words: one
    for any words suits neither the common nor the rare.
    """
    known = [word for word in words if len(word) >= COUNTED and not word.isdigit()]
    cursor.execute(
        "SELECT top.id, w.word, coalesce(sum(t.cases), 0), coalesce(sum(t.cases) FILTER (WHERE t.word = w.word), 0) "
        "FROM (SELECT coalesce(max(case_id), 0) + 1 AS id, set_config('plan_cache_mode', 'force_custom_plan', true) "
        "FROM cases_casetext) AS top "
        "LEFT JOIN unnest(%s::text[]) AS w(word) ON true LEFT JOIN cases_term t "
        "ON t.word >= w.word AND t.word < w.word || chr(1114111) GROUP BY top.id, w.word",
        [known],
    )
    rows = cursor.fetchall()
    unknown = {word: (FEW + 1 if word.isdigit() else 0, FEW + 1) for word in words}
    return int(rows[0][0]), unknown | {word: (int(own), int(begun)) for _, word, begun, own in rows if word}


def neighbours(word: str) -> list[str]:
    """Words that people use and that differ from this one by one letter left out, added, changed or swapped."""
    with transaction.atomic(), connection.cursor() as cursor:
        return list(_near(cursor, [word]).get(word, ()))


def _near(cursor: Any, words: list[str]) -> dict[str, dict[str, int]]:
    """The neighbours of each of these words, and in how many cases each stands; words of three letters have none."""
    known = [word for word in words if len(word) >= 4 and not word.isdigit()]
    if not known:
        return {}
    cursor.execute(
        "SELECT w.word, t.word, t.cases FROM (SELECT word FROM unnest(%s::text[]) AS word, "
        "(SELECT set_config('pg_trgm.similarity_threshold', '0.2', true)) AS loose OFFSET 0) AS w "
        "CROSS JOIN LATERAL (SELECT word, cases FROM cases_term WHERE word %% w.word AND cases >= %s "
        "AND length(word) BETWEEN length(w.word) - 1 AND length(w.word) + 1) AS t ORDER BY t.cases DESC",
        [known, COMMON],
    )
    near: dict[str, dict[str, int]] = {}
    for word, other, cases in cursor.fetchall():
        if len(found := near.setdefault(word, {})) < NEIGHBOURS and one_apart(word, other):
            found[other] = cases
    return near


def learn() -> int:
    """Counts the words of the cases that came since the last time; how many cases were read."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO cases_reader (name, n, failure) VALUES ('terms', 0, '') ON CONFLICT DO NOTHING")
        cursor.execute("SELECT n FROM cases_reader WHERE name = 'terms' FOR UPDATE")
        [(after,)] = cursor.fetchall()
        cursor.execute(
            "SELECT max(id) FROM (SELECT id FROM cases_case WHERE id > %s AND changed_at < bina_now() - "
            "make_interval(secs => %s) ORDER BY id LIMIT %s) AS batch",
            [after, SETTLED_SECONDS, BATCH],
        )
        [(until,)] = cursor.fetchall()
        if until is None:
            return 0
        cursor.execute(
            "INSERT INTO cases_term (word, cases) SELECT t.word, count(*) FROM cases_casetext c, "
            "unnest(tsvector_to_array(c.terms)) AS t(word) WHERE c.case_id > %s AND c.case_id <= %s "
            f"AND length(t.word) BETWEEN {COUNTED} AND 40 AND t.word !~ '^([0-9]+$|{NAME})' "
            "GROUP BY t.word ORDER BY t.word "
            "ON CONFLICT (word) DO UPDATE SET cases = cases_term.cases + excluded.cases",
            [after, until],
        )
        cursor.execute("UPDATE cases_reader SET n = %s WHERE name = 'terms'", [until])
        return int(until - after)
