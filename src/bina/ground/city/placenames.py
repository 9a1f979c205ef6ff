"""Finds names of places in any spelling: joined, split, begun, a letter wrong, the kind left out or another."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bina.ground.city.wordindex import LONGEST, LOOKED, WordIndex
from bina.ground.text.letters import search_fold
from bina.ground.text.slips import one_apart

# The word people put before a name, or leave out.
KIND_WORDS = {
    "street": "خیابان", "boulevard": "بلوار", "square": "میدان", "landmark": "", "neighbourhood": "محله",
    "alley_root": "", "district": "", "subdistrict": "",
}  # fmt: skip
# Words that say what kind of place it is, not which; the short ones are how people write them.
KINDS_SAID = (
    "خیابان", "خ", "بلوار", "بولوار", "بل", "ب", "میدان", "م", "فلکه", "بزرگراه", "بزرگ راه", "اتوبان", "جاده", "محله",
    "کوچه", "ک", "پلاک", "پ", "نبش", "منطقه", "ناحیه", "شهرک", "کوی", "چهارراه", "چهار راه", "سه راه",
)  # fmt: skip
# Words from which on an address no longer says the name.
ENDS = frozenset("پلاک واحد طبقه نبش روبروی مقابل جنب نرسیده".split())
WHOLE, CORE, BARE = 14.0, 11.0, 10.0  # the typed letters are the name's; without the kinds; without the numbers too
ONE_WRONG = {3: 4.0, 4: 6.0}  # the same, one letter wrong, by the letters of the name
ONE_WRONG_LONG = 9.0  # in longer ones
BEGUN, BEGUN_SPACED = 4.0, 9.0  # the name begins so; with words parted as in the name. More the nearer its end
WITH_KIND = 0.5  # more, where the kind is as in the name
SHORTEST_NEAR, SHORTEST_BEGUN = 2, 2  # letters typed
BEGUN_MOST = 300  # names that are looked at
_NUMBER = re.compile(r"(?<=[^\d ])(?=\d)|(?<=\d)(?=[^\d ])")


@dataclass(frozen=True, slots=True)
class PlaceHit:
    """A place found by name: its point (micro-degrees), its area, how sure the point and the match are."""

    name: str
    kind: str
    lat_e6: int
    lon_e6: int
    area_id: int | None
    area_name: str
    approximate: bool
    score: float


@dataclass(frozen=True, slots=True)
class Named:
    """A place of the gazetteer; its point in micro-degrees; `worth`: how much it comes before one of its name."""

    name: str
    kind: str
    lat_e6: int
    lon_e6: int
    area_id: int | None
    area_name: str
    approximate: bool
    worth: float
    valid_from: date
    valid_to: date | None


class Gazetteer:
    """Places to be found by name, in the order in which equal ones are given."""

    def __init__(self, named: Sequence[Named]) -> None:
        self.named = named
        self.names = PlaceNames([((n.name, f"{KIND_WORDS[n.kind]} {n.name}"), n.worth) for n in named])

    def find(self, text: str, limit: int = 10) -> list[PlaceHit]:
        """Places that a text names, best first."""
        found = ((self.named[number], score) for number, score in self.names.find(text, limit))
        return [
            PlaceHit(n.name, n.kind, n.lat_e6, n.lon_e6, n.area_id, n.area_name, n.approximate, score)
            for n, score in found
        ]


class PlaceNames:
    """Places (by their number in the given order) by their names; each has ways to say it, and a weight."""

    def __init__(self, places: Sequence[tuple[Iterable[str], float]]) -> None:
        ways = [(list(dict.fromkeys(said)), worth) for said, worth in places]
        self.words = WordIndex([[(way, worth) for way in said] for said, worth in ways], weak=KINDS_SAID)
        self.worth = [worth for _, worth in ways]
        self.whole: dict[str, list[int]] = defaultdict(list)  # every letter of a name, without spaces
        self.core: dict[str, list[int]] = defaultdict(list)  # the same without the kinds of place
        for number, (said, _) in enumerate(ways):
            folded = [words for way in said if (words := search_fold(way).split())]
            for key in dict.fromkeys("".join(words) for words in folded):
                self.whole[key].append(number)
            for key in dict.fromkeys("".join(without_kinds(words)) for words in folded):
                self.core[key].append(number)
        self.spaced: dict[str, list[int]] = defaultdict(list)
        for number, (said, _) in enumerate(ways):
            for way in said:
                words = search_fold(way).split()
                for key in dict.fromkeys((" ".join(words), " ".join(without_kinds(words)))):
                    self.spaced[key].append(number)
        self.starts = sorted(self.spaced)
        self.keys = sorted({*self.whole, *self.core})
        self.halves: dict[tuple[int, bool, str], list[str]] = defaultdict(list)
        for key in self.keys:
            if len(key) > SHORTEST_NEAR:
                middle = len(key) // 2
                self.halves[len(key), True, key[:middle]].append(key)
                self.halves[len(key), False, key[middle:]].append(key)

    def find(self, text: str, limit: int) -> list[tuple[int, float]]:
        """Places whose names are meant, with their scores, best first; equal ones in the order given."""
        text = _NUMBER.sub(" ", search_fold(text))
        words = text.split()[:LONGEST]
        scores: dict[int, float] = defaultdict(float, self.words.find(text, LOOKED))
        for number, letters in self._by_letters(words).items():
            scores[number] += letters * self.worth[number]
        ranked = sorted(scores.items(), key=lambda item: (-round(item[1], 6), item[0]))
        return ranked[:limit]

    def _by_letters(self, words: list[str]) -> dict[int, float]:
        """What the letters alone say: the best of what was typed whole, without kinds, and without numbers."""
        end = next((i for i, word in enumerate(words) if i and word in ENDS), len(words))
        core = without_kinds(words[:end])
        bare = [word for word in core if not word.isdigit()]
        best: dict[int, float] = {}

        def take(key: str, score: float) -> None:
            for known, more in ((self.whole, WITH_KIND), (self.core, 0.0)):
                for number in known.get(key, ()):
                    best[number] = max(best.get(number, 0.0), score + more)

        for typed, score in (("".join(words), WHOLE), ("".join(core), CORE), ("".join(bare), BARE)):
            take(typed, score)
        for typed in dict.fromkeys(("".join(words[:end]), "".join(core), "".join(bare))):
            for key in self._near(typed):
                take(key, ONE_WRONG.get(len(key), ONE_WRONG_LONG))
            for key in _starting(self.keys, typed):
                take(key, BEGUN + len(typed) / len(key))
        if len(core) > 1:
            typed = " ".join(core)
            for key in _starting(self.starts, typed):
                for number in self.spaced[key]:
                    best[number] = max(best.get(number, 0.0), BEGUN_SPACED + len(typed) / len(key))
        return best

    def _near(self, typed: str) -> set[str]:
        """Names one letter apart: one wrong letter leaves the first or the second half of a name as it is."""
        if len(typed) < SHORTEST_NEAR or typed.isdigit():
            return set()
        found = set()
        for length in (len(typed) - 1, len(typed), len(typed) + 1):
            middle = length // 2
            swapped = (
                typed[: middle - 1] + typed[middle : middle + 1] + typed[middle - 1 : middle] + typed[middle + 1 :]
            )
            for read in (typed, swapped):  # two letters swapped across the middle change both halves
                for half in ((length, True, read[:middle]), (length, False, read[len(read) - (length - middle) :])):
                    found |= {key for key in self.halves.get(half, ()) if one_apart(typed, key)}
        return found


def _starting(keys: list[str], typed: str) -> list[str]:
    """The first of the sorted names that begin so."""
    if len(typed) < SHORTEST_BEGUN:
        return []
    first = bisect_left(keys, typed)
    return keys[first : min(bisect_left(keys, typed + "\U0010ffff", first), first + BEGUN_MOST)]


def without_kinds(words: Sequence[str]) -> list[str]:
    """The words without those that say what kind of place it is; all of them if nothing else would be left."""
    kept, i = [], 0
    while i < len(words):
        pair = f"{words[i]} {words[i + 1]}" if i + 1 < len(words) else ""
        if pair in _KINDS:
            i += 2
        else:
            if words[i] not in _KINDS:
                kept.append(words[i])
            i += 1
    return kept if any(not word.isdigit() for word in kept) else list(words)


_KINDS = frozenset(search_fold(kind) for kind in KINDS_SAID)
