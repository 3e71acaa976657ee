"""The little plane geometry that a seating plan needs. Coordinates as drawn: x to the right, y downwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import cos, hypot, pi, radians, sin

Point = tuple[float, float]

#: Corners of the polygon that stands for a turned ellipse.
_ELLIPSE_CORNERS = 48


def distance(a: Point, b: Point) -> float:
    return hypot(a[0] - b[0], a[1] - b[1])


def centroid(points: Sequence[Point]) -> Point:
    """The mean of the points; at least one."""
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)


def turned(points: Iterable[Point], degrees: float, about: Point) -> tuple[Point, ...]:
    """The points, turned clockwise as seen on a screen."""
    angle, (cx, cy) = radians(degrees), about
    c, s = cos(angle), sin(angle)
    return tuple((cx + (x - cx) * c - (y - cy) * s, cy + (x - cx) * s + (y - cy) * c) for x, y in points)


def rectangle_corners(x: float, y: float, width: float, height: float) -> tuple[Point, ...]:
    return (x, y), (x + width, y), (x + width, y + height), (x, y + height)


def ellipse_corners(x: float, y: float, rx: float, ry: float) -> tuple[Point, ...]:
    steps = (2 * pi * i / _ELLIPSE_CORNERS for i in range(_ELLIPSE_CORNERS))
    return tuple((x + rx * cos(t), y + ry * sin(t)) for t in steps)
