"""Photos: decoded in a limited child process, place and time read, everything else of the original thrown away."""

from __future__ import annotations

import hashlib
import resource
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from bina.config import config
from bina.flow.cases.errors import Invalid, Refused
from bina.flow.cases.events import moment, new_salt, salted
from bina.flow.cases.moves import By
from bina.flow.cases.record import allowed
from bina.flow.cases.register import Key
from bina.flow.cases.write import Locked, Recorded, Step, write

STAGES = {"before": "پیش از کار", "after": "پس از کار", "report": "عکس گزارش", "inspection": "عکس بازرسی"}
CHILD_SECONDS = 10
CHILD_BYTES = 1_200_000_000  # address space of the child: a 24-megapixel picture decodes within it
PHOTOS_AT_ONCE = 4
PHOTOS_PER_CASE = 40
FREE_SHARE = 0.10  # below this share of free disk photos are refused and text goes on


class Photo(msgspec.Struct, frozen=True):
    """A re-encoded picture: a JPEG without metadata, and what its original said of place and time."""

    jpeg: bytes
    width: int
    height: int
    taken_at: int | None
    lat_e6: int | None
    lon_e6: int | None


def _limits() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (CHILD_BYTES, CHILD_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CHILD_SECONDS, CHILD_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def received(files: Sequence[Any]) -> list[bytes]:
    """The bytes of pictures that were sent; Invalid when they are too many or too big, before any of them is read."""
    sent = [one for one in files if one.size]
    if len(sent) > PHOTOS_AT_ONCE:
        raise Invalid({"photo": f"هر بار تا {PHOTOS_AT_ONCE} عکس بفرستید؛ بقیه را پس از آن بیفزایید."})
    for one in sent:
        _fits(one.size)
    return [one.read() for one in sent]


def _fits(size: int) -> None:
    if size > config().photo_max_mb * 1_000_000:
        raise Invalid({"photo": f"عکس بزرگ‌تر از {config().photo_max_mb} مگابایت است؛ کوچک‌ترش کنید یا دوباره بگیرید."})


def clean(raw: bytes) -> Photo:
    """The picture re-encoded by a child process with limits on memory and time; Invalid with a sentence if not."""
    _fits(len(raw))
    try:
        child = subprocess.run(
            [sys.executable, "-I", str(Path(__file__).with_name("photo_child.py"))],
            input=raw, capture_output=True, timeout=CHILD_SECONDS + 5, preexec_fn=_limits, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise Invalid({"photo": "این عکس خوانده نشد؛ عکس دیگری بفرستید."}) from error
    head, _, jpeg = child.stdout.partition(b"\n")
    if child.returncode != 0 or not jpeg:
        reason = head.decode(errors="replace") if child.returncode == 3 else ""
        sentence = (
            "عکس باید JPEG، PNG یا WebP باشد." if reason == "format" else "این عکس خوانده نشد؛ عکس دیگری بفرستید."
        )
        if reason == "pixels":
            sentence = "ابعاد عکس بیش از اندازه بزرگ است؛ کوچک‌ترش کنید."
        raise Invalid({"photo": sentence})
    told = msgspec.json.decode(head)
    return Photo(jpeg, told["width"], told["height"], told["taken_at"], told["lat_e6"], told["lon_e6"])


def room(folder: Path) -> None:
    """Makes a folder, and raises Refused while the disk is nearly full."""
    import shutil

    folder.mkdir(parents=True, exist_ok=True)
    usage = shutil.disk_usage(folder)
    if usage.free < usage.total * FREE_SHARE and usage.free < 2_000_000_000:
        raise Refused("جای ذخیرهٔ عکس اکنون تنگ است؛ متن را بفرستید و عکس را بعد بیفزایید.")


def keep(jpeg: bytes, folder: Path) -> str:
    """Stores a file under its own sha256, written beside and renamed, so that it is whole or not there."""
    room(folder)
    digest = hashlib.sha256(jpeg).hexdigest()
    path = folder / digest[:2] / digest
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        part = path.with_name(f"{digest}.{new_salt().hex()}.part")
        part.write_bytes(jpeg)
        part.replace(path)
    return digest


def folder() -> Path:
    """Where this installation keeps its files."""
    return config().home / "files"


def add(
    case_id: int, photos: Sequence[bytes], *, stage: str, by: By, actor: str, channel: str, contact: int | None = None,
    key: Key | None = None, origin: str = "live", at: int | None = None,
) -> Recorded:  # fmt: skip
    """Adds photos to a case as one fact; each is cleaned first, so one bad picture refuses all with a sentence."""
    if stage not in STAGES or stage == "inspection":  # these come with the inspection itself
        raise Invalid({"stage": "بگویید عکس از پیش است یا پس از کار."})
    if not photos:
        raise Invalid({"photo": "عکسی برگزیده نشد."})
    return attach(
        case_id, [clean(raw) for raw in photos], stage=stage, by=by, actor=actor, channel=channel, contact=contact,
        key=key, origin=origin, at=at,
    )  # fmt: skip


def attach(
    case_id: int, cleaned: Sequence[Photo], *, stage: str, by: By, actor: str, channel: str,
    contact: int | None = None, key: Key | None = None, seq: int | None = None, origin: str = "live",
    at: int | None = None,
) -> Recorded:  # fmt: skip
    """Adds pictures that `clean` has made to a case, as one fact; Stale when it has moved on since `seq`."""
    named = [(p, keep(p.jpeg, folder()), new_salt()) for p in cleaned]

    def decide(cursor: Any, held: Locked) -> list[Step]:
        allowed(held.summary, "photo", by)
        cursor.execute("SELECT count(*) FROM cases_attachment WHERE case_id = %s::bigint", [case_id])
        if cursor.fetchone()[0] + len(named) > PHOTOS_PER_CASE:
            raise Refused(f"هر درخواست تا {PHOTOS_PER_CASE} عکس جا دارد.")
        files = [_insert(cursor, held, p, digest, salt, stage, actor, contact, at) for p, digest, salt in named]
        given: dict[str, Any] = {
            "stage": stage, "files": files, "digests": [salted(p.jpeg, salt) for p, _digest, salt in named],
        }  # fmt: skip
        if contact:
            given["contact"] = contact
        return [Step("photo", given)]

    return write(case_id, decide, actor=actor, channel=channel, origin=origin, at=at, key=key, seq=seq)


def _insert(cursor: Any, held: Locked, p: Photo, digest: str, salt: bytes, stage: str, actor: str,
            contact: int | None, at: int | None) -> int:  # fmt: skip
    cursor.execute(
        "INSERT INTO cases_attachment (case_id, contact_id, stage, sha256, salt, bytes, width, height, taken_at, "
        "lat_e6, lon_e6, at, actor) VALUES (%s::bigint, %s::bigint, %s::text, %s::text, %s::bytea, %s::int, %s::int, "
        "%s::int, %s::timestamptz, %s::int, %s::int, coalesce(%s::timestamptz, bina_now()), %s::text) RETURNING id",
        [held.case_id, contact, stage, digest, salt, len(p.jpeg), p.width, p.height,
         moment(p.taken_at) if p.taken_at is not None else None, p.lat_e6, p.lon_e6,
         datetime.fromtimestamp(at, UTC) if at is not None else None, actor],
    )  # fmt: skip
    return int(cursor.fetchone()[0])
