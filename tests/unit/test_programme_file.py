"""A programme sheet: what a row becomes, and every fault with its row and column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.commands.fault_sentences import sentence
from domain.errors import SheetFault
from domain.money import Money
from domain.programme.catalogue import Catalogue, HallFacts
from domain.programme.model import (
    Concession,
    EventKind,
    Hall,
    LatecomersPolicy,
    Performance,
    PlanCategory,
    RunState,
    Seat,
    SeatingPlan,
    SeatKind,
    Venue,
)
from domain.programme.programme_file import ProgrammeDraft, SheetRow, parse_programme
from domain.text import LocalText
from domain.ticketing.model import BlockReason


def small_plan() -> SeatingPlan:
    seats = [
        Seat(
            place=10 * row + number + 1,
            guid=f"{row}-{number}",
            zone="Stalls" if row < 2 else "池座（左）",
            row="AB1"[row],
            number=str(number + 1),
            category="A" if row == 0 else "B",
            kind=SeatKind.STANDARD,
            x=20.0 * number,
            y=25.0 * row,
        )
        for row in range(3)
        for number in range(10)
    ]
    categories = (PlanCategory("A", "#000000"), PlanCategory("B", "#000000"))
    return SeatingPlan("plan", 1, 1, categories, ("Stalls", "池座（左）"), tuple(seats), id=5, hall_id=1)


def venue(timezone: str = "Europe/Berlin", currency: str = "EUR") -> Venue:
    return Venue(1, "v", LocalText.of(en="V"), LocalText(), timezone, currency)


def catalogue(timezone: str = "Europe/Berlin", currency: str = "EUR") -> Catalogue:
    name = LocalText.of(en="Hall")
    plan = small_plan()
    return Catalogue(
        halls={
            "concert": HallFacts(Hall(1, 1, "concert", name), venue(timezone, currency), plan),
            "gallery": HallFacts(Hall(2, 1, "gallery", name), venue(timezone, currency), None),
        },
        concessions=(
            Concession(1, "full", LocalText.of(zh_Hans="全价", en="Full price")),
            Concession(2, "student", LocalText.of(zh_Hans="学生", en="Student"), needs_proof=True),
        ),
        events={},
        performances={},
        plans={5: plan},
    )


GOOD = {
    "event": "mahler",
    "kind": "concert",
    "title:zh": "马勒",
    "title:en": "Mahler",
    "duration": "90",
    "performance": "mahler-1",
    "hall": "concert",
    "starts_at": "2026-12-31 19:30",
    "price:*:full": "40",
    "price:A:full": "60.50",
    "price:B:学生": "free",
    "tax_rate": "7 %",
}


def parse(*rows: Mapping[str, str], house: Catalogue | None = None) -> ProgrammeDraft:
    headings = dict.fromkeys(heading for row in rows for heading in row)
    numbered = [SheetRow(n, {h: row.get(h, "") for h in headings}) for n, row in enumerate(rows, start=2)]
    return parse_programme(numbered, house or catalogue())


def faults(*rows: Mapping[str, str], house: Catalogue | None = None) -> list[tuple[int, str, str]]:
    with pytest.raises(ExceptionGroup) as refused:
        parse(*rows, house=house)
    found = refused.value.exceptions
    assert all(isinstance(fault, SheetFault) and sentence(fault) for fault in found)
    return [(fault.row, fault.column, fault.reason) for fault in found if isinstance(fault, SheetFault)]


def performance_of(**cells: str) -> Performance:
    [draft] = parse({**GOOD, **cells}).performances
    return draft.performance


def test_a_row_is_an_event_and_a_performance() -> None:
    draft = parse(GOOD)
    [event] = draft.events
    [performance] = draft.performances
    assert (event.key, event.kind, event.title["zh_Hans"], event.duration_minutes) == (
        "mahler",
        EventKind.CONCERT,
        "马勒",
        90,
    )
    found = performance.performance
    assert found.starts_at == datetime(2026, 12, 31, 18, 30, tzinfo=UTC)
    assert found.doors_at == datetime(2026, 12, 31, 18, 0, tzinfo=UTC)
    assert found.ends_at == datetime(2026, 12, 31, 20, 0, tzinfo=UTC)
    assert found.sales_close_at == found.starts_at
    assert found.sales_open_at < found.starts_at
    assert (found.plan_id, found.capacity) == (5, 30)
    assert found.latecomers is LatecomersPolicy.AT_BREAK


def test_a_star_prices_every_category_that_has_no_own_price() -> None:
    prices = {(p.category, p.concession_id): p for p in performance_of().prices}
    assert {key: p.amount for key, p in prices.items()} == {
        ("A", 1): Money(6050, "EUR"),
        ("B", 1): Money(4000, "EUR"),
        ("B", 2): Money(0, "EUR"),
    }
    assert {p.tax_rate_bp for p in prices.values()} == {700}


def test_times_alone_are_those_of_the_evening_even_past_midnight() -> None:
    found = performance_of(starts_at="2026/12/31 23:00", doors_at="22:15", ends_at="01:30", sales_close_at="22:45")
    assert found.doors_at == datetime(2026, 12, 31, 21, 15, tzinfo=UTC)
    assert found.ends_at == datetime(2027, 1, 1, 0, 30, tzinfo=UTC)
    assert found.sales_close_at == datetime(2026, 12, 31, 21, 45, tzinfo=UTC)


def test_the_sheet_may_be_chinese_down_to_its_digits_and_punctuation() -> None:
    row = {
        "活动": "mahler",
        "类型": "音乐会",
        "标题：中文": "马勒",
        "时长": "９０",
        "场次": "mahler-1",
        "厅": "concert",
        "开始": "2026年12月31日 19：30",
        "票价：A：全价": "６０",
        "无台阶": "是",
        "字幕": "zh、en",
        "预留": "池座（左）/1/1-2 ＝ 自留：市长",
        "迟到": "不可",
    }
    [draft] = parse(row).performances
    assert draft.performance.starts_at == datetime(2026, 12, 31, 18, 30, tzinfo=UTC)
    assert draft.performance.access.step_free
    assert draft.performance.access.surtitles == ("zh", "en")
    assert draft.performance.latecomers is LatecomersPolicy.NONE
    [block] = draft.blocks
    assert (block.places, block.reason, block.note) == ((21, 22), BlockReason.HOUSE, "市长")


def test_a_number_of_people_means_places_without_seats() -> None:
    found = performance_of(
        **{"hall": "gallery", "capacity": "40", "timed_entry": "yes", "price:A:full": "", "price:B:学生": ""}
    )
    assert (found.plan_id, found.capacity, found.timed_entry) == (None, 40, True)
    assert found.doors_at == found.starts_at
    assert found.sales_close_at == found.ends_at
    assert found.latecomers is LatecomersPolicy.ANY_TIME
    assert [(p.category, p.amount.minor) for p in found.prices] == [("", 4000)]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Stalls/A/1-3,5=house", (1, 2, 3, 5)),
        ("stalls / a / 10 = technical: sound desk", (10,)),
        ("Stalls/B=promoter", tuple(range(11, 21))),
        ("池座(左)=group", tuple(range(21, 31))),
    ],
)
def test_blocked_places_are_named_by_zone_row_and_seat(text: str, places: tuple[int, ...]) -> None:
    [draft] = parse({**GOOD, "blocked": text}).performances
    assert draft.blocks[0].places == places


def test_without_seats_the_last_places_are_blocked() -> None:
    row = {**GOOD, "hall": "gallery", "capacity": "40", "blocked": "5=house;2=group"}
    [draft] = parse({**row, "price:A:full": "", "price:B:学生": ""}).performances
    assert [block.places for block in draft.blocks] == [(36, 37, 38, 39, 40), (34, 35)]


def test_further_rows_of_an_event_leave_it_empty_or_repeat_it() -> None:
    second = {"event": "mahler", "performance": "mahler-2", "hall": "concert", "starts_at": "2027-01-02 19:30"}
    second |= {"price:*:full": "40", "title:en": "Mahler"}
    draft = parse(GOOD, second)
    assert len(draft.events) == 1
    assert [p.performance.key for p in draft.performances] == ["mahler-1", "mahler-2"]
    assert faults(GOOD, {**second, "title:en": "Bruckner"}) == [(3, "title:en", "differs")]


# In Berlin on 29 March 2026 02:00 to 03:00 does not exist, on 25 October 2026 it exists twice.
def test_an_hour_that_the_clock_skips_is_refused() -> None:
    assert faults({**GOOD, "starts_at": "2026-03-29 02:30"}) == [(2, "starts_at", "no_such_time")]


def test_an_hour_that_exists_twice_needs_its_offset() -> None:
    assert faults({**GOOD, "starts_at": "2026-10-25 02:30"}) == [(2, "starts_at", "ambiguous_time")]
    assert performance_of(starts_at="2026-10-25 02:30+02:00").starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert performance_of(starts_at="2026-10-25 02:30 +0100").starts_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert faults({**GOOD, "starts_at": "2026-10-25 02:30+03:00"}) == [(2, "starts_at", "wrong_offset")]


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        ("event", "", "empty"),
        ("event", "a b", "bad_key"),
        ("event", "x" * 41, "bad_key"),
        ("kind", "", "empty"),
        ("kind", "circus", "unknown_word"),
        ("title:en", "x" * 121, "too_long"),
        ("title:en", "\x1b[31m", "bad_character"),
        ("duration", "", "empty"),
        ("duration", "1.5", "not_a_number"),
        ("duration", "0", "out_of_range"),
        ("performance", "", "empty"),
        ("hall", "", "unknown_hall"),
        ("hall", "cellar", "unknown_hall"),
        ("starts_at", "", "empty"),
        ("starts_at", "tomorrow", "not_a_time"),
        ("starts_at", "2026-02-30 19:00", "not_a_time"),
        ("starts_at", "2026-12-31", "not_a_time"),
        ("starts_at", "1926-12-31 19:00", "out_of_range"),
        ("doors_at", "2026-12-31 20:00", "doors_after_start"),
        ("ends_at", "2026-12-31 19:00", "ends_before_start"),
        ("ends_at", "2027-12-31 19:00", "ends_before_start"),
        ("sales_open_at", "2027-01-01 00:00", "sales_open_after_close"),
        ("sales_close_at", "2027-01-01 19:00", "sales_close_after_end"),
        ("price:A:full", "-1", "not_money"),
        ("price:A:full", "1,000.00", "not_money"),
        ("price:A:full", "1.005", "too_fine"),
        ("price:A:full", "=1+1", "not_money"),
        ("tax_rate", "a lot", "not_a_rate"),
        ("tax_rate", "NaN", "not_a_rate"),
        ("tax_rate", "101", "out_of_range"),
        ("step_free", "maybe", "not_yes_or_no"),
        ("surtitles", "English!", "bad_language"),
        ("latecomers", "sometimes", "unknown_word"),
        ("purchase_limit", "0", "out_of_range"),
        ("blocked", "Stalls/A/1", "bad_block"),
        ("blocked", "Stalls/A/1=because", "unknown_word"),
        ("blocked", "Attic/A/1=house", "unknown_zone"),
        ("blocked", "Stalls/Z/1=house", "unknown_row"),
        ("blocked", "Stalls/A/11=house", "unknown_seat"),
        ("blocked", "Stalls/A/3-1=house", "bad_range"),
        ("blocked", "Stalls/A/1-3=house;Stalls/A/3=technical", "double_block"),
    ],
)
def test_a_fault_is_named_by_row_and_column(column: str, text: str, reason: str) -> None:
    assert (2, column, reason) in faults({**GOOD, column: text})


@pytest.mark.parametrize(
    ("heading", "reason"),
    [
        ("tittle:en", "unknown_column"),
        ("title", "unknown_column"),
        ("title:English", "unknown_column"),
        ("price:A", "unknown_column"),
        ("标题:en", "double_column"),
    ],
)
def test_a_heading_that_may_be_a_slip_is_a_fault(heading: str, reason: str) -> None:
    assert faults({**GOOD, heading: "x"}) == [(1, heading, reason)]


def test_headings_with_a_hash_are_the_offices_own() -> None:
    assert len(parse({**GOOD, "# who calls the soloist": "Wang"}).performances) == 1


def test_a_missing_column_is_a_fault_of_the_heading() -> None:
    assert faults({h: c for h, c in GOOD.items() if h != "hall"}) == [(1, "hall", "missing_column")]


def test_a_price_column_must_fit_the_hall_and_the_house() -> None:
    assert faults({**GOOD, "price:C:full": "1"}) == [(2, "price:C:full", "unknown_price_category")]
    assert faults({**GOOD, "price:A:kings": "1"}) == [(2, "price:A:kings", "unknown_concession")]
    without_seats = {**GOOD, "hall": "gallery", "capacity": "10", "price:B:学生": ""}
    assert faults(without_seats) == [(2, "price:A:full", "category_without_seats")]
    unpriced = {heading: "" if heading.startswith("price") else cell for heading, cell in GOOD.items()}
    assert [(row, reason) for row, _, reason in faults(unpriced)] == [(2, "no_price")]


def test_a_currency_without_decimals_takes_none() -> None:
    house = catalogue("Asia/Tokyo", "JPY")
    row = {**GOOD, "price:A:full": "6000"}
    [draft] = parse(row, house=house).performances
    assert draft.performance.prices[0].amount == Money(6000, "JPY")
    assert faults({**row, "price:A:full": "60.50"}, house=house) == [(2, "price:A:full", "too_fine")]


def test_every_fault_of_a_sheet_is_told_at_once() -> None:
    bad = {**GOOD, "starts_at": "soon", "tax_rate": "x", "price:A:full": "y"}
    found = faults(bad, {**GOOD, "performance": "mahler-2", "hall": "cellar"}, {**GOOD, "event": ""})
    assert {(row, column) for row, column, _ in found} == {
        (2, "starts_at"),
        (2, "tax_rate"),
        (2, "price:A:full"),
        (3, "hall"),
        (4, "event"),
    }


def test_a_performance_stands_in_one_row_and_a_hall_holds_one_at_a_time() -> None:
    assert faults(GOOD, GOOD) == [(3, "performance", "double_performance")]
    overlapping = {**GOOD, "performance": "other", "starts_at": "2026-12-31 20:30"}
    assert faults(GOOD, overlapping) == [(3, "starts_at", "hall_occupied")]


def test_an_empty_sheet_says_so() -> None:
    assert faults({"event": "", "hall": " "}) == [(1, "", "no_rows")]


def test_what_is_sold_cannot_be_taken_away_by_a_sheet() -> None:
    [draft] = parse(GOOD).performances
    [event] = parse(GOOD).events
    stored = replace(draft.performance, id=9, event_id=4, run_state=RunState.OPEN, revision=3)
    known = replace(catalogue(), events={"mahler": replace(event, id=4)}, performances={"mahler-1": stored})
    [again] = parse(GOOD, house=known).performances
    assert again.performance == stored, "what people did since then stays"
    changed = {**GOOD, "hall": "gallery", "capacity": "10", "price:A:full": "", "price:B:学生": ""}
    assert faults(changed, house=known) == [(2, "hall", "hall_changed")]
    seatless = replace(stored, plan_id=None, capacity=200)
    known = replace(known, performances={"mahler-1": seatless})
    assert faults(GOOD, house=known) == [(2, "capacity", "seating_changed")]
    row = {**GOOD, "capacity": "100", "price:A:full": "", "price:B:学生": ""}
    assert faults(row, house=known) == [(2, "capacity", "capacity_shrinks")]


def test_a_draft_comes_in_pieces_with_its_events_first() -> None:
    rows = [
        {**GOOD, "event": f"e{n // 2}", "performance": f"p{n}", "starts_at": f"2026-12-{n + 1:02} 19:30"}
        for n in range(5)
    ]
    pieces = list(parse(*rows).chunks(2))
    assert [[e.key for e in piece.events] for piece in pieces] == [["e0"], ["e1"], ["e2"]]
    assert [[d.performance.key for d in piece.performances] for piece in pieces] == [["p0", "p1"], ["p2", "p3"], ["p4"]]
