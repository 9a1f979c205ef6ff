"""Text messages of citizens: any gateway tells of one that came in; what it becomes is the same as everywhere."""

from typing import Any

from django.http import HttpRequest
from ninja import Field, Schema

from bina.doors.api.moves import key_of
from bina.doors.api.v1 import api, audience
from bina.flow.cases.errors import Invalid
from bina.flow.cases.register import WORDS_MAX
from bina.flow.dialogue import inbound
from bina.ground.city import installation
from bina.ground.text.phones import BadPhone, parse_phone


class Message(Schema):
    """One message; `id` is the gateway's own name of it, the same however often it tells of it."""

    id: str = Field(min_length=1, max_length=inbound.REF_MAX)
    number: str = Field(min_length=1, max_length=40, description="Who wrote it.")
    text: str = Field(max_length=WORDS_MAX)


class Taken(Schema):
    """The number of the message here, and what it became."""

    message: int
    did: str = Field(
        description="confirm, dispute, withdraw, recontact, reply, status, stop, help, which, refused, unknown"
    )


@api.post("/messages", response=Taken, summary="Tell of a text message that came in")
@audience("client", scope="message")
def message(request: HttpRequest, told: Message) -> Any:
    """1 confirms a result, 2 disputes it, words are a message to the case; the citizen is answered by a message.

    Told again under the same `id` it is the same message and nothing is done twice.
    """
    client = request.client
    key_of(request, client)
    try:
        number = parse_phone(told.number, installation.current().area_code)
    except BadPhone as error:
        raise Invalid({"number": error.fa}) from error
    done = inbound.receive(gateway=f"k:{client.id}", ref=told.id, phone=number, text=told.text)
    return {"message": done.id, "did": done.did}
