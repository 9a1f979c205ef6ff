"""Words: what of a case is searched, how a person's words become a question, and the neighbours of a mistyped one."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import connection, transaction
from django.db.models import QuerySet

from bina.flow.cases.models import Case, CaseText
from bina.ground.text.codes import BadCode, read_code
from bina.ground.text.letters import ZWNJ, search_fold

KEPT = 4000  # letters of a case that are searched
WORDS_MAX = 6  # words of a question that are looked for
NEIGHBOURS = 8  # known words that one mistyped word may stand for
COMMON = 3  # cases a word must stand in before it is offered for another: rarer ones may be somebody's name
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


def searchable(*parts: str) -> str:
    """What is searched of these texts: folded, and compounds also in one («آب‌گرفتگی» is found by «ابگرفتگی»)."""
    text = " ".join(p for p in parts if p)
    joined = "" if ZWNJ not in text else " ".join(c.replace(ZWNJ, "") for c in _JOINED.findall(text))
    return search_fold(f"{text} {joined}")[:KEPT].strip()


def found(cases: QuerySet[Case], text: str) -> QuerySet[Case]:
    """The cases that a person means by these words: a code in any spelling, else every word by its beginning.

    Where no case of these has all of the words, one letter may be wrong in each.
    """
    try:
        return cases.filter(code=read_code(text))
    except BadCode:
        words = list(dict.fromkeys(search_fold(text).split()))[:WORDS_MAX]
    if not words:
        return cases.none()
    exact = _having(cases, [[word] for word in words])
    if exact.exists():
        return exact
    meant = [[word, *neighbours(word)] for word in words]
    return exact if all(len(m) == 1 for m in meant) else _having(cases, meant)


def _having(cases: QuerySet[Case], meant: list[list[str]]) -> QuerySet[Case]:
    """Cases with, for each of the person's words, one of those it may mean."""
    asked = " & ".join("(" + " | ".join(f"'{word}':*" for word in words) + ")" for words in meant)
    return cases.filter(id__in=CaseText.objects.filter(terms=Asked(asked)).values("case_id"))


def neighbours(word: str) -> list[str]:
    """Words that people use and that differ from this one by one letter left out, added, changed or swapped."""
    if len(word) < 4 or word.isdigit():
        return []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', '0.2', true)")
        cursor.execute(
            "SELECT word FROM cases_term WHERE word %% %s::text AND cases >= %s AND length(word) BETWEEN %s AND %s "
            "ORDER BY cases DESC",
            [word, COMMON, len(word) - 1, len(word) + 1],
        )
        return [w for (w,) in cursor.fetchall() if one_apart(word, w)][:NEIGHBOURS]


def one_apart(a: str, b: str) -> bool:
    """Whether one letter left out, added, changed, or two swapped make one word of the other."""
    if len(a) > len(b):
        a, b = b, a
    if a == b or len(b) - len(a) > 1:
        return False
    i = next((n for n in range(len(a)) if a[n] != b[n]), len(a))
    if len(a) < len(b):
        return a[i:] == b[i + 1 :]
    swapped = a[i : i + 2] == b[i + 1 : i + 2] + b[i : i + 1] and a[i + 2 :] == b[i + 2 :]
    return swapped or a[i + 1 :] == b[i + 1 :]


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
            "AND length(t.word) BETWEEN 3 AND 40 AND t.word !~ '^[0-9]+$' GROUP BY t.word ORDER BY t.word "
            "ON CONFLICT (word) DO UPDATE SET cases = cases_term.cases + excluded.cases",
            [after, until],
        )
        cursor.execute("UPDATE cases_reader SET n = %s WHERE name = 'terms'", [until])
        return int(until - after)
