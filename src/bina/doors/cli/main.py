"""The table of commands, and how one is run. Only the standard library: `./bina` alone works before any set-up.

A command's module has `run(argv: list[str]) -> int` (argv without the command's name; exit code 0: done, 1: something
is wrong) and reads its arguments itself with argparse. It is imported only when its command is called. What it may rely
on is said by `Needs`; `--home DIR` is taken out before it sees its arguments; `figures.option(parser)` gives --json.
A command that will not do what was asked raises `refusal.Refused(sentence)`.
"""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module, util

CLI = "bina.doors.cli"
DONE, FAILED, REFUSED, STOPPED = 0, 1, 2, 130


class Needs(StrEnum):
    """What stands before a command's function is called."""

    NOTHING = "nothing"  # it opens what it needs itself
    DATABASE = "database"  # the installation's database answers, has its tables, and Django is set up on it


@dataclass(frozen=True, slots=True)
class Command:
    """One row of the table: `where` is module:function; `serves`: root is left before it runs."""

    name: str
    takes: str
    en: str
    fa: str
    where: str
    needs: Needs = Needs.NOTHING
    serves: bool = False
    hidden: bool = False


def _row(name: str, takes: str, en: str, fa: str, where: str = "", **more: object) -> Command:
    return Command(name, takes, en, fa, f"{CLI}.{where or f'{name}:run'}", **more)  # type: ignore[arg-type]


COMMANDS = (
    _row("demo", "", "From a bare machine to a living demo city in the browser.",
         "از رایانهٔ خام تا یک شهر نمایشی زنده در مرورگر.", serves=True),
    _row("new", "CITY", "Make an installation from a city's folder; prints the first administrator's one-time link.",
         "ساختن سامانهٔ یک شهر از پوشهٔ داده‌هایش؛ پیوند یک‌بارمصرف نخستین مدیر را می‌نویسد."),
    _row("up", "", "Run the installation: web, worker, clerk and its database.",
         "اجرای سامانه: وب، کارگر، دفتردار و پایگاه داده.", serves=True),
    _row("city", "CITY", "Load a changed city folder; shows first what it would change.",
         "بارگذاری دوبارهٔ پوشهٔ شهر؛ نخست نشان می‌دهد چه دگرگون می‌شود.", "cityload:run", needs=Needs.DATABASE),
    _row("key", "[NAME]", "Make, list and end keys of the JSON API.",
         "ساختن، دیدن و پایان‌دادن کلیدهای رابط JSON.", needs=Needs.DATABASE),
    _row("import", "MAPPING FILE", "Bring in a history from outside, with a reconciliation.",
         "آوردن سابقه از سامانه‌ای دیگر، با تطبیق شمارش‌ها.", "importing:run", needs=Needs.DATABASE),
    _row("verify", "[--against SEAL]", "Replay, chain, seals, files: is everything true?",
         "بازپخش، زنجیره، مُهرها و پرونده‌ها: آیا همه‌چیز راست است؟", needs=Needs.DATABASE),
    _row("backup", "DIR", "Base backup, files, settings and a seal.",
         "پشتیبان کامل: پایگاه داده، پرونده‌ها، تنظیمات و مُهر.", needs=Needs.DATABASE),
    _row("restore", "DIR", "Bring a backup back; ends with verify.",
         "بازگرداندن پشتیبان؛ در پایان راستی‌آزمایی می‌کند.", "restore:run"),
    _row("migrate", "", "Bring the tables of the database to this version.",
         "رساندن جدول‌های پایگاه داده به این نسخه.", "migrate:run"),
    _row("doctor", "", "What is healthy and what is not.", "چه چیز سالم است و چه چیز نیست."),
    _row("config", "", "What is set, and from where.", "هر تنظیم چیست و از کجا آمده است.", "configuration:run"),
    _row("bench", "[NAME...]", "Speed, as ratios to a bare limit in the same run.",
         "سرعت، به نسبت حدّ برهنهٔ همان اجرا.", serves=True),
    _row("evaluate", "NAME FILE", "Quality against labelled data.",
         "سنجش کیفیت با دادهٔ برچسب‌خورده."),
    _row("test", "[PATH...] [--long]", "Set up what the tests need and run them.",
         "فراهم‌کردن نیاز آزمون‌ها و اجرای آن‌ها."),
    _row("check", "", "Lint, types, guards, freshness of the docs: every gate.",
         "همهٔ دروازه‌ها: سبک، گونه‌ها، قاعده‌ها و تازگی مستندات."),
    _row("docs", "[--check]", "Write the pages that print themselves from the tables.",
         "نوشتن صفحه‌هایی که خود از جدول‌ها چاپ می‌شوند."),
    _row("worker", "", "Run the worker alone: timers, seals, messages.",
         "اجرای کارگر به‌تنهایی: زمان‌سنج‌ها، مُهرها، پیام‌ها.", "parts:worker", serves=True),
    _row("clerk", "", "Run the clerk alone: from the inbox to the ledger.",
         "اجرای دفتردار به‌تنهایی: از صندوق تا دفتر.", "parts:clerk", serves=True),
    _row("build-demo", "", "Fill a new demo city (a step of demo).", "پرکردن شهر نمایشی (گامی از demo).",
         "demo:build", hidden=True),
)  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """Runs one command; the exit code: 0 done, 1 something is wrong, 2 refused with words, 130 stopped by Ctrl-C."""
    name, rest = (arguments[0], list(arguments[1:])) if arguments else ("", [])
    if name in ("", "-h", "--help", "help"):
        print(listing())
        return DONE
    if name == "--version":
        from bina import __version__

        print(__version__)
        return DONE
    command = next((c for c in COMMANDS if c.name == name), None)
    if command is None:
        print(f"bina: there is no command «{name}».\n\n{listing()}", file=sys.stderr)
        return REFUSED
    try:
        return run(command, rest)
    except KeyboardInterrupt:
        print("\nbina: stopped.", file=sys.stderr)
        return STOPPED
    except BrokenPipeError:  # whoever read our lines has gone: `./bina doctor | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except _meant_for_people() as error:
        print(f"bina {name}: {error}", file=sys.stderr)
        return REFUSED


