"""The shapes of a seating plan that are not seats: stage, doors, bar, labels."""

from __future__ import annotations

import re
from dataclasses import replace

from domain.programme.document import Node
from domain.programme.geometry import Point, ellipse_corners, rectangle_corners, turned
from domain.programme.model import Area

MOST_POINTS = 2_000
_FILL = "#cccccc"
_HEX = re.compile(r"^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$")


def colour(node: Node | None) -> str:
    """'#rrggbb', or '' where none is given or it is written in another way (names, rgba())."""
    match = _HEX.match(node.text(empty=True)) if node else None
    if match is None:
        return ""
    digits = match[1].lower()
    return "#" + ("".join(2 * d for d in digits) if len(digits) == 3 else digits[:6])


def moved(area: Area, dx: float, dy: float) -> Area:
    return replace(
        area,
        x=area.x + dx,
        y=area.y + dy,
        points=tuple((x + dx, y + dy) for x, y in area.points),
        text_x=area.text_x + dx,
        text_y=area.text_y + dy,
    )


def read_area(node: Node, origin: Point) -> Area:
    """One shape, relative to ``origin``. ``rotation`` turns it clockwise about its position. Raises PlanFault."""
    position = node.optional("position")
    x, y = _point(position) if position else (0.0, 0.0)
    x, y = x + origin[0], y + origin[1]
    rotation = node.optional("rotation")
    degrees = rotation.number(least=-3600, most=3600) if rotation else 0.0
    area = _rounded(_turned(_shape(node, x, y), degrees, (x, y)))
    area = replace(area, colour=_fill(node), border=colour(node.optional("border_color")))
    return _with_text(node, area, degrees, (x, y))


def _shape(node: Node, x: float, y: float) -> Area:
    named = node.optional("shape")
    shape = named.text() if named else "rectangle"
    if shape == "text":
        return Area("text", x, y)
    if shape == "rectangle":
        box = node.optional("rectangle") or node  # plans of the editor's first years: size beside the position
        return Area("rectangle", x, y, _length(box, "width"), _length(box, "height"))
    if shape == "circle":
        across = 2 * _length(node.child("circle"), "radius")
        return Area("circle", x, y, across, across)
    if shape == "ellipse":
        radius = node.child("ellipse").child("radius")
        return Area("ellipse", x, y, 2 * _length(radius, "x"), 2 * _length(radius, "y"))
    if shape == "polygon":
        points = [_point(p) for p in node.child("polygon").child("points").items(most=MOST_POINTS)]
        if len(points) < 3:
            node.child("polygon").child("points").refuse("too_few_points", least=3)
        return Area("polygon", x, y, points=tuple((x + px, y + py) for px, py in points))
    assert named is not None
    named.refuse("unknown_shape", name=shape)


def _turned(area: Area, degrees: float, about: Point) -> Area:
    if not degrees or area.shape in ("text", "circle"):
        return area
    if area.shape == "rectangle":
        corners = rectangle_corners(area.x, area.y, area.width, area.height)
    elif area.shape == "ellipse":
        corners = ellipse_corners(area.x, area.y, area.width / 2, area.height / 2)
    else:
        corners = area.points
    return Area("polygon", area.x, area.y, points=turned(corners, degrees, about))


def _rounded(area: Area) -> Area:
    return replace(
        area,
        x=round(area.x, 2),
        y=round(area.y, 2),
        points=tuple((round(x, 2), round(y, 2)) for x, y in area.points),
    )


def _with_text(node: Node, area: Area, degrees: float, about: Point) -> Area:
    label = node.optional("text")
    if label is None:
        return area
    if isinstance(label.value, str):  # the editor's first years again
        return replace(
            area,
            text=label.text(most=200, empty=True),
            text_x=area.x + area.width / 2,
            text_y=area.y + area.height / 2,
        )
    written = label.optional("text")
    position = label.optional("position")
    px, py = _point(position) if position else (0.0, 0.0)
    [(tx, ty)] = turned([(about[0] + px, about[1] + py)], degrees, about)
    size = label.optional("size")
    return replace(
        area,
        text=" ".join(str(written.value).split())[:200] if written else "",
        text_x=round(tx, 2),
        text_y=round(ty, 2),
        text_size=size.number(least=1, most=1000) if size else 16.0,
        text_colour=colour(label.optional("color")) or "#333333",
        text_rotation=degrees,
    )


def _fill(node: Node) -> str:
    given = node.optional("color")
    if given is not None and given.text(empty=True).lower() in ("transparent", "none", ""):
        return ""
    return colour(given) or _FILL


def _point(node: Node) -> Point:
    return node.child("x").number(), node.child("y").number()


def _length(node: Node, key: str) -> float:
    return node.child(key).number(least=0)
