"""When a reminder is due: the venue's clock, nights that nobody is disturbed in, both changes of summer time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.errors import BadInput
from domain.programme.document import Node
from domain.programme.house_quiet import quiet_hours
from domain.programme.quiet import QuietHours, Reminder, due_at, useful_until

BERLIN, SHANGHAI = "Europe/Berlin", "Asia/Shanghai"
QUIET = QuietHours()
NONE = QuietHours(0, 0)


def at(text: str, zone: str = BERLIN, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("starts", "day", "hours"),
    [
        ("2027-03-05T19:30", "2027-03-04T19:30", "2027-03-05T17:30"),
        ("2027-03-05T09:00", "2027-03-04T09:00", "2027-03-05T08:00"),  # 07:00 is too early
        ("2027-03-05T08:00", "2027-03-04T08:00", "2027-03-04T21:45"),  # the morning would be too late
        ("2027-03-05T23:30", "2027-03-05T08:00", "2027-03-05T21:30"),  # the night before nobody is told
        ("2027-03-05T00:30", "2027-03-04T08:00", "2027-03-04T21:45"),
    ],
)
def test_nobody_is_disturbed_in_the_night(starts: str, day: str, hours: str) -> None:
    for zone in (BERLIN, SHANGHAI):
        assert due_at(Reminder.DAY, at(starts, zone), zone, QUIET) == at(day, zone)
        assert due_at(Reminder.HOURS, at(starts, zone), zone, QUIET) == at(hours, zone)


@pytest.mark.parametrize("zone", [BERLIN, SHANGHAI, "America/New_York"])
def test_what_is_due_is_outside_the_night_and_of_use(zone: str) -> None:
    """Every quarter of an hour of a year's two changes of summer time, and an ordinary week."""
    for first in ("2027-03-12", "2027-03-26", "2027-10-29", "2027-11-05", "2027-06-01"):
        for quarter in range(4 * 24 * 4):
            starts_at = at(f"{first}T00:00", zone) + timedelta(minutes=15 * quarter)
            for kind in Reminder:
                due = due_at(kind, starts_at, zone, QUIET)
                assert not QUIET.covers(due, zone)
                assert due <= useful_until(kind, starts_at)
                assert starts_at - timedelta(hours=25 + 12) < due


@pytest.mark.parametrize(
    ("starts", "day", "lead"),
    [
        ("2027-03-28T19:30", "2027-03-27T19:30", 23),  # the clocks go forward in between
        ("2027-10-31T19:30", "2027-10-30T19:30", 25),  # and back
    ],
)
def test_a_day_before_is_the_same_time_on_the_clock(starts: str, day: str, lead: int) -> None:
    due = due_at(Reminder.DAY, at(starts), BERLIN, NONE)
    assert due == at(day)
    assert at(starts) - due == timedelta(hours=lead)
    assert due_at(Reminder.HOURS, at(starts), BERLIN, NONE) == at(starts) - timedelta(hours=2)


def test_a_time_that_is_left_out_or_comes_twice_gives_one_moment() -> None:
    left_out = due_at(Reminder.DAY, at("2027-03-29T02:30"), BERLIN, NONE)
    assert left_out == at("2027-03-28T03:30")
    twice = due_at(Reminder.DAY, at("2027-11-01T02:30"), BERLIN, NONE)
    assert twice == at("2027-10-31T02:30", fold=0)
    hours = due_at(Reminder.HOURS, at("2027-10-31T04:00"), BERLIN, NONE)
    assert hours == at("2027-10-31T02:00", fold=1)  # two hours are two hours


def test_quiet_hours_over_the_change_of_summer_time() -> None:
    assert QUIET.over(at("2027-03-28T00:30"), BERLIN) == at("2027-03-28T08:00")
    assert QUIET.over(at("2027-10-30T23:00"), BERLIN) == at("2027-10-31T08:00")
    assert QUIET.ahead(at("2027-10-31T02:30", fold=1), BERLIN) == at("2027-10-30T21:45")
    assert QUIET.over(at("2027-03-28T08:00"), BERLIN) == at("2027-03-28T08:00")
    noon = QuietHours(12 * 60, 14 * 60)
    assert noon.over(at("2027-06-01T13:00"), BERLIN) == at("2027-06-01T14:00")
    assert noon.ahead(at("2027-06-01T13:00"), BERLIN) == at("2027-06-01T11:45")
    assert not any(NONE.covers(at(f"2027-06-01T{hour:02}:00"), BERLIN) for hour in range(24))


def test_the_house_file_says_when_it_is_quiet() -> None:
    def read(document: dict[str, object]) -> QuietHours:
        return quiet_hours(
            Node(document, "quiet", lambda path, reason, **params: BadInput(reason, path=path, **params))
        )

    assert read({}) == QUIET
    assert read({"from": "21:30", "until": "7:00"}) == QuietHours(21 * 60 + 30, 7 * 60)
    for wrong in ("24:00", "9", "ten"):
        with pytest.raises(BadInput):
            read({"from": wrong})
