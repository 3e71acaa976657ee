"""Pictures from outside: measured before they are decoded, and drawn anew before they are kept.

What comes out holds pixels only: no place or camera of the photographer, nothing hidden behind the picture's end.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_BYTES = 10 * 1024 * 1024  # Telegram's limit for a photo (Bot API, sendPhoto)
MOST_PIXELS = 40_000_000  # decoded: 120 MB
MOST_SIDES = 10_000  # width and height together (Bot API, sendPhoto)
MOST_RATIO = 20  # the longer side by the shorter (Bot API, sendPhoto)
LEAST_SIDE = 200  # below, a poster is a smear on a phone
KEPT_SIDE = 1280
FORMATS = ("JPEG", "PNG", "WEBP")


class PictureRefused(ValueError):
    """``code`` is the word for the sentence, ``params`` its figures.

    ``picture_empty`` · ``picture_too_many_bytes`` (bytes, most) · ``picture_unreadable`` · ``picture_too_large``
    (width, height) · ``picture_too_small`` (width, height, least) · ``picture_too_long`` (width, height, ratio)
    """

    def __init__(self, code: str, **params: int) -> None:
        super().__init__(f"{code} {params}" if params else code)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class CheckedPicture:
    """A JPEG drawn anew, upright, at most 1280 pixels on either side."""

    data: bytes
    width: int
    height: int


def check_picture(data: bytes) -> CheckedPicture:
    """Checks bytes, format and size from the header alone, then decodes. Raises PictureRefused."""
    if not data:
        raise PictureRefused("picture_empty")
    if len(data) > MOST_BYTES:
        raise PictureRefused("picture_too_many_bytes", bytes=len(data), most=MOST_BYTES)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is lower
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                _check_size(image.width, image.height)
                return _redraw(image)
    except PictureRefused:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise PictureRefused("picture_unreadable") from error


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS or width + height > MOST_SIDES:
        raise PictureRefused("picture_too_large", width=width, height=height)
    if max(width, height) > MOST_RATIO * min(width, height):
        raise PictureRefused("picture_too_long", width=width, height=height, ratio=MOST_RATIO)
    if min(width, height) < LEAST_SIDE:
        raise PictureRefused("picture_too_small", width=width, height=height, least=LEAST_SIDE)


def _redraw(image: Image.Image) -> CheckedPicture:
    image.draft("RGB", (KEPT_SIDE, KEPT_SIDE))  # a JPEG is decoded no larger than needed
    upright = ImageOps.exif_transpose(image).convert("RGBA")
    upright.thumbnail((KEPT_SIDE, KEPT_SIDE), Image.Resampling.LANCZOS)
    flat = Image.new("RGB", upright.size, "#ffffff")
    flat.paste(upright, (0, 0), upright)
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=88)
    return CheckedPicture(out.getvalue(), flat.width, flat.height)
