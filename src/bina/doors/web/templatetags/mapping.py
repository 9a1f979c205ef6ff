"""The one word that a page with a map needs: where the city's drawing is fetched from."""

from __future__ import annotations

from django import template

register = template.Library()


@register.simple_tag
def map_ground() -> str:
    """The address of the city's drawing; it changes with the city, so that browsers may keep what they have."""
    from bina.doors.web.map import ground_address

    return ground_address()
