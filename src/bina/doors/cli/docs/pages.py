"""The pages of docs/reference: which table each prints, and in which words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Any

from bina import flow
from bina.config import SECRET, Config, variable
from bina.doors.cli.docs.markdown import cell, name, of_functions, of_rows, sentence, table
from bina.doors.cli.docs.routes import Route, routes
from bina.doors.cli.evaluate_places import RULES as SPELLINGS
from bina.doors.cli.evaluate_places import spelling
from bina.doors.cli.main import COMMANDS
from bina.flow.cases.facts import FACTS, GIVEN
from bina.flow.cases.moves import BY_FA, MOVES, OUTCOME_FA, STATE_FA, By, State
from bina.flow.cases.readers import READERS
from bina.flow.cases.timers import TIMERS
from bina.flow.dialogue.notices import NOTICES
from bina.ground.city.roles import ROLES
from bina.schedule import SCHEDULE

NOTE = "<!-- Printed by `./bina docs` from {source}. Change the table there, never this page. -->"


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its file, its title, the file that holds its table, what it answers, and its printer."""

    file: str
    title: str
    source: str
    answers: str
    make: Callable[[], str]

    def text(self) -> str:
        """The whole page."""
        head = f"{NOTE.format(source=self.source)}\n\n# {self.title}\n\n{self.answers} Source: `{self.source}`."
        return f"{head}\n\n{self.make().strip()}\n"


def index() -> str:
    """The list of the pages."""
    rows = ((f"[{page.title}]({page.file})", page.answers, f"`{page.source}`") for page in PAGES)
    head = f"{NOTE.format(source='the list of pages')}\n\n# Reference\n\nThese pages print themselves from the code."
    return f"{head} `./bina docs` renews them.\n\n{table(('page', 'answers', 'from'), rows)}\n"


def moves() -> str:
    """The table of moves, its diagram, and the words of its columns."""
    words = {"fa": "in Persian", "before": "from", "after": "to", "by": "who", "note": "except"}
    parts = [of_rows(MOVES, words), "## As a diagram", diagram()]
    parts += ["## States", table(("state", "in Persian"), STATE_FA.items())]
    parts += ["## Outcomes of a closed case", table(("outcome", "in Persian"), OUTCOME_FA.items())]
    parts += ["## Who", table(("hat", "in Persian"), BY_FA.items())]
    return "\n\n".join(parts)


def diagram() -> str:
    """The states and the verbs between them, as Mermaid."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for move in MOVES:
        for before in move.before:
            arrows.setdefault((_node(before), _node(move.after)), []).append(move.verb)
    lines = [f"    {a} --> {b} : {', '.join(verbs)}" for (a, b), verbs in arrows.items()]
    return "\n".join(["```mermaid", "stateDiagram-v2", *lines, "    closed --> [*]", "```"])


def _node(state: State | None) -> str:
    return state.value if state else "[*]"


def facts() -> str:
    """The table of facts with what each event carries, then what the moves carry."""
    rows = ((f.verb, f.fa, _who(f.by), "also closed" if f.on_closed else "", GIVEN[f.verb]) for f in FACTS)
    carried = table(("move", "carries"), ((m.verb, GIVEN[m.verb]) for m in MOVES))
    return f"{table(('fact', 'in Persian', 'who', 'when', 'carries'), rows)}\n\n## What a move carries\n\n{carried}"


def _who(by: tuple[By, ...]) -> str:
    return "everybody" if set(by) == set(By) else cell(by)


def verbs_by_hat() -> str:
    """For every hat the moves it may try, by state: what the row of buttons can show."""

    def may(by: By, state: State) -> tuple[str, ...]:
        return tuple(m.verb for m in MOVES if state in m.before and by in m.by)

    rows = ([by, *(may(by, state) for state in State)] for by in By if any(by in m.by for m in MOVES))
    return table(("who", *(state.value for state in State)), rows)


def notices() -> str:
    """What the citizen is told of each event."""
    words = {"verb": "event", "fa": "Persian", "en": "English", "silent": "silent, because", "send": "sent"}
    return of_rows(NOTICES, words)


def settings() -> str:
    """Every setting with its variable, type, default and meaning."""
    rows = []
    for field, info in Config.model_fields.items():
        default: Any = info.get_default()
        shown = "computed" if info.default_factory else "" if field in SECRET else str(default)
        kind = getattr(info.annotation, "__name__", str(info.annotation))
        rows.append((f"`{variable(field)}`", kind, shown, info.description))
    return table(("variable", "type", "default", "meaning"), rows)


def roles() -> str:
    """The roles with their reach and what they do."""
    words = {"fa": "in Persian", "en": "in English", "first": "sees first", "does": "does", "does_en": "does (English)"}
    return of_rows(ROLES.values(), words)


def spellings() -> str:
    """The twelve rules, each with two names that it writes otherwise."""
    names = ["بلوار نیلوفر آبی", "آلاله‌آباد ۷"]
    rows = (
        (r.name, r.says, *(spelling(r, name, turn, names) or "" for turn, name in enumerate(names))) for r in SPELLINGS
    )
    return table(("rule", "how it writes a name", *names), rows)


def commands() -> str:
    """The commands."""
    rows = ((f"`./bina {c.name} {c.takes}`".replace(" `", "`"), c.en, c.fa) for c in COMMANDS if not c.hidden)
    return table(("command", "does", "in Persian"), rows)


def timers() -> str:
    """What falls due, and which function answers."""
    return of_functions(TIMERS)


def schedule() -> str:
    """What the worker does by the clock."""
    rows = ((job.name, f"`{job.cron}`", job.sentence, f"`{name(job.do)}`") for job in SCHEDULE)
    return table(("job", "when (UTC; a sixth field is seconds)", "what", "function"), rows)


def wiring() -> str:
    """The functions that make rows beside the case in the transaction of its verb, and the readers of the ledger."""
    found = {}
    for package in iter_modules(flow.__path__):
        where = f"{flow.__name__}.{package.name}.rows"
        if find_spec(where):
            found[package.name] = import_module(where)
    rows = ((package, sentence(module), f"`{name(module.rows)}`") for package, module in found.items())
    readers = (
        (one.name, sentence(one.take), ", ".join(f"`{verb}`" for verb in one.verbs), one.origins, f"`{name(one.take)}`")
        for one in READERS.values()
    )
    heard = table(("reader", "does", "hears", "origin", "function"), readers)
    made = table(("package", "rows", "function"), rows)
    return f"{made}\n\nReaders of the ledger, each from its own place:\n\n{heard}"


def ways_in() -> str:
    """Every address with its audience."""

    def audience(route: Route) -> str:
        kind, held = getattr(route.audience, "kind", route.audience), getattr(route.audience, "roles", ())
        return f"{cell(kind)}: {cell(held)}" if held else cell(kind)

    rows = ((f"`{r.address}`", r.methods or ("page",), audience(r), f"`{r.view}`") for r in routes())
    return table(("address", "methods", "for", "view"), rows)


PAGES = (
    Page("moves.md", "Moves", "src/bina/flow/cases/moves.py", "What may follow what, by whom, given what.", moves),
    Page("facts.md", "Facts", "src/bina/flow/cases/facts.py", "What is written without changing the state.", facts),
    Page("hats.md", "Moves by hat", "src/bina/flow/cases/moves.py", "Who may try what in which state.", verbs_by_hat),
    Page("notices.md", "Notices", "src/bina/flow/dialogue/notices.py", "What the citizen is told of it.", notices),
    Page("timers.md", "Timers", "src/bina/flow/cases/timers.py", "What happens when something falls due.", timers),
    Page(
        "wiring.md", "Wiring", "src/bina/wiring.py", "What follows in a verb's transaction, and who reads on.", wiring
    ),
    Page("schedule.md", "Schedule", "src/bina/schedule.py", "What the worker does by the clock.", schedule),
    Page("roles.md", "Roles", "src/bina/ground/city/roles.py", "Who works with the system.", roles),
    Page("ways-in.md", "Ways in", "src/bina/urls.py", "Who comes in where, as whom.", ways_in),
    Page(
        "spellings.md",
        "Spellings of a place",
        "src/bina/doors/cli/evaluate_places.py",
        "From which twelve spellings `./bina evaluate places` looks for each name.",
        spellings,
    ),
    Page("commands.md", "Commands", "src/bina/doors/cli/main.py", "What `./bina` can do.", commands),
    Page("settings.md", "Settings", "src/bina/config.py", "What can be set for one installation.", settings),
)
