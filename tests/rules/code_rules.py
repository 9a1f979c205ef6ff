"""Rules about Python files: size, names, time, environment, signals, the doors' manners."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.rules.engine import Finding, Rule, dotted, strings, under

MAX_FILE, MAX_FUNCTION, MAX_README = 400, 60, 30
WIDE = set(
    "util utils helper helpers service services common base manager managers misc lib core stuff general".split()
)
WIDE |= set("shared tools functions views forms handlers".split())
BUSINESS = ("src/bina/ground/", "src/bina/flow/", "src/bina/evaluation/", "src/bina/doors/web/", "src/bina/doors/api/")
CLOCK = "src/bina/ground/sla/clock.py"
SIGNAL_MODULES = ("django.dispatch", "django.db.models.signals", "django.core.signals", "django.contrib.auth.signals")
DJANGO_OWN = 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bina.settings")'


def long_files(path: str, text: str) -> Iterator[Finding]:
    lines = text.count("\n") + (not text.endswith("\n"))
    if lines > MAX_FILE:
        yield 0, f"{lines} lines, {MAX_FILE} are allowed"


def long_functions(path: str, text: str) -> Iterator[Finding]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MAX_FUNCTION:
                yield node.lineno, f"{node.name} has {lines} lines, {MAX_FUNCTION} are allowed"


def no_opening(path: str, text: str) -> Iterator[Finding]:
    tree = ast.parse(text)
    if tree.body and not ast.get_docstring(tree):
        yield 1, "the module does not say what it is"


def wide_names(path: str, text: str) -> Iterator[Finding]:
    for part in PurePosixPath(path).with_suffix("").parts:
        if part.lower() in WIDE:
            yield 0, f"the name «{part}» fits everything and so says nothing"


def objects(path: str, text: str) -> Iterator[Finding]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and node.attr in ("objects", "_default_manager", "_base_manager"):
            yield node.lineno, f"a door asks the database itself (.{node.attr})"


def environment(path: str, text: str) -> Iterator[Finding]:
    """Reading is refused; setting a variable (for a child process) is no reading."""
    tree = ast.parse(text)
    written = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
            written.add(id(node.value))
        # Only a call on the environment is written out again: a half-space within a text can not be, in Python 3.11.
        if (
            isinstance(node, ast.Call)
            and dotted(node.func) == "os.environ.setdefault"
            and ast.unparse(node).replace("'", '"') == DJANGO_OWN
        ):
            written.add(id(node.func.value))  # type: ignore[attr-defined]
    for node in ast.walk(tree):
        if dotted(node) in ("os.environ", "os.environb", "os.getenv") and id(node) not in written:
            yield node.lineno, f"{dotted(node)} is read outside config.py"  # type: ignore[attr-defined]
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            for name in node.names:
                if name.name in ("environ", "environb", "getenv"):
                    yield node.lineno, f"os.{name.name} is read outside config.py"


def signals(path: str, text: str) -> Iterator[Finding]:
    for node in ast.walk(ast.parse(text)):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [f"{node.module}.{n.name}" for n in node.names] if isinstance(node, ast.ImportFrom) else []
        names += [n.name for n in node.names] if isinstance(node, ast.Import) else []
        if any(name in SIGNAL_MODULES or name.startswith("django.dispatch") for name in names):
            yield node.lineno, "a Django signal"  # type: ignore[attr-defined]


_SQL_NOW = re.compile(
    r"(?<![\w.])(?:now\s*\(\s*\)|(?:current|local)_?timestamp\b|(?:statement|transaction|clock)_timestamp\s*\()", re.I
)
_PYTHON_NOW = {"now", "utcnow", "today", "localtime", "localdate"}
_CLASSES = {"datetime", "date", "timezone", "datetime.datetime", "datetime.date", "dt.datetime", "dt.date"}


def bare_now(path: str, text: str) -> Iterator[Finding]:
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in _PYTHON_NOW:
            of = dotted(node.value)
            if of in _CLASSES or of.endswith((".timezone", ".datetime")):
                yield node.lineno, f"{of}.{node.attr} is the machine's time, not the city's"
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.timezone":
            for name in node.names:
                if name.name in _PYTHON_NOW:
                    yield node.lineno, f"timezone.{name.name} is the machine's time, not the city's"
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.db.models.functions"):
            for name in node.names:
                if name.name == "Now":
                    yield node.lineno, "Now() is the machine's time, not the city's"
        if isinstance(node, ast.keyword) and node.arg in ("auto_now", "auto_now_add"):
            yield node.value.lineno, f"{node.arg} takes the machine's time, not the city's"
        if isinstance(node, ast.Attribute) and dotted(node) in ("time.time", "time.time_ns"):
            yield node.lineno, f"{dotted(node)} is the machine's time, not the city's"
    for line, string in strings(tree):
        found = _SQL_NOW.search(string)
        if found:
            yield line, f"«{found[0]}» in SQL is the machine's time, not the city's"


def product_in_migrations(path: str, text: str) -> Iterator[Finding]:
    for node in ast.walk(ast.parse(text)):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [n.name for n in node.names] if isinstance(node, ast.Import) else []
        for name in names:
            if name.split(".")[0] == "bina" and not name.endswith(".columns"):
                yield node.lineno, f"the migration imports {name}, which will have changed when it runs"  # type: ignore[attr-defined]


def _lines(count: int) -> str:
    return '"""One."""\n' + "x = 1\n" * (count - 1)


def _function(lines: int) -> str:
    return '"""One."""\n\n\ndef act():\n' + "    x = 1\n" * (lines - 1)


_PY = "src/bina/flow/cases/referral.py"
_WEB = "src/bina/doors/web/desk.py"
RULES = (
    Rule(
        "a file has at most 400 lines",
        under(
            "src/",
            "tests/",
            ".ci/",
            ends=(".py", ".css", ".html", ".sql", ".js", "run"),
            but=("/migrations/", "/vendor/"),
        ),
        long_files,
        "Split it by verb or by table: each part gets a name of its own.",
        bad=((_PY, _lines(401)), ("src/bina/doors/web/static/css/cards.css", "a{}\n" * 401)),
        good=((_PY, _lines(400)), ("src/bina/flow/cases/migrations/0001_first.py", _lines(900))),
    ),
    Rule(
        "a function has at most 60 lines",
        under("src/", "tests/", but=("/migrations/",)),
        long_functions,
        "Take out a step that has a name.",
        bad=((_PY, _function(61)),),
        good=((_PY, _function(60)),),
    ),
    Rule(
        "a module opens with one sentence",
        under("src/bina/", "tests/", but=("/migrations/",)),
        no_opening,
        "Write a docstring in the first line: one sentence on what it is for.",
        bad=((_PY, "import os\n"),),
        good=((_PY, '"""Referring a case to a unit."""\n\nimport os\n'), ("src/bina/flow/__init__.py", "")),
    ),
    Rule(
        "no module has a wide name",
        under("src/bina/", "tests/"),
        wide_names,
        "Name it after what it does (keys.py, routes.py), or put its functions where they are used.",
        bad=(("src/bina/flow/cases/utils.py", ""), ("src/bina/ground/common/keys.py", ""), ("tests/helpers.py", "")),
        good=(("src/bina/flow/cases/clerk.py", ""),),
    ),
    Rule(
        "doors do not ask the database themselves",
        under("src/bina/doors/", but=("/migrations/",)),
        objects,
        "Call a query, a verb or an access function of flow or ground; write one there if it is missing.",
        bad=((_WEB, "rows = Case.objects.all()\n"), (_WEB, "rows = Case._default_manager.get(pk=1)\n")),
        good=((_WEB, "rows = access.cases_for(viewer)\n"), (_PY, "rows = Case.objects.all()\n")),
    ),
    Rule(
        "only config.py reads the environment",
        under("src/bina/", but=("src/bina/config.py",)),
        environment,
        "Add a field to Config in src/bina/config.py and ask config() for it; a child process inherits the "
        'environment, and what it needs besides is set before by os.environ["NAME"] = value.',
        bad=(
            (_PY, 'import os\nport = os.environ["PORT"]\n'),
            (_PY, 'import os\nport = os.getenv("PORT")\n'),
            (_PY, "from os import environ\n"),
            (_PY, "import os\nchild = {**os.environ}\n"),
            (_PY, 'import os\nos.environ.setdefault("PORT", "1")\n'),
        ),
        good=(
            ("src/bina/config.py", 'import os\nport = os.environ["PORT"]\n'),
            ("src/bina/wsgi.py", 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "bina.settings")\n'),
            (_PY, 'import os\nos.environ["PGDATA"] = "x"\n'),
        ),
    ),
    Rule(
        "no Django signals",
        under("src/bina/"),
        signals,
        "What follows from an event is a reader of the history (wiring.py); what belongs to a verb stands in it.",
        bad=(
            (_PY, "from django.db.models.signals import post_save\n"),
            (_PY, "from django.db.models import signals\n"),
            (_PY, "from django.dispatch import receiver\n"),
            (_PY, "import django.dispatch\n"),
        ),
        good=((_PY, "from django.db import models\nimport signal\n"),),
    ),
    Rule(
        "business code takes the time from the city's clock",
        under(*BUSINESS, but=(CLOCK, "src/bina/ground/sla/migrations/")),
        bare_now,
        "Use bina_now() in SQL and bina.ground.sla.clock.now() in Python; for spans time.monotonic().",
        bad=(
            (_PY, "at = datetime.now(UTC)\n"),
            (_PY, "at = datetime.datetime.utcnow()\n"),
            (_PY, "day = date.today()\n"),
            (_PY, "at = timezone.now()\n"),
            (_PY, "at = Field(default=timezone.now)\n"),
            (_PY, "from django.utils.timezone import now\n"),
            (_PY, "from django.db.models.functions import Now\n"),
            (_PY, "at = DateTimeField(auto_now_add=True)\n"),
            (_PY, "at = time.time()\n"),
            (_PY, 'SQL = "UPDATE cases_case SET at = now()"\n'),
            (_PY, 'SQL = f"SELECT CURRENT_TIMESTAMP, {x}"\n'),
            (_PY, 'SQL = "SELECT clock_timestamp()"\n'),
        ),
        good=(
            (_PY, "at = clock.now()\nstart = time.monotonic()\n"),
            (_PY, '"""The clock is now() plus the shift."""\nSQL = "UPDATE cases_case SET at = bina_now()"\n'),
            ("src/bina/doors/cli/logs.py", "at = datetime.now(UTC)\n"),
            (CLOCK, 'SQL = "SELECT now()"\n'),
        ),
    ),
    Rule(
        "migrations import no product code",
        under("src/bina/", ends=(".py",), but=()),
        lambda path, text: product_in_migrations(path, text) if "/migrations/" in path else (),
        "Write the value or the SQL into the migration; only field classes of a columns.py may be imported.",
        bad=(
            ("src/bina/flow/cases/migrations/0002_x.py", "from bina.flow.cases.moves import MOVES\n"),
            ("src/bina/flow/cases/migrations/0002_x.py", "import bina.flow.cases.models\n"),
        ),
        good=(
            (
                "src/bina/flow/cases/migrations/0002_x.py",
                "import bina.flow.cases.columns\nfrom django.db import models\n",
            ),
            (_PY, "from bina.flow.cases.moves import MOVES\n"),
        ),
    ),
)
