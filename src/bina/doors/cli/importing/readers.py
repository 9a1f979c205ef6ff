"""Files of rows in chunks of a bounded size: Parquet, CSV, CSV.gz; an unreadable row is told, the next goes on."""

from __future__ import annotations

import csv
import gzip
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from bina.doors.cli.refusal import Refused

CHUNK = 1000
LONGEST_LINE = 1_000_000  # bytes
LINES_OF_A_CELL = 50  # a quotation mark still open after so many lines is a broken one
SNIFFED = 64 * 1024  # bytes looked at to tell what the file is
LOST = "\ufffd"  # what another program left of a letter it could not read

csv.field_size_limit(LONGEST_LINE * 2)


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that could not be read, and why."""

    number: int
    reason: str


@dataclass(slots=True)
class Chunk:
    """Some rows in the file's order, numbered from 1, and how much of the file (0 to 1) has been read with them."""

    numbers: list[int] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    share: float = 0.0

    def __len__(self) -> int:
        return len(self.rows) + len(self.broken)


def chunks(path: Path, needed: Sequence[str], *, size: int = CHUNK) -> Iterator[Chunk]:
    """The rows of a file; Refused before the first when the file or its columns are not what is needed."""
    if not path.is_file():
        raise Refused(f"There is no file {path}.")
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from None
    if start == b"PAR1":
        return _parquet(path, needed, size)
    if not start:
        raise Refused(f"{path} is empty.")
    return _csv(path, needed, size, packed=start[:2] == b"\x1f\x8b")


def _check(path: Path, columns: Sequence[str], needed: Sequence[str]) -> None:
    missing = [name for name in needed if name not in columns]
    if missing:
        has = ", ".join(columns[:40])
        raise Refused(f"{path.name} lacks the columns: {', '.join(missing)}. It has: {has}. Nothing was imported.")
    twice = sorted({name for name in needed if list(columns).count(name) > 1})
    if twice:
        raise Refused(f"{path.name} has two columns called {', '.join(twice)}. Nothing was imported.")


def _parquet(path: Path, needed: Sequence[str], size: int) -> Iterator[Chunk]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path, memory_map=True)
    except (pa.ArrowException, OSError) as error:
        raise Refused(f"{path.name} is no sound Parquet file: {error}") from None
    _check(path, file.schema_arrow.names, needed)
    total = max(file.metadata.num_rows, 1)

    def read() -> Iterator[Chunk]:
        done = 0
        try:
            for batch in file.iter_batches(batch_size=size, columns=list(needed), use_threads=False):
                rows = batch.to_pylist()
                numbers = list(range(done + 1, done + 1 + len(rows)))
                done += len(rows)
                yield Chunk(numbers, rows, share=done / total)
        except (pa.ArrowException, OSError) as error:
            raise Refused(f"{path.name} is broken after row {done}: {error}") from None

    return read()


def _csv(path: Path, needed: Sequence[str], size: int, *, packed: bool) -> Iterator[Chunk]:
    try:
        with _open(path, packed) as file:
            sample = file.read(SNIFFED)
    except (OSError, EOFError) as error:
        raise Refused(f"{path.name} cannot be unpacked: {error}") from None
    if sample[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Refused(f"{path.name} is UTF-16. Save it as “CSV UTF-8” and import it again.")
    if b"\0" in sample:
        raise Refused(f"{path.name} is neither Parquet nor CSV.")
    try:
        first = sample.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode().rstrip("\r")
    except UnicodeDecodeError:
        raise Refused(
            f"{path.name} is not UTF-8: its first line cannot be read (perhaps Windows-1256 or Latin-1). "
            "Save it as “CSV UTF-8” and import it again."
        ) from None
    delimiter = max(",;\t", key=first.count)
    columns = [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]
    _check(path, columns, needed)
    return _csv_chunks(path, packed, delimiter, columns, size)


def _open(path: Path, packed: bool) -> IO[bytes]:
    return gzip.open(path, "rb") if packed else path.open("rb")  # type: ignore[return-value]


def _csv_chunks(path: Path, packed: bool, delimiter: str, columns: list[str], size: int) -> Iterator[Chunk]:
    whole = max(path.stat().st_size, 1)
    with path.open("rb") as raw, gzip.open(raw) if packed else raw as file:
        chunk, number = Chunk(), 0
        try:
            file.readline(LONGEST_LINE)
            for row in _records(file, delimiter, columns):
                number += 1
                if isinstance(row, str):
                    chunk.broken.append(Broken(number, row))
                else:
                    chunk.numbers.append(number)
                    chunk.rows.append(row)
                if len(chunk) >= size:
                    chunk.share = raw.tell() / whole
                    yield chunk
                    chunk = Chunk()
        except (OSError, EOFError) as error:
            if len(chunk):
                yield chunk
            raise Refused(f"{path.name} is broken after row {number}: {error}. Rows before it are in.") from None
        chunk.share = 1.0
        yield chunk


def _records(file: Any, delimiter: str, columns: list[str]) -> Iterator[dict[str, Any] | str]:
    """Each row as its cells, or as a sentence why it cannot be read; a broken row never takes the next ones with it."""
    ahead: deque[bytes] = deque()

    def line() -> bytes:
        return ahead.popleft() if ahead else file.readline(LONGEST_LINE)

    while raw := line():
        if not raw.strip():
            continue
        taken = [raw]
        while sum(part.count(b'"') for part in taken) % 2 and len(taken) < LINES_OF_A_CELL and (more := line()):
            taken.append(more)
        told = _record(b"".join(taken), delimiter, columns)
        if isinstance(told, str) and len(taken) > 1:
            ahead.extendleft(reversed(taken[1:]))
            told = "unreadable: a quotation mark is opened and not closed"
        yield told


def _record(raw: bytes, delimiter: str, columns: list[str]) -> dict[str, Any] | str:
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        return f"unreadable: not UTF-8 at byte {error.start + 1} of the row"
    if LOST in text:
        return "unreadable: it holds letters that were lost in another encoding"
    if "\0" in text:
        return "unreadable: it holds a zero byte"
    try:
        cells = next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        return f"unreadable: {error}"
    if len(cells) != len(columns):
        return f"unreadable: {len(cells)} cells, and there are {len(columns)} columns"
    return {name: cell.strip() or None for name, cell in zip(columns, cells, strict=True)}
