"""One-time links: a person without a password sets his own, within 48 hours, once."""

from __future__ import annotations

from django.contrib.auth.tokens import default_token_generator

from bina.ground.city.models import Person


def make(person_id: int) -> str:
    """The token of a link for a person; spent once he has a password, or after PASSWORD_RESET_TIMEOUT."""
    person = Person.objects.get(pk=person_id)
    return f"{person.pk}-{default_token_generator.make_token(person)}"


def read(token: str) -> int | None:
    """Whose link this is; None for one that is spent, too old, or was never made here."""
    number, _, mark = token.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    person = Person.objects.filter(pk=int(number), is_active=True).first()
    if person is None or person.has_usable_password() or not default_token_generator.check_token(person, mark):
        return None
    return int(person.pk)
