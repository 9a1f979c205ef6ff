"""A large photo is made smaller in the browser before it is sent; where and when it was taken stays, upright."""

from __future__ import annotations

import io
import os
from typing import Any

import pytest
from PIL import Image

from tests.doors.web.test_citizen_report import _dms
from tests.flow.cast import ready, spot

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("city", "live_server")]


def large() -> bytes:
    """A photo of some megabytes, taken with the camera on its side."""
    ready()
    image, point, out = Image.frombytes("RGB", (2400, 1800), os.urandom(2400 * 1800 * 3)), spot(), io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn
    exif.get_ifd(0x8825).update({1: "N", 2: _dms(point.lat_e6), 3: "E", 4: _dms(point.lon_e6)})
    exif.get_ifd(0x8769)[0x9003] = "2026:11:24 18:12:00"
    image.save(out, "JPEG", quality=90, exif=exif)
    return out.getvalue()


def test_a_large_photo_goes_small_and_keeps_its_place(page: Any, tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("bina.flow.cases.staged.folder", lambda: tmp_path / "staged")
    raw = large()
    page.goto("/report")
    box = page.locator("#photo")
    box.set_input_files({"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": raw})
    page.locator("#photo[data-shrunk]").wait_for(state="attached")
    size, width, height = box.evaluate(
        "async (one) => { const [file] = one.files, p = await createImageBitmap(file);"
        " return [file.size, p.width, p.height]; }"
    )
    assert size < len(raw) / 2
    assert (width, height) == (1200, 1600)
    with page.expect_navigation():
        page.get_by_role("button", name="نخست همین عکس را بفرست").click()
    assert page.get_by_text("جای عکس خوانده شد").is_visible()
    assert page.get_by_text("۱۸:۱۲").is_visible()
    assert page.locator(".shot img").evaluate("one => one.naturalHeight > one.naturalWidth")
