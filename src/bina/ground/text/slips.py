"""A slip of one letter: what tells a word that was mistyped from another word."""

from __future__ import annotations


def one_apart(a: str, b: str) -> bool:
    """Whether one letter left out, added, changed, or two neighbours swapped make one word of the other."""
    if len(a) > len(b):
        a, b = b, a
    if a == b or len(b) - len(a) > 1:
        return False
    i = next((n for n in range(len(a)) if a[n] != b[n]), len(a))
    if len(a) < len(b):
        return a[i:] == b[i + 1 :]
    swapped = a[i : i + 2] == b[i + 1 : i + 2] + b[i : i + 1] and a[i + 2 :] == b[i + 2 :]
    return swapped or a[i + 1 :] == b[i + 1 :]
