"""Whatever a file holds: it is read, or refused with its path or its row and column. Nothing else is ever raised."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands.fault_sentences import sentence
from domain.errors import BadInput, PlanFault, SheetFault
from domain.programme.columns import Column
from domain.programme.house_file import parse_house
from domain.programme.plan_file import parse_plan
from domain.programme.programme_file import SheetRow, parse_programme
from tests.unit.test_plan_file import document
from tests.unit.test_programme_file import GOOD, catalogue

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def _nodes(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of a document."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    return [(value, key) for key in keys] + [node for key in keys for node in _nodes(value[key])]


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 2**32), junk=st.lists(JUNK, min_size=1, max_size=3))
def test_a_plan_with_junk_anywhere_is_read_or_refused_with_a_path(seed: int, junk: list[Any]) -> None:
    broken = document()
    chance = random.Random(seed)
    for value in junk:
        container, key = chance.choice(_nodes(broken))
        container[key] = value
    try:
        plan = parse_plan(broken)
    except PlanFault as fault:
        path = fault.path
        assert_has_sentence(fault)
    else:
        path = "$"
        assert [seat.place for seat in plan.seats] == list(range(1, len(plan.seats) + 1))
        assert all(0 <= seat.x <= plan.width and 0 <= seat.y <= plan.height for seat in plan.seats)
    assert path.startswith("$")


@settings(max_examples=200, deadline=None)
@given(junk=JUNK)
def test_a_house_of_junk_is_refused_with_a_path(junk: Any) -> None:
    with pytest.raises(BadInput) as refused:
        parse_house(junk)
    assert "path" in refused.value.params
    assert_has_sentence(refused.value)


def faults_of(row: dict[str, str]) -> list[SheetFault]:
    """Raises whatever is not a SheetFault."""
    found: list[SheetFault] = []
    try:
        parse_programme([SheetRow(2, row)], catalogue())
    except* SheetFault as refused:
        found.extend(fault for fault in refused.exceptions if isinstance(fault, SheetFault))
    for fault in found:
        assert_has_sentence(fault)
    return found


def assert_has_sentence(fault: BadInput) -> None:
    said = sentence(fault)
    assert said.endswith((".", "…"))
    assert "{" not in said or "{" in str(fault.params)


@settings(max_examples=400, deadline=None)
@given(
    cells=st.dictionaries(
        st.sampled_from([*GOOD, "doors_at", "ends_at", "sales_open_at", "blocked", "capacity", "surtitles"]),
        st.text(max_size=30)
        | st.sampled_from(("99:99", "2026-02-30 25:61", "9" * 40, "1e5", "٣", "=CMD()", "0000-00-00 00:00", "²"))
        | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}([+-][0-9]{4})?", fullmatch=True)
        | st.from_regex(r"Stalls/[AB]/[0-9,\-]{1,6}=(house|technical)", fullmatch=True),
        min_size=1,
        max_size=4,
    )
)
def test_a_sheet_with_junk_in_its_cells_is_read_or_refused_by_row_and_column(cells: dict[str, str]) -> None:
    row = {**dict.fromkeys(cells, ""), **GOOD, **cells}
    assert {fault.row for fault in faults_of(row)} <= {2}


@settings(max_examples=200, deadline=None)
@given(headings=st.lists(st.text(max_size=12) | st.sampled_from([f"{c}:x:y" for c in Column]), max_size=5))
def test_junk_for_headings_is_refused_or_the_offices_own(headings: list[str]) -> None:
    row = {**GOOD, **dict.fromkeys(headings, "1")}
    assert {fault.row for fault in faults_of(row)} <= {1, 2}
