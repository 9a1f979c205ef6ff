"""The families of refusal that every door maps once: rule, staleness, bad input, no access."""

from __future__ import annotations


class CaseError(Exception):
    """Base of the refusals; `sentence` is Persian and says what to do next."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Refused(CaseError):
    """A rule says no (HTTP 409): the move is not possible now; the sentence names what is."""


class Stale(CaseError):
    """Somebody else changed the case since it was read (HTTP 409)."""

    def __init__(self, sentence: str, *, seq: int) -> None:
        super().__init__(sentence)
        self.seq = seq


class Invalid(CaseError):
    """The input is wrong (HTTP 422): field name to Persian sentence."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = errors


class NotAllowed(CaseError):
    """Not this person's to see or do (HTTP 404, so that nothing leaks)."""

    def __init__(self, sentence: str = "چنین درخواستی برای شما پیدا نشد. کد را دوباره ببینید.") -> None:
        super().__init__(sentence)


class KeyEnded(NotAllowed):
    """The API key was ended while its holder still used it (HTTP 401)."""

    def __init__(self) -> None:
        super().__init__("این کلید دیگر کار نمی‌کند؛ از مدیر سامانه کلید تازه بگیرید.")


class KeyReused(CaseError):
    """The idempotency key was used with another body (HTTP 422): send a new key."""

    def __init__(self) -> None:
        super().__init__("این کلید پیش‌تر با محتوای دیگری آمده است؛ برای درخواست تازه کلید تازه بفرستید.")
