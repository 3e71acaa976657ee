"""Seats for a party, in halls small enough to see at a glance."""

from __future__ import annotations

import gc
import weakref

import pytest

from domain.programme.model import PlanCategory, Seat, SeatingPlan, SeatKind
from domain.ticketing.best_seats import best_together, nearest_free

KINDS = {"o": SeatKind.STANDARD, "x": SeatKind.STANDARD, "w": SeatKind.WHEELCHAIR, "c": SeatKind.COMPANION}
KINDS |= {"r": SeatKind.RESTRICTED}


def hall(*rows: str, focus: tuple[float, float] = (0, 0)) -> tuple[SeatingPlan, set[int]]:
    """``o`` free, ``x`` taken, ``r`` restricted, ``w`` wheelchair, ``c`` companion, a space is an aisle. One zone;
    the place of the n-th seat of the m-th row (both from 1) is 100 m + n in the tests' eyes, see ``named``."""
    seats, free = [], set()
    for y, row in enumerate(rows):
        number = 0
        for x, letter in enumerate(row):
            if letter == " ":
                continue
            number += 1
            place = len(seats) + 1
            label = str(100 * (y + 1) + number)
            seats.append(Seat(place, label, "Z", str(y + 1), label, "A", KINDS[letter], 20.0 * x, 24.0 * y))
            if letter != "x":
                free.add(place)
    plan = SeatingPlan("h", 1, 1, (PlanCategory("A", "#000000"),), ("Z",), tuple(seats), focus={"Z": focus})
    return plan, free


def chosen(plan: SeatingPlan, free: set[int], count: int, wheelchair: int = 0, companion: int = 0) -> str:
    """``101 102`` together, ``101 / 205`` in two groups, ``-`` for none; the orphans behind."""
    choice = best_together(plan, free, count, wheelchair=wheelchair, companion=companion)
    if choice is None:
        return "-"
    words = " ".join(plan.seat(place).number for place in choice.places)
    return words + ("" if choice.together else " apart") + f" +{choice.orphans}" * bool(choice.orphans)


def test_the_middle_of_an_empty_row_is_best() -> None:
    assert chosen(*hall("ooooooooo", focus=(80, 0)), 3) == "104 105 106"


def test_a_single_seat_is_not_left_over_for_a_step_to_the_side() -> None:
    assert chosen(*hall("xooooox", focus=(50, 0)), 2) == "102 103", "103 104 would leave 102 alone"
    assert chosen(*hall("xoooox", focus=(50, 0)), 3) == "102 103 104 +1", "here somebody is left alone either way"


def test_an_aisle_parts_neighbours() -> None:
    assert chosen(*hall("ooo ooo", focus=(60, 0)), 4) == "102 103 104 105 apart +2"
    assert chosen(*hall("ooo ooo", focus=(60, 0)), 3) == "101 102 103"


def test_a_party_too_long_for_a_row_sits_behind_one_another() -> None:
    plan, free = hall("oooxooo", "oooxooo", focus=(0, 0))
    assert chosen(plan, free, 4) == "101 102 201 202 apart +2"
    assert chosen(plan, free, 7) == "-"


def test_restricted_view_comes_last() -> None:
    assert chosen(*hall("rrooxx", focus=(0, 0)), 2) == "103 104"
    assert chosen(*hall("rroxxx", focus=(0, 0)), 2) == "102 103 +1"


def test_wheelchair_and_companion_places_are_kept_for_those_who_ask() -> None:
    assert chosen(*hall("wco", focus=(0, 0)), 2) == "-"
    assert chosen(*hall("wco", focus=(0, 0)), 1) == "103"


def test_a_wheelchair_its_companion_and_three_friends() -> None:
    plan, free = hall("xxxxooo", "wcooooo", focus=(120, 0))
    assert chosen(plan, free, 5, wheelchair=1, companion=1) == "201 202 203 204 205"
    plan, free = hall("ooooooo", "wcooooo", focus=(120, 0))
    assert chosen(plan, free, 5, wheelchair=1, companion=1) == "101 102 103 201 202", "in front is nearer"


def test_friends_who_sit_far_off_are_not_called_together() -> None:
    plan, free = hall("wcxxxxxxxoo")
    assert chosen(plan, free, 3, wheelchair=1, companion=1) == "101 102 110 apart +1"
    assert chosen(plan, free, 5, wheelchair=1, companion=1) == "-"


def test_each_wheelchair_is_left_a_companions_seat() -> None:
    plan, free = hall("wcwc", focus=(40, 0))
    assert chosen(plan, free, 2, wheelchair=1, companion=1) == "103 104", "102 is the only one beside 101"
    assert chosen(plan, free, 4, wheelchair=2, companion=2) == "101 102 103 104"
    assert chosen(plan, free, 3, wheelchair=3) == "-"


@pytest.mark.parametrize("party", [(0, 0, 0), (1, 2, 0), (1, 1, 1), (2, -1, 0)])
def test_a_party_that_does_not_add_up_is_refused(party: tuple[int, int, int]) -> None:
    plan, free = hall("wcoo")
    with pytest.raises(ValueError, match="a party of"):
        best_together(plan, free, party[0], wheelchair=party[1], companion=party[2])


def test_the_nearest_free_seats_are_of_the_same_kind() -> None:
    plan, free = hall("oxo", "ooo", "wcr", focus=(0, 0))
    assert [plan.seat(p).number for p in nearest_free(plan, 2, free, 3)] == ["101", "103", "202"]
    assert [plan.seat(p).number for p in nearest_free(plan, 7, free - {7}, 3)] == []
    assert nearest_free(plan, 2, free, 9)[-1] == 9, "restricted view last, wheelchair places never"


def test_what_is_worked_out_from_a_plan_goes_with_it() -> None:
    plan, free = hall("oooo")
    best_together(plan, free, 2)
    gone = weakref.ref(plan)
    del plan
    gc.collect()
    assert gone() is None
