"""Finds named things by any of their words in any spelling: exact, joined or split, begun, or one letter off."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from heapq import nlargest
from itertools import pairwise
from math import log
from operator import itemgetter

from bina.ground.text.letters import search_fold

# Words that say nothing of what is sought.
SILENT = frozenset(
    "از به با در را و یا که این آن ان برای تا هم یک است شده نشده شد ها های هایی ای می خیلی ما من لطفا سلام هست بود"
    " کرده کنید دارد دارند داره دارم شود میشود میشه نیست باشد رو روی تو توی داخل جلو جلوی جلویی روبروی کنار"
    " نزدیک پشت سر the a an of in on and is".split()
)
LOOKED = 400  # documents whose phrases are held against the query
LONGEST = 40  # words of a query that are read
SHORTEST_FUZZY = 4  # letters: in shorter words one letter off is another word
WEAK = 0.25  # of a word that only says where
EXACT, JOINED, BEGUN, BEGINS, FUZZY = 1.0, 0.95, 0.8, 0.7, 0.55


class WordIndex:
    """Documents (their place in the given order) by the words of their phrases; each phrase has a weight.

    `weak` words count for little in a query: those that people add without meaning a document by them.
    """

    def __init__(self, documents: Sequence[Iterable[tuple[str, float]]], weak: Iterable[str] = ()) -> None:
        self.weak = frozenset(folded for word in weak if (folded := search_fold(word)))
        self.phrases: list[list[tuple[str, float]]] = []
        self.postings: dict[str, dict[int, float]] = defaultdict(dict)
        for number, document in enumerate(documents):
            kept = [(folded, weight) for phrase, weight in document if (folded := search_fold(phrase))]
            self.phrases.append(kept)
            for phrase, weight in kept:
                words = phrase.split()
                joined = ["".join(pair) for pair in pairwise(words)]
                for word, worth in [(w, weight) for w in words] + [(j, weight * JOINED) for j in joined]:
                    if word not in SILENT:
                        self.postings[word][number] = max(worth, self.postings[word].get(number, 0.0))
        self.words = sorted(self.postings)

    def find(self, text: str, limit: int) -> list[tuple[int, float]]:
        """Documents with their scores, best first; equal ones in the order given."""
        query = search_fold(text)
        words = query.split()[:LONGEST]
        if not words:
            return []
        scores: dict[int, float] = defaultdict(float)
        said = dict.fromkeys(w for w in words if w not in SILENT)
        pairs = {"".join(pair): pair for pair in pairwise(words) if "".join(pair) in self.postings}
        split = {half: joined for joined, pair in pairs.items() for half in pair}
        for word in (w for w in said if w not in self.weak):
            found = self._matches(word)
            found.pop(split.get(word, ""), None)  # «بچه ها» means «بچه‌ها» once, not by each of its halves again
            self._add(scores, found)
        for joined in pairs:
            if joined not in self.weak:
                self._add(scores, {joined: JOINED})
        among = dict(scores) or None  # what only says where finds nothing of its own beside what says what
        for word in (w for w in said if w in self.weak):
            self._add(scores, self._matches(word) if among is None else {word: EXACT}, among, WEAK)
        if len(scores) > LOOKED:
            scores = dict(nlargest(LOOKED, scores.items(), key=itemgetter(1)))
        padded = f" {' '.join(words)} "
        for number in scores:
            scores[number] += max((self._whole(phrase, weight, padded) for phrase, weight in self.phrases[number]))
        ranked = sorted(scores.items(), key=lambda item: (-round(item[1], 6), item[0]))
        return ranked[:limit]

    def _add(
        self, scores: dict[int, float], matches: dict[str, float], among: dict[int, float] | None = None,
        share: float = 1.0,
    ) -> None:  # fmt: skip
        best: dict[int, float] = {}
        for known, closeness in matches.items():
            having = self.postings.get(known, {})
            if not having:
                continue
            worth = share * closeness * log(1 + len(self.phrases) / len(having))
            numbers = having if among is None else having.keys() & among.keys()
            for number in numbers:
                value = worth * having[number]
                if value > best.get(number, 0.0):
                    best[number] = value
        for number, value in best.items():
            scores[number] += value

    @staticmethod
    def _whole(phrase: str, weight: float, padded: str) -> float:
        """What a phrase adds when it stands whole in the query, more when it is all of it."""
        if padded == f" {phrase} ":
            return 12 * weight
        if f" {phrase} " in padded:
            return (2 + phrase.count(" ")) * weight
        if padded.replace(" ", "") == phrase.replace(" ", ""):
            return 11 * weight
        return 1.5 * weight if phrase.startswith(padded.strip()) else 0.0

    def _matches(self, word: str) -> dict[str, float]:
        """Known words that a typed word may mean, with how close they are."""
        found: dict[str, float] = {}
        if word in self.postings:
            found[word] = EXACT
        if len(word) >= 2:
            place = bisect_left(self.words, word)
            while place < len(self.words) and self.words[place].startswith(word) and len(found) < 200:
                found.setdefault(self.words[place], BEGUN)
                place += 1
        for end in range(len(word) - 1, max(2, len(word) - 4), -1):  # چالهٔ، چاله‌ای: a known word with an ending
            if word[:end] in self.postings:
                found.setdefault(word[:end], BEGINS)
        if not found and len(word) >= SHORTEST_FUZZY:
            for shorter in (word, *_shorter(word)):
                for known in self._off_by_one.get(shorter, ()):
                    found.setdefault(known, FUZZY)
        return found

    @cached_property
    def _off_by_one(self) -> dict[str, list[str]]:
        """Known words by themselves and by each letter left out."""
        near: dict[str, list[str]] = defaultdict(list)
        for word in self.words:
            if len(word) >= SHORTEST_FUZZY and not word.isdigit():
                for shorter in (word, *_shorter(word)):
                    near[shorter].append(word)
        return dict(near)


def _shorter(word: str) -> set[str]:
    """The word with each of its letters left out in turn."""
    return {word[:i] + word[i + 1 :] for i in range(len(word))}
