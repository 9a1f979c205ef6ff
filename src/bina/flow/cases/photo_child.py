"""The child that decodes one picture from stdin and writes a JSON line and a clean JPEG; run alone, with limits.

Imports nothing of the product, so that a broken decoder can reach nothing of it. Exit 3 with one word says why not.
"""

import io
import json
import sys
from datetime import UTC, datetime

from PIL import Image, ImageOps

MAX_PIXELS = 24_000_000
MAX_SIDE = 2560
FORMATS = ("JPEG", "PNG", "WEBP")


def refuse(word):
    """Ends with one word for the parent."""
    sys.stdout.buffer.write(word.encode() + b"\n")
    sys.stdout.buffer.flush()
    raise SystemExit(3)


def degrees(parts, sign):
    """Micro-degrees of EXIF's degrees, minutes, seconds; None when they are no place."""
    try:
        d, m, s = (float(x) for x in parts)
        value = round((d + m / 60 + s / 3600) * 1e6)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return (-value if sign in ("S", "W") else value) if abs(value) <= 180_000_000 else None


def told(image):
    """Place and time as the original says; what is unreadable is None."""
    taken = lat = lon = None
    try:
        exif = image.getexif()
        stamp = exif.get_ifd(0x8769).get(0x9003) or exif.get(0x0132)
        if stamp:
            taken = int(datetime.strptime(str(stamp)[:19], "%Y:%m:%d %H:%M:%S").replace(tzinfo=UTC).timestamp())
        gps = exif.get_ifd(0x8825)
        if 2 in gps and 4 in gps:
            lat, lon = degrees(gps[2], gps.get(1)), degrees(gps[4], gps.get(3))
    except Exception:  # metadata of strangers: whatever it is, the picture itself is what counts
        taken = lat = lon = None
    return taken, lat, lon


def main():
    """One picture in, one picture out."""
    raw = sys.stdin.buffer.read()
    Image.MAX_IMAGE_PIXELS = None  # our own limit comes first, from the header, before anything is decoded
    try:
        image = Image.open(io.BytesIO(raw), formats=FORMATS)
    except Exception:
        refuse("format")
    moving = getattr(image, "n_frames", 1) > 1 and image.format != "MPO"  # many telephones add a small second picture
    if image.width * image.height > MAX_PIXELS or moving:
        refuse("pixels")
    taken, lat, lon = told(image)
    try:
        image.load()
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((MAX_SIDE, MAX_SIDE))
        flat = Image.new("RGB", upright.size, "white")
        alpha = upright.convert("RGBA")
        flat.paste(alpha, mask=alpha.getchannel("A"))
        out = io.BytesIO()
        flat.save(out, "JPEG", quality=82, optimize=True)
    except Exception:
        refuse("broken")
    head = {"width": flat.width, "height": flat.height, "taken_at": taken, "lat_e6": lat, "lon_e6": lon}
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + out.getvalue())
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
