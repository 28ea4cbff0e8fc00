"""Which camera took a photograph, as the file itself says: maker and model, never a serial number or an owner."""

import io

from PIL import Image as Pillow
from PIL.ExifTags import Base

LONGEST = 100


def camera_of(data: bytes) -> str:
    """Maker and model of an accepted JPEG or PNG on one line; empty where the file does not say, or says it badly."""
    try:
        with Pillow.open(io.BytesIO(data), formats=["JPEG", "PNG"]) as picture:
            exif = picture.getexif()
            maker, model = (_words(exif.get(tag)) for tag in (Base.Make, Base.Model))
    except Exception:  # metadata is whatever somebody wrote; a photograph is not refused for it
        return ""
    # Many cameras repeat the maker in the model.
    named = model if model.casefold().startswith(maker.casefold()) else f"{maker} {model}"
    return named.strip()[:LONGEST]


def _words(value: object) -> str:
    printable = "".join(one if one.isprintable() else " " for one in value) if isinstance(value, str) else ""
    return " ".join(printable.split())
