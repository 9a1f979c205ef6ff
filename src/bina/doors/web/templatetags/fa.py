"""Bina's template words: digits, dates, codes, signs and the parts of a page; built in, so no template loads it."""

from django import template

from bina.doors.web.templatetags import pieces, signs

register = template.Library()
for _library in (signs.register, pieces.register):
    register.tags.update(_library.tags)
    register.filters.update(_library.filters)
