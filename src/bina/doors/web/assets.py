"""The door's own static files: read once, hashed, bundled and compressed in memory, then served by name."""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from bina.doors.web.audience import audience

FOLDER = Path(__file__).parent / "static"
# What is sent as one file: its name, and the parts in order.
BUNDLES = {
    "css/bina.css": [
        f"css/{sheet}.css"
        for sheet in (
            "tokens elements layout words controls frame hands numbers cards history states staff work inbox day case "
            "callback desk admin entrance telephone print"
        ).split()
    ],
    "css/civic.css": [  # what the citizen's pages need of it, and no more: an old phone on a slow line waits for it
        f"css/{sheet}.css"
        for sheet in (
            "tokens elements layout words controls frame hands numbers cards history states entrance citizen print"
        ).split()
    ],
    "js/staff.js": [
        f"js/{behaviour}.js"
        for behaviour in (
            "keys theme confirm-once menu dialog clock copy presence draft files picks print line neighbours"
        ).split()
    ],
    "js/map.js": ["js/city-map.js", "js/map-cases.js"],
    "js/map-pick.js": ["js/city-map.js", "js/map-pick.js"],
    "js/civic.js": [f"js/{behaviour}.js" for behaviour in "theme confirm-once copy files here shrink".split()],
}
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
}
PREFIX = "/assets/"  # not /static/, which Django's own servers keep for files that we have none of
FOREVER = "public, max-age=31536000, immutable"
_URL = re.compile(r'url\("\.\./([^"#?]+)"\)')


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent: its bytes, the same compressed where that helps, its type and its hash."""

    body: bytes
    packed: bytes | None
    kind: str
    mark: str


def address(name: str) -> str:
    """The address of a static file, with its hash, so that browsers may keep it for ever; KeyError if unknown."""
    return f"{PREFIX}{name}?v={shelf()[name].mark}"


@audience("public")
def asset(request: HttpRequest, name: str) -> HttpResponse:
    """Sends one static file; for ever when asked with its present hash, else to be asked for again."""
    found = shelf().get(name)
    if found is None:
        raise Http404(name)
    etag = f'"{found.mark}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        packed = found.packed is not None and "gzip" in request.headers.get("Accept-Encoding", "")
        response = HttpResponse(found.packed if packed else found.body, content_type=found.kind)
        if packed:
            response["Content-Encoding"] = "gzip"
    response["ETag"] = etag
    response["Vary"] = "Accept-Encoding"
    response["Cache-Control"] = FOREVER if request.GET.get("v") == found.mark else "no-cache"
    return response


def shelf() -> dict[str, Asset]:
    """Every static file by its name under static/; read anew at each call while debugging."""
    if settings.DEBUG:
        _shelf.cache_clear()
    return _shelf()


@lru_cache(maxsize=1)
def _shelf() -> dict[str, Asset]:
    files = {
        path.relative_to(FOLDER).as_posix(): path.read_bytes()
        for path in sorted(FOLDER.rglob("*"))
        if path.is_file() and path.suffix in TYPES
    }
    found = {name: _asset(name, body) for name, body in files.items()}
    for bundle, parts in BUNDLES.items():
        texts = [files[part].decode() for part in parts]
        if bundle.endswith(".css"):
            text = _URL.sub(lambda m: f'url("../{m[1]}?v={found[m[1]].mark}")', _lean("\n".join(texts)))
        else:  # each behaviour in a block of its own, so that their names do not meet
            text = "\n".join(f"{{\n{part}}}" for part in texts)
        found[bundle] = _asset(bundle, text.encode())
    return found


def _asset(name: str, body: bytes) -> Asset:
    kind = TYPES[Path(name).suffix]
    packed = None if kind == "font/woff2" else gzip.compress(body, 9, mtime=0)
    return Asset(body, packed, kind, hashlib.sha256(body).hexdigest()[:12])


def _lean(css: str) -> str:
    """The sheet without comments and indentation: what a slow line should not carry."""
    return re.sub(r"\n\s*", "\n", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)).strip()
