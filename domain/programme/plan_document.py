"""A seating plan as a compact JSON document, for storage, and the hash that tells equal plans."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import astuple
from typing import Any

from domain.programme.model import Area, PlanCategory, Seat, SeatingPlan, SeatKind


def plan_document(plan: SeatingPlan) -> dict[str, Any]:
    """The content alone: no id, hall or version. Zones and categories are given by index in the seats."""
    zones = {zone: index for index, zone in enumerate(plan.zones)}
    categories = {category.name: index for index, category in enumerate(plan.categories)}
    return {
        "name": plan.name,
        "size": [plan.width, plan.height],
        "categories": [[category.name, category.colour] for category in plan.categories],
        "zones": list(plan.zones),
        "focus": [list(plan.focus[zone]) for zone in plan.zones],
        "seats": [
            [s.guid, zones[s.zone], s.row, s.number, categories[s.category], s.kind.value, s.x, s.y] for s in plan.seats
        ],
        "areas": [list(astuple(area)) for area in plan.areas],
    }


def plan_from_document(document: Mapping[str, Any], *, id: int, hall_id: int, version: int) -> SeatingPlan:
    zones = tuple(document["zones"])
    categories = tuple(PlanCategory(name, colour) for name, colour in document["categories"])
    kinds = {kind.value: kind for kind in SeatKind}
    names = [category.name for category in categories]
    return SeatingPlan(
        name=document["name"],
        width=document["size"][0],
        height=document["size"][1],
        categories=categories,
        zones=zones,
        seats=tuple(
            Seat(place, guid, zones[zone], row, number, names[category], kinds[kind], x, y)
            for place, (guid, zone, row, number, category, kind, x, y) in enumerate(document["seats"], start=1)
        ),
        areas=tuple(_area(values) for values in document["areas"]),
        focus={zone: (x, y) for zone, (x, y) in zip(zones, document["focus"], strict=True)},
        id=id,
        hall_id=hall_id,
        version=version,
    )


def content_hash(document: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical form, in hexadecimal."""
    canonical = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _area(values: list[Any]) -> Area:
    shape, x, y, width, height, points, *rest = values
    return Area(shape, x, y, width, height, tuple((px, py) for px, py in points), *rest)
