"""Ways out for messages: what a gateway must do, the console that sends nothing, and a demo's telephone."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import msgspec

from bina.config import config
from bina.ground.city import installation
from bina.ground.sla import clock

log = logging.getLogger("bina.messages")

KEPT_DAYS = 30  # long after the last question about a message that may have gone out


class Parcel(msgspec.Struct, frozen=True):
    """One message on its way: our own name for it, the number (E.164) and the words."""

    key: str
    phone: str
    body: str


class Undelivered(Exception):
    """The gateway says for certain that it did not take the message; `permanent` when trying again is of no use."""

    def __init__(self, reason: str, *, permanent: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.permanent = reason, permanent


class Unknowable(Exception):
    """The gateway cannot say what became of a message."""


class GatewayRefused(Exception):
    """The gateway of the settings cannot be used in this installation; says what to set instead."""


class Gateway(Protocol):
    """What every gateway does; it may be slow, no transaction is open while it works.

    Any other exception than the two below leaves the message *unknown*: it may have gone out.
    """

    name: str

    def send(self, parcel: Parcel) -> str:
        """Sends one message; the gateway's own number for it. Raises Undelivered."""
        ...

    def look_up(self, key: str) -> str | None:
        """The gateway's number of a message that it took under our name, None if it never did. Raises Unknowable."""
        ...


class Console:
    """Sends nothing to anybody: one file a message in the installation, by rename, that holds numbers of rows only."""

    name = "console"

    def send(self, parcel: Parcel) -> str:
        """Keeps the fact that it would have been sent; neither the number nor the words are written anywhere."""
        folder = _kept()
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".{parcel.key}"
        draft.write_text(f"message {parcel.key}, {len(parcel.body)} letters\n")
        draft.replace(folder / parcel.key)
        log.info("message %s stays here: no gateway is set", parcel.key)
        return parcel.key

    def look_up(self, key: str) -> str | None:
        """Whether its file stands."""
        return key if (_kept() / key).exists() else None


class Telephone:
    """A demo's own telephone: what is marked sent stands on its page, so sending is nothing more than that."""

    name = "telephone"

    def send(self, parcel: Parcel) -> str:
        """Nothing leaves the house."""
        return parcel.key

    def look_up(self, key: str) -> str | None:
        """What was not marked did not arrive."""
        return None


GATEWAYS: dict[str, Callable[[], Gateway]] = {"console": Console, "telephone": Telephone}


def gateway() -> Gateway:
    """The gateway of this installation's settings. Raises GatewayRefused."""
    wanted = config().sms_gateway
    demo = installation.current().demo
    if wanted == "telephone" and not demo:
        raise GatewayRefused("The telephone stands in a demo only; set BINA_SMS_GATEWAY=console.")
    if wanted == "auto":
        wanted = "telephone" if demo else "console"
    return GATEWAYS[wanted]()


def forget() -> int:
    """Takes away the console's files of messages that were settled long ago; how many."""
    old = clock.now().timestamp() - KEPT_DAYS * 86_400
    gone = [file for file in _kept().glob("*") if file.stat().st_mtime < old]
    for file in gone:
        file.unlink(missing_ok=True)
    return len(gone)


def _kept() -> Path:
    return config().home / "messages"
