"""A city without cases: an installation, demo or not, and its people by role."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from bina.ground.city import installation, people
from bina.ground.city.roles import Role

Make = Callable[..., int]
PASSWORD = "انار سبز 1405 کوهسنگی"


def make_city(*, demo: bool) -> None:
    """A city of no streets: what the entrance needs and no more."""
    installation.create(
        code="nemoone", name="نمونه", name_en="Nemoone", demo=demo, origin_lat_e6=36_300_000, origin_lon_e6=59_600_000
    )


def make_person(username: str, *roles: Role, name: str = "", password: str = "") -> int:
    """Somebody who works in the city."""
    person_id = people.add(username=username, name=name or f"خانم {username}")
    for role in roles:
        people.give_right(person_id, role)
    if password:
        people.set_password(person_id, password)
    return person_id


@pytest.fixture
def demo_city(db: None) -> None:
    make_city(demo=True)


@pytest.fixture
def real_city(db: None) -> None:
    make_city(demo=False)


@pytest.fixture
def person() -> Make:
    return make_person


@pytest.fixture
def signed_in(client: Client) -> Callable[[int], Client]:
    """Signs a person in without a password."""

    def sign(person_id: int) -> Client:
        found = people.person(person_id)
        assert found is not None
        client.force_login(found, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign
