"""The house's rules for those who change their mind: read from the house file, kept by each order line."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import BadInput
from domain.programme.house_file import parse_house
from domain.programme.returns import Resale, ReturnPolicy, of_snapshot

EXAMPLE = Path("docs/examples/house.toml").read_text(encoding="utf-8")
START = datetime(2027, 3, 1, 19, 30, tzinfo=UTC)


def read(toml: str) -> tuple[ReturnPolicy, ...]:
    plain = EXAMPLE[: EXAMPLE.index("# What people may do")] + EXAMPLE[EXAMPLE.index("[[venue]]") :]
    return parse_house(tomllib.loads(toml + "\n" + plain)).returns


def test_the_example_says_what_is_usual_with_a_fee() -> None:
    assert parse_house(tomllib.loads(EXAMPLE)).returns == (ReturnPolicy(fee_percent=10),)


def test_what_is_left_out_is_usual() -> None:
    assert read("") == ()
    assert read("[[returns]]") == (ReturnPolicy(),)
    strict = '[[returns]]\nkey = "gala"\ncancel_until = "never"\nfee = 500\nresale = "always"\nresale_until = 0'
    assert read(strict) == (
        ReturnPolicy("gala", cancel_hours=None, fee_minor=500, resale=Resale.ALWAYS, resale_hours=0),
    )


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("cancel_until = -1", "returns[0].cancel_until"),
        ('cancel_until = "later"', "returns[0].cancel_until"),
        ("change_until = 1.5", "returns[0].change_until"),
        ('fee = "10"', "returns[0].fee"),
        ('fee = "101 %"', "returns[0].fee"),
        ("fee = true", "returns[0].fee"),
        ('resale = "sometimes"', "returns[0].resale"),
        ('key = "a b"', "returns[0].key"),
        ("key = 'a'\n[[returns]]\nkey = 'a'", "returns"),
    ],
)
def test_a_fault_says_where_it_is(line: str, path: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(f"[[returns]]\n{line}")
    assert refused.value.params["path"] == path


@given(st.integers(0, 10**6), st.integers(0, 10**4), st.integers(0, 100))
def test_a_fee_is_never_more_than_the_price(price: int, fixed: int, percent: int) -> None:
    fee = ReturnPolicy(fee_minor=fixed, fee_percent=percent).fee(price)
    assert 0 <= fee <= price
    assert fee == price or fee >= fixed


@given(st.sampled_from(Resale), st.none() | st.integers(0, 99), st.integers(0, 99))
def test_an_order_line_keeps_it_whole(resale: Resale, cancel: int | None, fee: int) -> None:
    policy = ReturnPolicy("k", cancel, fee, fee, cancel, resale, fee)
    assert of_snapshot({"returns": json.loads(json.dumps(policy.snapshot()))}) == policy


def test_until_when() -> None:
    policy = ReturnPolicy(cancel_hours=24, change_hours=None, resale=Resale.NEVER)
    assert policy.cancel_until(START) == START - timedelta(hours=24)
    assert policy.change_until(START) is None
    assert policy.resale_until(START) is None
    assert of_snapshot({}) == ReturnPolicy(), "what was sold before there were any rules"
