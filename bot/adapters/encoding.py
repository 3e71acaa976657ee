"""Drawn pictures as bytes. No metadata is written."""

from __future__ import annotations

import io

from PIL import Image


def to_png(image: Image.Image) -> bytes:
    """PNG of at most 256 colours, for plans: a third of the bytes and of the time of full colour, and as sharp."""
    small = image.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    out = io.BytesIO()
    small.save(out, "PNG", compress_level=4)
    return out.getvalue()


def to_jpeg(image: Image.Image) -> bytes:
    """JPEG without colour subsampling, for art and tickets: edges of codes and letters stay clean."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90, subsampling=0)
    return out.getvalue()
