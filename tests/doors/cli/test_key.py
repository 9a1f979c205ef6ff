"""Keys of the API by the command: made, usable at once, listed without the secret, ended at the next call."""

from __future__ import annotations

import pytest
from django.test import Client

from bina.doors.api import clients as known
from bina.doors.cli import key
from bina.doors.cli.refusal import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def test_a_key_works_until_it_is_ended(capsys: pytest.CaptureFixture[str]) -> None:
    known._known.clear()
    assert key.run(["پیوند آزمایش", "--scope", "read"]) == 0
    secret = capsys.readouterr().out.split()[0]
    ask = {"headers": {"Authorization": f"Bearer {secret}"}}
    assert Client().get("/api/v1/requests", **ask).status_code == 200
    key.run(["--list"])
    listed = capsys.readouterr().out
    assert "پیوند آزمایش: read" in listed
    assert secret not in listed
    number = listed.split()[0]
    key.run(["--end", number])
    known._known.clear()
    assert Client().get("/api/v1/requests", **ask).status_code == 401
    with pytest.raises(Refused, match="no client"):
        key.run(["--end", number])


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (["x"], "what it may do"),
        (["--scope", "read"], "who it is for"),
        (["x", "--scope", "fly"], "no scope"),
        (["x", "--scope", "as:unit"], "--unit"),
        (["x", "--scope", "read", "--unit", "NO/SUCH"], "no unit"),
        (["x", "--scope", "read", "--district", "NO"], "no district"),
    ],
)
def test_what_is_missing_is_said(argv: list[str], told: str) -> None:
    with pytest.raises(Refused, match=told):
        key.run(argv)
