"""Errors that carry a sentence for the person who typed, in Persian and in English."""

from __future__ import annotations


class TextError(ValueError):
    """Something typed cannot be read; `fa` and `en` say what is wrong and what to do."""

    def __init__(self, fa: str, en: str) -> None:
        super().__init__(fa)
        self.fa = fa
        self.en = en

    def sentence(self, language: str = "fa") -> str:
        """The sentence in a language; Persian for any that has none of its own."""
        return self.en if language == "en" else self.fa
