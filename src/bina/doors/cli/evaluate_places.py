"""Whether places are found first or second from twelve spellings of their names, each made by a rule.

The rules know letters and the words that say what kind of place it is; they know no city, street or file. A spelling
that by chance is the whole name of two other places is not asked for: nobody could know which was meant.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bina.doors.cli.figures import Figure
from bina.doors.cli.refusal import Refused
from bina.ground.city.placenames import Gazetteer, Named, without_kinds
from bina.ground.text.letters import ZWNJ, search_fold

NAMED_BY = ("name", "neighbourhood")  # the column that holds the name
SHARE, WITHIN, P95_MS = 99.0, 2, 10.0
KIND_OF = {
    "خیابان": "street", "بلوار": "boulevard", "بولوار": "boulevard", "میدان": "square", "چهارراه": "square",
    "شهرک": "neighbourhood", "کوی": "neighbourhood", "محله": "neighbourhood",
}  # fmt: skip
SHORT = {
    "خیابان": "خ.", "بلوار": "بل.", "بولوار": "بل.", "میدان": "م.", "کوچه": "ک.", "بزرگراه": "ب.", "محله": "م.",
}  # fmt: skip
PERSIAN, ARABIC = "۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩"
SCRIPTS = ("0123456789", ARABIC, PERSIAN)
# Rows of the Persian keyboard: a finger that slips hits the letter beside the one meant.
ROWS = ("ضصثقفغعهخحجچ", "شسیبلاتنمکگ", "ظطزرذدپو")


@dataclass(frozen=True, slots=True)
class Rule:
    """One way in which people write a name otherwise: `spell(name, turn, names)`, None where it does not apply."""

    name: str
    says: str
    spell: Callable[[str, int, Sequence[str]], str | None]


def _arabic(name: str, turn: int, names: Sequence[str]) -> str:
    return name.translate(str.maketrans("یک", "يك" if turn % 2 else "ىك"))


def _joined(name: str, turn: int, names: Sequence[str]) -> str:
    return name.replace(ZWNJ, "").replace(" ", "")


def _split(name: str, turn: int, names: Sequence[str]) -> str:
    return name.replace(ZWNJ, " ") if ZWNJ in name else name.replace(" ", ZWNJ)


def _bare(name: str, turn: int, names: Sequence[str]) -> str:
    plain = name.translate(str.maketrans("آأئؤۀ", "اایوه", "ء"))
    return " ".join(word[:-1] + "ة" if word.endswith("ه") and len(word) > 2 else word for word in plain.split(" "))


def _kind_short(name: str, turn: int, names: Sequence[str]) -> str:
    first, _, rest = name.partition(" ")
    return f"{SHORT[first]} {rest}" if first in SHORT and rest else f"{tuple(SHORT.values())[turn % 4]} {name}"


def _kind_other(name: str, turn: int, names: Sequence[str]) -> str:
    first, _, rest = name.partition(" ")
    return rest if first in SHORT and rest else f"{tuple(SHORT)[turn % 4]} {name}"


def _digits(name: str, turn: int, names: Sequence[str]) -> str:
    text = name if any(c.isdigit() for c in name) else f"{name} ۱۲"
    return text.translate(str.maketrans(PERSIAN + ARABIC + SCRIPTS[0], SCRIPTS[turn % 3] * 3))


def _alley(name: str, turn: int, names: Sequence[str]) -> str:
    number = PERSIAN[1 + turn % 9] + PERSIAN[turn % 7]
    gap = " " if name[-1].isdigit() else ""
    forms = (f"{name} {number}", f"{name}{gap}{number}", f"کوچه {name} {number}", f"{name} {number}، پلاک ۴",
             f"{name} کوچهٔ {number}", f"{name} {number}/۳")  # fmt: skip
    return forms[turn % len(forms)]


def _left_out(name: str, turn: int, names: Sequence[str]) -> str | None:
    at = _somewhere(name, turn)
    return None if at is None else name[:at] + name[at + 1 :]


def _slipped(name: str, turn: int, names: Sequence[str]) -> str | None:
    at = _somewhere(name, turn)
    if at is None:
        return None
    if turn % 2 and name[at - 1] not in (" ", name[at], ZWNJ):
        return name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :]
    row = next((row for row in ROWS if name[at] in row), "")
    beside = row[row.index(name[at]) - 1] if row and row.index(name[at]) else row[1:2]
    return name[:at] + (beside or "ن") + name[at + 1 :]


def _swapped(name: str, turn: int, names: Sequence[str]) -> str | None:
    words = name.split(" ")
    return " ".join([*words[1:], words[0]]) if len(words) > 1 else f"{name} {tuple(SHORT)[turn % 4]}"


def _somewhere(name: str, turn: int) -> int | None:
    """A letter inside the longest word that says which place it is; not its first."""
    words = name.split(" ")
    word = max(without_kinds(words), key=len)
    return name.rindex(word) + 1 + turn % (len(word) - 1) if len(word) > 2 else None


def _begun(name: str, turn: int, names: Sequence[str]) -> str | None:
    """Half of a name or more, until at most two names begin so, with or without their kind; None where more do."""
    for end in range(max(3, (len(name) + 1) // 2), len(name)):
        begins = _letters(name[:end])
        if sum(any(way.startswith(begins) for way in (_letters(other), _core(other))) for other in names) <= WITHIN:
            return name[:end].strip()
    return None


RULES = (
    Rule("Arabic letters", "ي or ى for ی, ك for ک", _arabic),
    Rule("joined", "no space and no ZWNJ at all", _joined),
    Rule("split", "a space for each ZWNJ; in a name without any, a ZWNJ for each space", _split),
    Rule("bare letters", "ا for آ أ, ی for ئ, و for ؤ, a final ة for ه, no ء", _bare),
    Rule("kind shortened", "خ. بل. م. ک. ب. for the kind's word; put before where the name has none", _kind_short),
    Rule("kind left out", "the kind's word left out; another put before where the name has none", _kind_other),
    Rule("digits", "in ASCII, Arabic and Persian by turns; a number behind where the name has none", _digits),
    Rule("alley", "«طبرسی ۱۲», joined, with کوچه before or between, with a plate, with ۱۲/۳, by turns", _alley),
    Rule("letter left out", "one letter of the longest word, not its first", _left_out),
    Rule("letter slipped", "one letter changed for its neighbour on the keyboard, or swapped with the one before",
         _slipped),
    Rule("words swapped", "the first word last; of a single word, the kind's word behind it", _swapped),
    Rule("only begun", "half of the letters or more, until at most two names begin so, with or without their kind",
         _begun),
)  # fmt: skip


def evaluate(paths: list[Path]) -> tuple[list[Figure], list[str]]:
    """The share of each rule and of all, the time of a search, and a line for each that was missed."""
    names = names_of(paths)
    gazetteer = Gazetteer([named(name) for name in names])
    gazetteer.find(names[0])
    rows, lines, took, all_found, all_asked, left_out = [], [], [], 0, 0, 0
    for rule in RULES:
        found = asked = 0
        for turn, name in enumerate(names):
            typed = spelling(rule, name, turn, names)
            if typed is None:
                left_out += 1
                continue
            began = time.perf_counter()
            hits = gazetteer.find(typed)
            took.append((time.perf_counter() - began) * 1000)
            place = rank(name, [hit.name for hit in hits])
            asked, found = asked + 1, found + (place is not None and place <= WITHIN)
            if place is None or place > WITHIN:
                first = "، ".join(hit.name for hit in hits[:WITHIN]) or "nothing"
                lines.append(f"  ✗ {rule.name}: «{typed}» for «{name}» ({place or 'not found'}); found first: {first}")
        share = 100 * found / asked if asked else 100.0
        rows.append(Figure(rule.name, share, "%", SHARE, share / SHARE, f"{found} of {asked}; {rule.says}"))
        all_found, all_asked = all_found + found, all_asked + asked
    share = 100 * all_found / all_asked if all_asked else 0.0
    rows.append(Figure(
        "found first or second", share, "%", SHARE, share / SHARE,
        f"{all_found} of {all_asked} spellings of {len(names)} names; {left_out} not asked",
    ))  # fmt: skip
    p95 = sorted(took)[int(len(took) * 0.95) - 1] if took else 0.0
    rows.append(Figure("a search, p95", p95, "ms", P95_MS, p95 / P95_MS, f"{len(names)} names in the gazetteer"))
    return rows, lines


def names_of(paths: Sequence[Path]) -> list[str]:
    """The distinct names of CSV files with a column `name` or `neighbourhood`; Refused if there are none."""
    names: dict[str, str] = {}
    for path in paths:
        try:
            lines = path.read_text(encoding="utf-8-sig").splitlines()
        except UnicodeDecodeError:
            raise Refused(f"{path} is no text in UTF-8.") from None
        reader = csv.DictReader(line for line in lines if not line.startswith("#"))
        column = next((c for c in NAMED_BY if c in (reader.fieldnames or ())), None)
        if column is None:
            raise Refused(f"{path} has no column called {' or '.join(NAMED_BY)}.")
        for row in reader:
            if key := _letters(row[column] or ""):
                names.setdefault(key, row[column].strip())
    if not names:
        raise Refused("there is no name in what was given.")
    return list(names.values())


def named(name: str) -> Named:
    """A place of the scratch gazetteer, without a point; its kind by its first word."""
    kind = KIND_OF.get(name.split(" ")[0], "alley_root")
    return Named(name, kind, 0, 0, None, "", True, 1.0, date(1970, 1, 1), None)


def spelling(rule: Rule, name: str, turn: int, names: Sequence[str]) -> str | None:
    """A name as the rule writes it; None where that says nothing of it, or is by chance two others."""
    typed = rule.spell(name, turn, names)
    if typed is None:
        return None
    letters = _letters(typed)
    others = sum(_letters(other) == letters for other in names if other != name)
    return None if others >= WITHIN else typed


def rank(name: str, hits: Sequence[str]) -> int | None:
    """The place (from 1) of the first hit with these letters."""
    return next((i for i, hit in enumerate(hits, 1) if _letters(hit) == _letters(name)), None)


def _core(name: str) -> str:
    """The letters without the words that say what kind of place it is."""
    return "".join(without_kinds(search_fold(name).split()))


def _letters(text: str) -> str:
    return search_fold(text).replace(" ", "")
