"""Seats and ticks as people write them."""

from __future__ import annotations

import pytest

from domain.admission.finding import find, read_ticks
from domain.admission.model import Guest
from domain.admission.seat_words import parse_seats
from domain.ticketing.model import TicketState

ZONES = {"Stalls": ("Stalls", "池座"), "Circle": ("Circle", "楼座")}


def guest(id: int, zone: str, row: str, number: str, code: str, name: str = "Ada", **change: object) -> Guest:
    fields: dict[str, object] = {
        "ticket_id": id, "order_id": 70 + id, "place": id, "zone": zone, "row": row, "number": number,
        "short_code": code, "concession_id": 1, "state": TicketState.VALID, "holder": name, "buyer": name,
        "username": "",
    }  # fmt: skip
    return Guest(**{**fields, **change})  # type: ignore[arg-type]


GUESTS = (
    guest(1, "Stalls", "5", "1", "K7M2PQ", "Anna Bergström"),
    guest(2, "Stalls", "5", "2", "QR47TK", "王小明"),
    guest(3, "Stalls", "5", "10", "BCD234", "Ben"),
    guest(4, "Stalls", "F", "12", "FGH678", "Zoë", username="zoe_b", contacts=("+86 138 0013 8000", "zoe@example.org")),
    guest(5, "Circle", "5", "2", "JKM999", "Eve"),
    guest(6, "Circle", "6", "1", "XYX222", "Old", state=TicketState.CANCELLED),
    guest(7, "Circle", "6", "1", "XYX333", "New", place=6),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("F12", [("", "f", "12", "12")]),
        ("stalls f 12", [("stalls", "f", "12", "12")]),
        ("row 5: 1-8, 10", [("", "5", "1", "8"), ("", "5", "10", "10")]),
        ("Stalls, row 5, seats 1–8", [("stalls", "5", "1", "8")]),
        ("池座5排1-8座", [("池座", "5", "1", "8")]),
        ("第5排3座", [("", "5", "3", "3")]),
        ("楼座 5/12", [("楼座", "5", "12", "12")]),
        ("Box 1 row 3: 2", [("box 1", "3", "2", "2")]),
        ("5排：1-3，7", [("", "5", "1", "3"), ("", "5", "7", "7")]),
        ("12", [("", "", "12", "12")]),
        ("K7M 2PQ", []),
        ("Anna Berg", []),
        ("", []),
        ("-", []),
    ],
)
def test_seats_are_read(text: str, expected: list[tuple[str, str, str, str]]) -> None:
    assert [(seat.zone, seat.row, seat.first, seat.last) for seat in parse_seats(text)] == expected


@pytest.mark.parametrize(
    ("text", "how", "ids"),
    [
        ("k7m-2pq", "code", [1]),
        ("72", "order", [2]),
        ("#75", "order", [5]),
        ("F12", "seat", [4]),
        ("row 5: 2", "seat", [2, 5]),
        ("楼座5排2座", "seat", [5]),
        ("circle 6/1", "seat", [7]),  # sold again
        ("bergstrom anna", "name", [1]),
        ("王", "name", [2]),
        ("@zoe_b", "name", [4]),
        ("138-0013-8000", "contact", [4]),
        ("013800138000", "contact", [4]),
        ("138000", "contact", [4]),
        ("Zoe@Example.org", "contact", [4]),
        ("8000", "name", []),  # half the town
        ("b", "name", []),  # too little to look for
        ("", "name", []),
        ("nobody", "name", []),
    ],
)
def test_a_guest_is_found(text: str, how: str, ids: list[int]) -> None:
    found_by, found = find(GUESTS, text, ZONES)
    assert (found_by, [guest.ticket_id for guest in found]) == (how, ids)


@pytest.mark.parametrize(
    ("text", "ids", "unclear"),
    [
        ("K7M2PQ qr4 7tk, bcd234", [1, 2, 3], []),
        ("stalls 5: 1-9\nF12", [1, 2, 4], []),
        ("5: 2", [], ["5: 2"]),  # of which zone?
        ("F12 K7M 2PQ stuff", [1, 4], ["stuff"]),
        ("K7M 2PQ; circle row 5: 2; row 99: 1", [1, 5], ["row 99: 1"]),
        ("F12, F13", [4], ["F13"]),
        ("", [], []),
        ("\n;;,,\n", [], []),
    ],
)
def test_ticks_are_read(text: str, ids: list[int], unclear: list[str]) -> None:
    ticked = read_ticks(GUESTS, text, ZONES)
    assert [guest.ticket_id for guest in ticked.guests] == ids
    assert list(ticked.unclear) == unclear


def test_what_is_pasted_by_mistake_takes_no_time() -> None:
    for text in ("1 " * 1500, "a-" * 1500, "row " * 700, "1" * 3000, "5: " + "1," * 1400):
        read_ticks(GUESTS, text, ZONES)
        find(GUESTS, text, ZONES)
