"""Photos from strangers: bombs, lies and broken files are refused with a sentence; what is kept tells nothing more."""

from __future__ import annotations

import io
import struct
import uuid
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

from bina.flow.cases import history
from bina.flow.cases.models import Attachment, Case
from tests.doors import every_form
from tests.doors.api.api import Caller, make_key, problem
from tests.doors.every_form import proven
from tests.flow.cast import new, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path / "files")
    monkeypatch.setattr("bina.doors.web.citizen_limits.too_many", lambda *given: None)
    return tmp_path / "files"


def jpeg(**more):
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (120, 90, 60)).save(out, "JPEG", **more)
    return out.getvalue()


def located():
    """A photo as a telephone writes it: place, time, maker, a comment."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0132] = "Maker-137", "Model-137", "2026:11:20 10:11:12"
    exif.get_ifd(0x8769)[0x9003] = "2026:11:20 10:11:12"
    exif.get_ifd(0x8825).update({1: "N", 2: (36.0, 19.0, 0.12), 3: "E", 4: (59.0, 38.0, 20.04)})
    return jpeg(exif=exif, comment=b"secret-comment-137")


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(side):
    """A PNG of a few bytes that says it is enormous."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 3_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def texts_bomb():
    """A PNG whose text unpacks to a hundred megabytes."""
    out, info = io.BytesIO(), PngImagePlugin.PngInfo()
    info.add_text("a", "x" * 100_000_000, zip=True)
    Image.new("RGB", (4, 4)).save(out, "PNG", pnginfo=info)
    return out.getvalue()


def moving():
    out = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), (60 * n, 0, 255 - 60 * n)) for n in range(4)]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    return out.getvalue()


def other(kind):
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, kind)
    return out.getvalue()


BAD = {
    "nothing in it": b" ", "text": b"hello", "html": b"<script>alert(1)</script>", "truncated": located()[:700],
    "head only": b"\xff\xd8\xff\xe0", "bomb": bomb(60_000), "wide bomb": bomb(5_000), "moving": moving(),
    "gif": other("GIF"), "tiff": other("TIFF"), "bmp": other("BMP"), "ico": other("ICO"),
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "pdf": b"%PDF-1.7\n",
    "zip": b"PK\x03\x04" + b"\0" * 100, "too big": b"\xff\xd8\xff" + b"x" * 40_000_000, "zeros": b"\0" * 1000,
}  # fmt: skip


def sent(raw, name="photo.jpg"):
    return SimpleUploadedFile(name, raw, "image/jpeg")


@pytest.mark.parametrize("name", BAD)
def test_a_bad_photo_is_refused_with_a_sentence_and_nothing_is_kept(name, folder):
    case = row(new().case_id)
    answer = proven(case).post(f"/mine/{case.code}/photo", {"photo": sent(BAD[name]), "key": uuid.uuid4().hex})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert "عکس" in answer.content.decode().split('role="alert"')[1][:200]
    assert row(case.pk).seq == case.seq
    assert not Attachment.objects.exists()
    assert not list(folder.rglob("*.part"))


@pytest.mark.parametrize("name", BAD)
def test_a_bad_photo_is_a_problem_over_the_api(name):
    code = Caller(make_key()).register()
    told = problem(photo(code, BAD[name]), 422, "invalid")
    assert "photo" in told["errors"]


def photo(code, *raw, key=None, stage="report"):
    caller = Caller(make_key()) if key is None else key
    return caller.client.post(
        f"/api/v1/requests/{code}/photos", {"stage": stage, "photo": [sent(one) for one in raw]},
        headers=caller.head | {"Idempotency-Key": uuid.uuid4().hex},
    )  # fmt: skip


def test_place_and_time_are_read_and_nothing_of_the_rest_is_kept(folder):
    code = Caller(make_key()).register()
    assert photo(code, located()).status_code == 200
    [kept] = Attachment.objects.all()
    assert (round(kept.lat_e6, -2), round(kept.lon_e6, -2)) == (36_316_700, 59_638_900)
    assert kept.taken_at.strftime("%Y-%m-%d %H:%M:%S") == "2026-11-20 10:11:12"
    raw = (folder / kept.sha256[:2] / kept.sha256).read_bytes()
    assert Image.open(io.BytesIO(raw)).getexif() == {}
    for secret in (b"Maker-137", b"Model-137", b"secret-comment", b"Exif", b"2026:11:20", b"GPS"):
        assert secret not in raw
    assert "36.3" not in str([e.given for e in history.events(kept.case_id)])


def test_a_text_that_unpacks_to_a_hundred_megabytes_does_no_harm():
    code = Caller(make_key()).register()
    answer = photo(code, texts_bomb())
    assert answer.status_code in (200, 422)


def test_a_photo_with_a_second_small_picture_in_it_is_taken():
    out = io.BytesIO()
    first = Image.new("RGB", (64, 48), (10, 20, 30))
    first.save(out, "MPO", save_all=True, append_images=[Image.new("RGB", (16, 12))])
    code = Caller(make_key()).register()
    assert photo(code, out.getvalue()).status_code == 200
    assert Attachment.objects.get().width == 64


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_photo_taken_sideways_stands_upright(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    code = Caller(make_key()).register()
    assert photo(code, jpeg(exif=exif)).status_code == 200
    kept = Attachment.objects.get()
    assert (kept.width, kept.height) == ((48, 64) if orientation in (6, 8) else (64, 48))


def test_too_many_at_once_are_told_not_dropped():
    code = Caller(make_key()).register()
    told = problem(photo(code, *[jpeg()] * 5), 422, "invalid")
    assert "۴" in told["detail"] or "4" in told["detail"]
    assert photo(code, *[jpeg()] * 4).status_code == 200
    assert Attachment.objects.count() == 4


def test_one_bad_photo_refuses_the_report_and_what_was_typed_stays():
    form = every_form.citizen_forms()[0]
    before = Case.objects.count()
    answer = form.client.post("/report", form.typed | {"photo": [sent(jpeg()), sent(b"no")], "key": uuid.uuid4().hex})
    assert answer.status_code == 422
    body = answer.content.decode()
    assert form.typed["words"] in body
    assert "عکس باید JPEG" in body
    assert Case.objects.count() == before


def test_a_file_that_lies_about_its_kind_is_judged_by_what_it_is():
    code = Caller(make_key()).register()
    out = io.BytesIO()
    Image.new("RGB", (20, 20)).save(out, "PNG")
    assert photo(code, out.getvalue()).status_code == 200
    problem(photo(code, b"\x89PNG\r\n\x1a\n garbage"), 422)
