"""Static files: kept for ever by their hash, small on the line, nothing outside the folder."""

from __future__ import annotations

import gzip
import re

import pytest
from django.test import Client

from bina.doors.web import assets


def test_an_address_with_the_present_hash_is_kept_for_ever(client: Client) -> None:
    response = client.get(assets.address("css/bina.css"))
    assert response.status_code == 200
    assert response["Cache-Control"] == assets.FOREVER
    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert not response.cookies


def test_without_it_the_browser_asks_again_and_hears_that_nothing_changed(client: Client) -> None:
    first = client.get("/assets/icons.svg")
    assert first["Cache-Control"] == "no-cache"
    again = client.get("/assets/icons.svg", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_text_is_sent_compressed_fonts_as_they_are(client: Client) -> None:
    packed = client.get("/assets/css/bina.css", headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == assets.shelf()["css/bina.css"].body
    font = client.get("/assets/fonts/Vazirmatn-400-800.woff2", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in font


@pytest.mark.parametrize("name", ["../assets.py", "css/../../urls.py", "/etc/passwd", "css", "css/none.css", "%00"])
@pytest.mark.usefixtures("real_city")
def test_nothing_else_is_ever_sent(client: Client, name: str) -> None:
    assert client.get(f"/assets/{name}").status_code == 404


def test_the_bundle_names_its_font_by_hash_and_every_sheet_is_in_it() -> None:
    css = assets.shelf()["css/bina.css"].body.decode()
    assert assets.address("fonts/Vazirmatn-400-800.woff2").removeprefix("/assets/") in css.replace("../", "")
    sheets = {p.relative_to(assets.FOLDER).as_posix() for p in (assets.FOLDER / "css").glob("*.css")}
    alone = {"css/map.css"}  # fetched by the pages that have a map
    assert sheets == {*assets.BUNDLES["css/bina.css"], *assets.BUNDLES["css/civic.css"]} | alone


def test_a_first_visit_is_light() -> None:
    shelf = assets.shelf()
    first = ("css/bina.css", "js/civic.js", "icons.svg", "eye.svg", "fonts/Vazirmatn-400-800.woff2")
    sent = sum(len(shelf[name].packed or shelf[name].body) for name in first)
    assert sent < 70_000, "A citizen's first page must stay under 150 kB with its photos and words."


def test_every_sign_that_a_template_names_is_drawn() -> None:
    drawn = set(re.findall(r'symbol id="([\w-]+)"', (assets.FOLDER / "icons.svg").read_text()))
    templates = (assets.FOLDER.parent / "templates").rglob("*.html")
    named = {name for path in templates for name in re.findall(r'\{% icon "([\w-]+)"', path.read_text())}
    assert named - drawn == set()
