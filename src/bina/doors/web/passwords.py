"""Passwords: read with any digits, and strong enough when they are first set."""

from __future__ import annotations

import unicodedata

from django import forms
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from bina.ground.text.digits import latin

LEAST, MOST = 10, 200  # letters


def typed(password: str) -> str:
    """A password as it is compared: NFKC, digits of every script as ASCII, so that the keyboard's layout is no trap."""
    return latin(unicodedata.normalize("NFKC", password[: MOST + 1]))


class FirstPassword(forms.Form):
    """A new password, twice."""

    password = forms.CharField(
        label="گذرواژهٔ تازه",
        help_text="دست‌کم ۱۰ نویسه؛ چند واژهٔ بی‌ربط از یک واژهٔ سخت بهتر است. رقم فارسی و لاتین یکی است.",
        max_length=MOST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "dir": "ltr"}),
        error_messages={"required": "گذرواژه را بنویسید.", "max_length": "گذرواژه بلندتر از ۲۰۰ نویسه است."},
    )
    again = forms.CharField(
        label="همان گذرواژه، دوباره",
        max_length=MOST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "dir": "ltr"}),
        error_messages={"required": "گذرواژه را یک بار دیگر بنویسید.", "max_length": "بلندتر از ۲۰۰ نویسه است."},
    )

    def clean_password(self) -> str:
        """Long enough, and not one of the passwords that everybody tries first."""
        password = typed(self.cleaned_data["password"])
        if len(password) < LEAST:
            raise ValidationError("گذرواژه کوتاه است؛ دست‌کم ۱۰ نویسه بنویسید.")
        try:
            CommonPasswordValidator().validate(password)
        except ValidationError:
            raise ValidationError("این گذرواژه را همه حدس می‌زنند؛ یکی دیگر بنویسید.") from None
        return password

    def clean_again(self) -> str:
        """The same as the first."""
        again = typed(self.cleaned_data["again"])
        if "password" in self.cleaned_data and again != self.cleaned_data["password"]:
            raise ValidationError("این دو یکی نیستند؛ هر دو را دوباره بنویسید.")
        return again
