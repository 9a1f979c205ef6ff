"""Rules about any text of the project: leftovers, letters, machine paths, locks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.rules.engine import Finding, Rule

_LEFT = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|HA" + r"CK)\b")
_ARABIC = re.compile("[\u064a\u0643\u0660-\u0669]")
_MACHINE = re.compile(r"(?<![\w.@/\-}])/(?:work|root|tmp|home/\w+)/[\w.\-]")
_PINNED = re.compile(r"^[A-Za-z0-9][\w.\-\[\],]*==\S+")
_LETTERS = {"\u064a": "ي", "\u0643": "ك"}
# Tables that turn foreign letters into Persian ones have to name them.
LETTER_TABLES = (
    "src/bina/ground/text/",
    "src/bina/ground/sla/migrations/0001_ground.py",
    "src/bina/doors/cli/democity/words.py",  # a demo writes as people type
    "src/bina/doors/cli/evaluate_places.py",  # and so do the spellings from which places must be found
    "docs/reference/spellings.md",
)


def leftovers(path: str, text: str) -> Iterator[Finding]:
    for number, line in enumerate(text.splitlines(), 1):
        found = _LEFT.search(line)
        if found:
            yield number, f"«{found[0]}» leaves something undone"


def arabic(path: str, text: str) -> Iterator[Finding]:
    for number, line in enumerate(text.splitlines(), 1):
        found = _ARABIC.search(line)
        if found:
            yield number, f"the Arabic letter «{found[0]}» (U+{ord(found[0]):04X})"


def machine_paths(path: str, text: str) -> Iterator[Finding]:
    for number, line in enumerate(text.splitlines(), 1):
        found = _MACHINE.search(line)
        if found:
            yield number, f"«{found[0]}…» is a path of one machine"


def lock(path: str, text: str) -> Iterator[Finding]:
    """Hashed, and naming no host: neither an address nor an option that sets one."""
    pinned = 0
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if (
            "://" in line
            or re.match(r"\s*--(?:extra-)?(?:index-url|find-links)|\s*-[if]\s", line)
            or '"resolved"' in line
        ):
            yield number, "the lock names a host"
        if path.endswith(".lock") and _PINNED.match(line):
            pinned += 1
            if "--hash=sha256:" not in line + (lines[number] if number < len(lines) else ""):
                yield number, f"«{line.split()[0]}» has no hash"
    if path.endswith(".lock") and not pinned:
        yield 0, "the lock pins nothing"


_MD = "docs/START-HERE.md"
_PY = "src/bina/flow/cases/referral.py"
_HASH = " \\\n    --hash=sha256:" + "0" * 64 + "\n"
_UNDONE = "TO" + "DO"
RULES = (
    Rule(
        "nothing is left undone in a comment",
        lambda path: not path.startswith("requirements/") and "/vendor/" not in path and not path.endswith(".csv"),
        leftovers,
        "Do it, or file an issue and take the line out.",
        bad=((_PY, f"# {_UNDONE}: later\n"), (_MD, "FIX" + "ME\n")),
        good=((_PY, "# Todos los casos\n"),),
    ),
    Rule(
        "Persian text has Persian letters",
        lambda path: path.startswith(("src/", "cities/", "docs/", "README")) and not path.startswith(LETTER_TABLES),
        arabic,
        "Write ی and ک (U+06CC, U+06A9) and the digits ۰–۹ (from U+06F0).",
        bad=(
            (_PY, f'FA = "خ{_LETTERS[chr(0x64A)]}ابان"\n'),
            ("cities/a/units.csv", f"{_LETTERS[chr(0x643)]}ال\n"),
            (_MD, "٤\n"),
        ),
        good=((_PY, 'FA = "خیابان کال ۴"\n'), ("tests/ground/text/test_letters.py", 'x = "ي"\n')),
    ),
    Rule(
        "no file names a path of one machine",
        lambda path: not path.startswith("tests/"),
        machine_paths,
        "Take it from config().home, tempfile or a path relative to the file.",
        bad=((_PY, 'PLACE = "/' + 'tmp/bina"\n'), (_MD, "cd /" + "root/bina\n"), (".ci/run", "cd /" + "work/main\n")),
        good=(
            (_PY, 'PLACE = config().home / "files"\n'),
            (_PY, 'HOME = "/var/lib/bina"\n'),
            (_MD, "$HOME/work/x, https://example.org/work/1\n"),
        ),
    ),
    Rule(
        "locks are hashed and name no host",
        lambda path: path.endswith((".lock", "package-lock.json", "npm-shrinkwrap.json")) and path.count("/") < 4,
        lock,
        "Make the lock anew as docs/howto/renew-the-locks.md says, without addresses and with hashes.",
        bad=(
            ("requirements/main.lock", "--index-url https://example.org/simple\ndjango==5.2.19" + _HASH),
            ("requirements/main.lock", "django @ https://example.org/django.whl\n"),
            ("requirements/main.lock", "django==5.2.19\nasgiref==3.9" + _HASH),
            ("requirements/main.lock", ""),
            ("package-lock.json", '{"htmx.org": {"resolved": "x"}}\n'),
        ),
        good=(
            ("requirements/main.lock", "# comment\ndjango==5.2.19" + _HASH),
            ("package-lock.json", '{"htmx.org": {"integrity": "sha512-x"}}\n'),
        ),
    ),
)