def run(command: Command, rest: list[str]) -> int:
    """Brings about what the command needs, then calls its function with its arguments."""
    home, argv = _home(rest)
    if home:
        from bina.config import set_variables

        set_variables(BINA_HOME=home)
    asks = "-h" in argv or "--help" in argv
    if command.serves and not asks:
        from bina.doors.cli.runtime import step_down

        step_down([command.name, *argv])
    with nullcontext() if asks else _standing(command):
        return int(_function(command)(argv) or DONE)


def _home(rest: list[str]) -> tuple[str, list[str]]:
    """--home DIR, and the other arguments."""
    home, argv = "", []
    words = iter(rest)
    for word in words:
        if word == "--home":
            home = next(words, "")
        elif word.startswith("--home="):
            home = word.removeprefix("--home=")
        else:
            argv.append(word)
    return home, argv


def _function(command: Command) -> Callable[[list[str]], int | None]:
    from bina.doors.cli.refusal import Refused

    name, function = command.where.split(":")
    if util.find_spec(name) is None:
        raise Refused("this command is not part of this version.")
    return getattr(import_module(name), function)


def _standing(command: Command) -> AbstractContextManager[object]:
    if command.needs is Needs.NOTHING:
        return nullcontext()
    from bina.doors.cli.installation import open_database

    return open_database()


def _meant_for_people() -> tuple[type[Exception], ...]:
    """The errors whose sentence is for the person at the terminal; any other is a fault and shows where it arose."""
    from bina.doors.cli.refusal import Refused

    if util.find_spec("pydantic_settings") is None:
        return (Refused,)
    from bina.config import WrongConfig

    return (Refused, WrongConfig)


def listing() -> str:
    """What `./bina` alone prints: a line a command, in the language of the terminal."""
    persian = _language().startswith("fa")
    shown = [c for c in COMMANDS if not c.hidden]
    width = max(len(f"{c.name} {c.takes}") for c in shown)
    lines = [f"  {f'{c.name} {c.takes}'.strip():<{width}}  {c.fa if persian else c.en}" for c in shown]
    head = "بینا، سامانهٔ ۱۳۷ شهر" if persian else "Bina, the 137 system of a city"
    tail = "راهنمای هر دستور: " if persian else "Each command explains itself: "
    return "\n".join([head, "", "  ./bina COMMAND", "", *lines, "", f"{tail}./bina COMMAND --help"])


def _language() -> str:
    try:
        return locale.setlocale(locale.LC_MESSAGES, "")
    except locale.Error:  # the terminal names a language this machine does not have
        return ""
