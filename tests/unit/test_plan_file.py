"""Plans of the pretix seating-plan editor: what is read, what is refused and where."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from bot.commands.fault_sentences import sentence
from domain.errors import PlanFault
from domain.programme.model import SeatKind
from domain.programme.plan_document import content_hash, plan_document, plan_from_document
from domain.programme.plan_file import parse_plan


def seat(number: int, x: float, category: str = "A", **more: Any) -> dict[str, Any]:
    return {
        "seat_guid": f"guid-{number}",
        "seat_number": str(number),
        "position": {"x": x, "y": 0},
        "category": category,
        **more,
    }


def document() -> dict[str, Any]:
    """As the editor exports it, with the keys that its schema does not name."""
    stage = {
        "shape": "rectangle",
        "uuid": "3",
        "color": "#dddddd",
        "border_color": "#000",
        "rotation": 0,
        "position": {"x": 0, "y": -100},
        "rectangle": {"width": 60, "height": 20},
        "text": {"position": {"x": 30, "y": 10}, "color": "#333333", "text": "Stage", "size": 18},
    }
    rows = [
        {
            "row_number": label,
            "row_number_position": "both",
            "uuid": label,
            "position": {"x": 5, "y": 25 * index},
            "seats": [seat(10 * index + n, 20.0 * n, radius=10) for n in range(4)],
        }
        for index, label in enumerate("ABC")
    ]
    return {
        "name": "Small hall",
        "size": {"width": 300, "height": 300},
        "categories": [
            {"name": "A", "color": "#F00"},
            {"name": "A (wheelchair)", "color": "#00ff00"},
            {"name": "A（视线受阻）", "color": "#0000ff"},
            {"name": "unused", "color": "#123456"},
        ],
        "zones": [
            {
                "name": "Stalls",
                "zone_id": "s",
                "uuid": "1",
                "position": {"x": 100, "y": 150},
                "rows": rows,
                "areas": [stage],
            },
            {"name": "Foyer", "position": {"x": 0, "y": 0}, "rows": [], "areas": []},
        ],
    }


def test_positions_add_up_and_places_are_numbered_in_row_order() -> None:
    plan = parse_plan(document())
    assert [s.place for s in plan.seats] == list(range(1, 13))
    fifth = plan.seat(6)
    assert (fifth.zone, fifth.row, fifth.number, fifth.x, fifth.y) == ("Stalls", "B", "11", 125.0, 175.0)
    assert plan.zones == ("Stalls",), "a zone without seats is none"
    assert [(c.name, c.colour) for c in plan.categories] == [("A", "#ff0000")]
    assert (plan.width, plan.height) == (300, 300)


def test_the_kind_comes_from_the_categorys_name_or_our_own_key() -> None:
    given = document()
    seats = given["zones"][0]["rows"][0]["seats"]
    seats[0]["category"] = "A (wheelchair)"
    seats[1]["foyer_kind"] = "companion"
    seats[2]["category"] = "A（视线受阻）"
    plan = parse_plan(given)
    assert [s.kind for s in plan.seats[:4]] == [
        SeatKind.WHEELCHAIR,
        SeatKind.COMPANION,
        SeatKind.RESTRICTED,
        SeatKind.STANDARD,
    ]
    assert {s.category for s in plan.seats} == {"A"}


def test_a_row_drawn_in_two_pieces_is_one_row() -> None:
    given = document()
    rows = given["zones"][0]["rows"]
    rows[2]["row_number"] = "A"
    plan = parse_plan(given)
    assert [(s.row, s.number) for s in plan.seats[:8]] == [("A", str(n)) for n in (0, 1, 2, 3, 20, 21, 22, 23)]
    assert [row.label for row in plan.rows] == ["A", "B"]


def test_the_stage_and_what_is_written_on_it_are_absolute() -> None:
    [stage] = parse_plan(document()).areas
    assert (stage.x, stage.y, stage.width, stage.height) == (100, 50, 60, 20)
    assert (stage.text, stage.text_x, stage.text_y, stage.text_size) == ("Stage", 130, 60, 18)
    assert (stage.colour, stage.border) == ("#dddddd", "#000000")


def test_a_turned_shape_becomes_a_polygon() -> None:
    given = document()
    given["zones"][0]["areas"][0]["rotation"] = 90
    [stage] = parse_plan(given).areas
    assert stage.shape == "polygon"
    assert stage.points == ((100, 50), (100, 110), (80, 110), (80, 50))


@pytest.mark.parametrize(
    ("shape", "more"),
    [
        ("circle", {"circle": {"radius": 10}}),
        ("ellipse", {"ellipse": {"radius": {"x": 10, "y": 5}}}),
        ("polygon", {"polygon": {"points": [{"x": 0, "y": 0}, {"x": 9, "y": 0}, {"x": 0, "y": 9}]}}),
        ("text", {"text": {"text": "Bar\nopen", "position": {"x": 0, "y": 0}}}),
    ],
)
def test_every_shape_of_the_editor_is_read(shape: str, more: dict[str, Any]) -> None:
    given = document()
    given["zones"][1]["areas"] = [{"shape": shape, "position": {"x": 40, "y": 30}, "rotation": 0, **more}]
    area = parse_plan(given).areas[1]
    assert (area.shape, area.x, area.y) == (shape, 40, 30)
    assert "\n" not in area.text


def test_what_is_drawn_left_of_the_paper_is_moved_into_view() -> None:
    given = document()
    given["zones"][0]["position"] = {"x": -200, "y": -50}
    plan = parse_plan(given)
    assert min(s.x for s in plan.seats) == 5.0, "five right of the stage's corner, which is at 0"
    assert plan.areas[0].x == 0
    assert plan.areas[0].y == 0


def test_the_best_point_is_a_few_rows_from_the_stage() -> None:
    plan = parse_plan(document())
    assert plan.focus == {"Stalls": (135.0, 175.0)}, "the second of three rows"
    upside_down = document()
    upside_down["zones"][0]["areas"][0]["position"] = {"x": 0, "y": 200}
    upside_down["zones"][0]["areas"][0]["text"]["text"] = "舞台"
    upside_down["zones"][0]["rows"] += [
        {**deepcopy(upside_down["zones"][0]["rows"][0]), "row_number": "D", "position": {"x": 5, "y": 75}}
    ]
    for number, one in enumerate(upside_down["zones"][0]["rows"][3]["seats"]):
        one |= {"seat_guid": f"d{number}", "seat_number": str(90 + number)}
    assert parse_plan(upside_down).focus["Stalls"] == (135.0, 200.0), "the second of four, seen from below"


def test_without_a_stage_it_is_taken_to_be_above() -> None:
    given = document()
    given["zones"][0]["areas"] = []
    assert parse_plan(given).focus == {"Stalls": (135.0, 175.0)}


def change(*path: str | int, to: Any) -> Callable[[dict[str, Any]], None]:
    def apply(given: Any) -> None:
        for step in path[:-1]:
            given = given[step]
        given[path[-1]] = to

    return apply


def without(*path: str | int) -> Callable[[dict[str, Any]], None]:
    def apply(given: Any) -> None:
        for step in path[:-1]:
            given = given[step]
        del given[path[-1]]

    return apply


FIRST_SEAT = ("zones", 0, "rows", 0, "seats", 0)


@pytest.mark.parametrize(
    ("fault", "path", "reason"),
    [
        (without("name"), "$.name", "missing"),
        (change("name", to=["x"]), "$.name", "wrong_type"),
        (without("zones"), "$.zones", "missing"),
        (change("zones", to={}), "$.zones", "wrong_type"),
        (change("zones", to=[]), "$", "no_seats"),
        (change("categories", 1, "name", to="A"), "$.categories[1].name", "double_category"),
        (change("categories", 1, "name", to="(wheelchair)"), "$.categories[1].name", "category_without_name"),
        (change("categories", 0, "color", to=7.5), "$.categories[0].color", "wrong_type"),
        (change(*FIRST_SEAT, "category", to="Z"), "$.zones[0].rows[0].seats[0].category", "unknown_category"),
        (change(*FIRST_SEAT, "seat_guid", to="guid-23"), "$.zones[0].rows[2].seats[3].seat_guid", "double_seat_guid"),
        (change(*FIRST_SEAT, "seat_number", to="3"), "$.zones[0].rows[0].seats[3].seat_number", "double_seat"),
        (change(*FIRST_SEAT, "seat_number", to=" "), "$.zones[0].rows[0].seats[0].seat_number", "empty"),
        (change(*FIRST_SEAT, "seat_number", to="1\x00"), "$.zones[0].rows[0].seats[0].seat_number", "bad_character"),
        (change(*FIRST_SEAT, "seat_number", to="1\u202e2"), "$.zones[0].rows[0].seats[0].seat_number", "bad_character"),
        (change(*FIRST_SEAT, "seat_number", to="9" * 21), "$.zones[0].rows[0].seats[0].seat_number", "too_long"),
        (change(*FIRST_SEAT, "position", "x", to=20), "$.zones[0].rows[0].seats[1].position", "same_position"),
        (change(*FIRST_SEAT, "position", "x", to=math.nan), "$.zones[0].rows[0].seats[0].position.x", "out_of_range"),
        (change(*FIRST_SEAT, "position", "x", to=math.inf), "$.zones[0].rows[0].seats[0].position.x", "out_of_range"),
        (change(*FIRST_SEAT, "position", "x", to=10**400), "$.zones[0].rows[0].seats[0].position.x", "out_of_range"),
        (change(*FIRST_SEAT, "position", "x", to=True), "$.zones[0].rows[0].seats[0].position.x", "wrong_type"),
        (change(*FIRST_SEAT, "position", "x", to="1"), "$.zones[0].rows[0].seats[0].position.x", "wrong_type"),
        (without(*FIRST_SEAT, "position"), "$.zones[0].rows[0].seats[0].position", "missing"),
        (change(*FIRST_SEAT, to="seat"), "$.zones[0].rows[0].seats[0]", "wrong_type"),
        (change(*FIRST_SEAT, "foyer_kind", to="throne"), "$.zones[0].rows[0].seats[0].foyer_kind", "unknown_kind"),
        (without("zones", 0, "rows", 1, "row_number"), "$.zones[0].rows[1].row_number", "missing"),
        (change("zones", 0, "areas", 0, "shape", to="blob"), "$.zones[0].areas[0].shape", "unknown_shape"),
        (change("zones", 0, "areas", 0, "rectangle", to=None), "$.zones[0].areas[0].width", "missing"),
        (change("size", "width", to=-1), "$.size.width", "out_of_range"),
    ],
)
def test_a_fault_is_refused_with_its_path(fault: Callable[[dict[str, Any]], None], path: str, reason: str) -> None:
    given = document()
    fault(given)
    with pytest.raises(PlanFault) as refused:
        parse_plan(given)
    assert (refused.value.path, refused.value.reason) == (path, reason)
    assert sentence(refused.value).startswith(f"{path}: ")


def test_two_zones_of_one_name_are_refused_since_a_ticket_could_not_tell_them_apart() -> None:
    given = document()
    other = deepcopy(given["zones"][0])
    other["position"] = {"x": 100, "y": 500}
    for row in other["rows"]:
        for one in row["seats"]:
            one["seat_guid"] += "-upstairs"
            one["seat_number"] += "b"
    given["zones"].append(other)
    with pytest.raises(PlanFault) as refused:
        parse_plan(given)
    assert (refused.value.path, refused.value.reason) == ("$.zones[2]", "double_zone")


@pytest.mark.parametrize("junk", [None, [], "plan", 7, {}])
def test_something_else_entirely_is_refused(junk: Any) -> None:
    with pytest.raises(PlanFault):
        parse_plan(junk)


def test_what_is_stored_is_the_same_plan_with_the_same_hash() -> None:
    plan = parse_plan(document())
    stored = json.loads(json.dumps(plan_document(plan)))
    again = plan_from_document(stored, id=7, hall_id=3, version=2)
    assert again.seats == plan.seats
    assert again.areas == plan.areas
    assert again.categories == plan.categories
    assert again.focus == plan.focus
    assert (again.id, again.hall_id, again.version) == (7, 3, 2)
    assert content_hash(plan_document(again)) == content_hash(plan_document(plan))
    other = document()
    other["zones"][0]["rows"][0]["seats"][0]["position"]["x"] = 1
    assert content_hash(plan_document(parse_plan(other))) != content_hash(stored)
