"""Brushes for generated art: gradients, glows, curves, grain. Sizes are pixels of the drawing, not of the result."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Point = tuple[float, float]
Size = tuple[int, int]
Colour = str  # '#rrggbb'


@dataclass(frozen=True, slots=True)
class Palette:
    """``ground``: dark, carries white letters. ``paper``: the lightest. ``tones``: from calm to loud."""

    ground: str
    paper: str
    tones: tuple[str, ...]


def rgb(colour: Colour) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """``a`` at 0.0, ``b`` at 1.0."""
    parts = zip(rgb(a), rgb(b), strict=True)
    return "#" + "".join(f"{round(x + (y - x) * share):02x}" for x, y in parts)


def gradient(size: tuple[int, int], top: Colour, bottom: Colour, *, across: bool = False) -> Image.Image:
    ramp = Image.linear_gradient("L")
    if across:
        ramp = ramp.transpose(Image.Transpose.ROTATE_90)
    ramp = ramp.resize(size, Image.Resampling.BICUBIC)
    return Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), ramp)


def glow(image: Image.Image, centre: Point, radius: float, colour: Colour, strength: float = 1.0) -> None:
    """A soft round light that fades to nothing at ``radius``."""
    side = max(2, round(radius * 2))
    falloff = ImageChops.invert(Image.radial_gradient("L")).point(
        lambda level: round(255 * strength * max(0.0, (level - 75) / 180) ** 1.6)
    )
    mask = falloff.resize((side, side), Image.Resampling.BICUBIC)
    image.paste(colour, _square(centre, side), mask)


def _square(centre: Point, side: int) -> tuple[int, int, int, int]:
    left, top = round(centre[0] - side / 2), round(centre[1] - side / 2)
    return left, top, left + side, top + side


def disc(draw: ImageDraw.ImageDraw, centre: Point, radius: float, fill: Colour) -> None:
    x, y = centre
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill)


def ring(draw: ImageDraw.ImageDraw, centre: Point, radius: float, colour: Colour, width: int) -> None:
    x, y = centre
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=colour, width=width)


def layer(
    image: Image.Image,
    paint: Callable[[ImageDraw.ImageDraw], None],
    colour: Colour,
    opacity: float = 1.0,
    blur: float = 0.0,
) -> None:
    """Lays one colour over ``image`` where ``paint`` draws 255 on an empty mask."""
    mask = Image.new("L", image.size)
    paint(ImageDraw.Draw(mask))
    if blur:
        mask = mask.reduce(4).filter(ImageFilter.GaussianBlur(blur / 4)).resize(image.size, Image.Resampling.BILINEAR)
    if opacity < 1.0:
        mask = mask.point(lambda level: round(level * opacity))
    image.paste(colour, (0, 0, *image.size), mask)


def bezier(points: Sequence[Point], steps: int = 60) -> list[Point]:
    """A cubic curve through four control points."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = points
    curve = []
    for step in range(steps + 1):
        t = step / steps
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        curve.append((a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3))
    return curve


def between(a: Sequence[Point], b: Sequence[Point], share: float) -> list[Point]:
    """The curve that lies between two of equal length."""
    return [(x + (u - x) * share, y + (v - y) * share) for (x, y), (u, v) in zip(a, b, strict=True)]


def turned(corners: Sequence[Point], about: Point, degrees: float) -> list[Point]:
    angle = math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    cx, cy = about
    return [(cx + (x - cx) * cos - (y - cy) * sin, cy + (x - cx) * sin + (y - cy) * cos) for x, y in corners]


def box(left: float, top: float, width: float, height: float) -> list[Point]:
    return [(left, top), (left + width, top), (left + width, top + height), (left, top + height)]


def grain(image: Image.Image, chance: random.Random, strength: float = 0.1) -> Image.Image:
    """A little noise, like ink on paper; the same for the same ``chance``."""
    noise = Image.frombytes("L", image.size, chance.randbytes(image.width * image.height))
    rough = ImageChops.overlay(image, Image.merge("RGB", (noise, noise, noise)))
    return Image.blend(image, rough, strength)
