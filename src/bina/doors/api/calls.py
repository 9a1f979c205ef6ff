"""Events of calls: any telephone exchange tells that a line rings, was answered, has ended."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Schema

from bina.doors.api.moves import key_of
from bina.doors.api.v1 import api, audience
from bina.flow.cases.errors import Invalid
from bina.flow.dialogue import calls
from bina.ground.city import installation
from bina.ground.text.phones import BadPhone, parse_phone


class CallEvent(Schema):
    """What happened on a line; `call` is the exchange's own name of the call, the same in all its events."""

    call: str = Field(min_length=1, max_length=calls.REF_MAX)
    line: str = Field(min_length=1, max_length=calls.LINE_MAX)
    event: Literal["ring", "answer", "end"]
    number: str | None = Field(None, max_length=40, description="Who calls; left out when the number is hidden.")
    at: datetime | None = None


class Heard(Schema):
    """The number of the call here."""

    call: int


@api.post("/calls", response=Heard, summary="Tell of a call")
@audience("client", scope="call")
def call_event(request: HttpRequest, told: CallEvent) -> Any:
    """A ring shows on the operators' desks at once; the same event told again changes nothing."""
    client = request.client
    key_of(request, client)
    if "\0" in told.call + told.line:
        raise Invalid({"call": "این نام پذیرفته نیست."})
    if told.at is not None and told.at.tzinfo is None:
        raise Invalid({"at": "زمان را با منطقهٔ زمانی بفرستید، مانند 2026-11-24T10:24:00+03:30."})
    number = None
    if told.number:
        try:
            number = parse_phone(told.number, installation.current().area_code)
        except BadPhone as error:
            if told.event == "ring":
                raise Invalid({"number": error.fa}) from error
    found = calls.heard(
        client_id=client.id, ref=told.call, line=told.line, event=told.event, phone=number, at=told.at
    )  # fmt: skip
    return {"call": found}
