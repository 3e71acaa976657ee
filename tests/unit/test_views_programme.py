"""The programme's screens, in every language, with ordinary and with difficult contents."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.errors import Stale
from domain.money import Money
from domain.programme.model import Access, EventKind, LatecomersPolicy
from handlers.programme.event_queries import Card, DayTimes, Particulars, Showing
from handlers.programme.event_views import about_screen, day_screen, event_screen, showing_screen
from handlers.programme.queries import LAST_PAGE, AccessChoice, Listed, Listing, Month
from handlers.programme.views import access_screen, calendar_screen, kinds_screen, list_screen, search_screen
from handlers.programme.windows import AccessWish, read_day, wanted_by
from handlers.programme.words import access_lines, kind_called, kind_in, price_range, state_word
from handlers.ui.callbacks import OpenEvents, OpenPerformance
from handlers.ui.i18n import LOCALES, Texts, texts
from handlers.ui.pictures import Poster, UploadedPoster
from tests.support.programme import (
    BIG,
    EVENT,
    HALL,
    NOW,
    PERFORMANCE,
    VENUE,
    hostile_event,
    local,
    performance,
)
from tests.support.screens import HOSTILE, FakeLinks, check, data_of, labels

TODAY = date(2026, 11, 25)
SHANGHAI = "Asia/Shanghai"
ORIGIN = OpenEvents(by="access", value="scr-zh", page=LAST_PAGE).pack()


@pytest.fixture(params=LOCALES)
def t(request: pytest.FixtureRequest) -> Texts:
    return texts(request.param)


def showing(left: int = 300, state: str = "open") -> Showing:
    return Showing(PERFORMANCE, SHANGHAI, left, state)


def card(**change: object) -> Card:
    made = Card(
        event=EVENT,
        sample=(PERFORMANCE,),
        halls=(HALL,),
        venues=(VENUE,),
        showings=(showing(),),
        days=(),
        page=0,
        more=False,
        today=TODAY,
        now=NOW,
    )
    return replace(made, **change)  # type: ignore[arg-type]


def listing(by: str = "all", value: str = "", search: str = "", items: int = 5) -> Listing:
    listed = Listed(EVENT, PERFORMANCE, 4, SHANGHAI, 12, "open")
    return Listing(by, value, search, 1, (listed,) * items, True, TODAY)


LISTS = (
    ("all", ""),
    ("today", ""),
    ("weekend", ""),
    ("day", "2026-11-28"),
    ("kind", "opera"),
    ("access", "scr-zh"),
    ("search", ""),
)


@pytest.mark.parametrize(("by", "value"), LISTS)
@pytest.mark.parametrize("items", [0, 5])
def test_every_list_can_be_shown_and_left(t: Texts, by: str, value: str, items: int) -> None:
    screen = list_screen(t, listing(by, value, "Dvořák", items))
    text = check(screen)
    assert ("12" in text) == (items > 0)  # how many are left is said where few are
    assert OpenEvents.unpack(screen.here) == OpenEvents(by=by, value=value, page=1)


@pytest.mark.parametrize("name", HOSTILE)
def test_difficult_titles_and_searches_stay_within_bounds(t: Texts, name: str) -> None:
    listed = Listed(hostile_event(name), PERFORMANCE, 4, SHANGHAI, 0, "open")
    check(list_screen(t, Listing("search", "", name, LAST_PAGE, (listed,) * 5, True, TODAY)))
    venue, hall = replace(VENUE, name=local(name), address=local(name)), replace(HALL, name=local(name))
    event = hostile_event(name)
    full = replace(
        PERFORMANCE,
        id=BIG,
        access=Access(True, True, True, ("zh-Hans", "en", "ar", "he", "it", "de")),
        prices=tuple(replace(p, amount=Money(BIG, "CNY")) for p in PERFORMANCE.prices),
        latecomers=LatecomersPolicy.NONE,
    )
    partly = (full, performance(access=Access()))
    shown = (Showing(full, SHANGHAI, 3, "open"),) * 6
    crowded = card(event=event, sample=partly, halls=(hall,), venues=(venue,), showings=shown, page=1, more=True)
    check(event_screen(t, crowded, FakeLinks(), ORIGIN))
    days = tuple((TODAY + timedelta(days=n), 1000) for n in range(12))
    check(event_screen(t, replace(crowded, showings=(), days=days), FakeLinks(), ORIGIN))
    check(about_screen(t, event))
    check(day_screen(t, DayTimes(event, TODAY, (showing(),) * 14, 3, True, TODAY)))
    for state in ("before", "open", "after", "cancelled", "past"):
        facts = Particulars(event, Showing(full, SHANGHAI, 0, state), venue, hall, True, TODAY)
        check(showing_screen(t, facts, FakeLinks()))


def test_a_card_says_in_words_what_the_poster_says(t: Texts) -> None:
    screen = event_screen(t, card(), FakeLinks(), ORIGIN)
    text = check(screen)
    poster = screen.picture
    assert poster is not None
    for said in ("title", "kind_text", "house"):
        assert getattr(poster, said) in text
    assert t.of(EVENT.description) in text  # short enough: no button is needed for the rest
    assert data_of(screen, "28") == OpenPerformance(performance_id=11).pack()
    assert data_of(screen, t.plain("Back")) == ORIGIN


def test_an_events_own_poster_goes_before_the_made_one(t: Texts) -> None:
    made = event_screen(t, card(), FakeLinks(), ORIGIN).picture
    own = event_screen(t, card(event=replace(EVENT, poster="0" * 64)), FakeLinks(), ORIGIN).picture
    assert isinstance(made, Poster)
    assert own == UploadedPoster("0" * 64, instead=made)


def test_a_long_description_is_begun_and_continued_elsewhere(t: Texts) -> None:
    long = replace(EVENT, description=local("A long evening. " * 200 + "The end."))
    screen = event_screen(t, card(event=long), FakeLinks(), ORIGIN)
    assert "The end." not in check(screen)
    assert data_of(screen, t.plain("More about it"))
    assert "The end." in check(about_screen(t, long))


def test_what_is_not_on_sale_leads_to_its_particulars(t: Texts) -> None:
    screen = event_screen(t, card(showings=(showing(state="before"), showing(left=0))), FakeLinks(), ORIGIN)
    leads = [button.data for row in screen.keyboard[:2] for button in row]
    assert leads == ["show:11", "show:11"]
    waiting = Particulars(EVENT, showing(state="before"), VENUE, HALL, False, TODAY)
    told = showing_screen(t, waiting, FakeLinks())
    check(told)
    assert data_of(told, t.plain("Tell me when sales open")) == "watch:11:1"
    off = showing_screen(t, replace(waiting, watching=True), FakeLinks())
    assert data_of(off, t.plain("Do not tell me")) == "watch:11:0"


def test_an_event_without_dates_says_so(t: Texts) -> None:
    screen = event_screen(t, card(sample=(), halls=(), venues=(), showings=()), FakeLinks(), ORIGIN)
    assert t.plain("No more dates are planned at the moment.") in check(screen)


def test_the_calendar_leads_to_days_with_performances_only(t: Texts) -> None:
    month = Month(date(2026, 11, 1), frozenset({date(2026, 11, 28)}), date(2026, 11, 1), earlier=True, later=True)
    screen = calendar_screen(t, month)
    check(screen)
    days = [
        button.data for row in screen.keyboard for button in row if button.data and button.data.startswith("evs:day")
    ]
    assert days == ["evs:day:2026-11-28:0"]
    assert [button.text for button in screen.keyboard[0]] == t.weekdays()
    assert all(len(week) == 7 for week in screen.keyboard[1:7])
    # 1 November 2026 is a Sunday: six fields of October before it.
    assert [button.text for button in screen.keyboard[1]] == ["\u2800"] * 6 + ["·"]


def test_weeks_that_are_over_are_not_in_the_calendar(t: Texts) -> None:
    month = Month(date(2026, 11, 1), frozenset({date(2026, 11, 28)}), date(2026, 11, 22), earlier=False, later=False)
    weeks = calendar_screen(t, month).keyboard[1:-1]
    assert [[button.text for button in week] for week in weeks] == [
        ["·"] * 7,  # 16 to 22 November: today is the last day of this week
        ["·"] * 5 + ["28", "·"],
        ["·"] + ["\u2800"] * 6,
    ]


@pytest.mark.parametrize("month", [date(2026, 2, 1), date(2028, 2, 1), date(2026, 8, 1)])
def test_every_month_has_all_its_days_once(t: Texts, month: date) -> None:
    after = (month + timedelta(days=32)).replace(day=1)
    every = frozenset(month + timedelta(days=n) for n in range((after - month).days))
    screen = calendar_screen(t, Month(month, every, month, earlier=False, later=False))
    check(screen)
    assert [label for label in labels(screen) if label.isdigit()] == [str(n + 1) for n in range(len(every))]


def test_kinds_search_and_access_can_be_left(t: Texts) -> None:
    check(kinds_screen(t, dict.fromkeys(EventKind, 3)))
    check(kinds_screen(t, {}))
    check(search_screen(t))
    for count in (0, 7):
        for wish in (AccessWish(), AccessWish(True, True, True, "zh")):
            screen = access_screen(t, AccessChoice(wish, ("ar", "de", "en", "fr", "it", "ja", "ru", "zh"), count))
            check(screen)
            shows = [label for label in labels(screen) if label.startswith("▶︎")]
            assert bool(shows) == bool(count and wish != AccessWish())


def test_a_wish_goes_through_a_button_and_back() -> None:
    for wish in (AccessWish(), AccessWish(True, False, True), AccessWish(False, True, False, "it")):
        assert AccessWish.of(wish.code()) == wish
    for code in ("x", "cs", "s-", "s-ZH", "s-zh-hans", "-" * 40):
        with pytest.raises(Stale):
            AccessWish.of(code)


@pytest.mark.parametrize("text", ["", "2026-02-30", "1999-12-31", "9999-12-31", "x" * 60, "2026-11-28T10:00"])
def test_a_button_that_names_no_day_is_stale(text: str) -> None:
    with pytest.raises(Stale):
        read_day(text)


def test_time_windows_are_meant_in_the_house_s_zone() -> None:
    zone = "Europe/Berlin"
    winter_day = wanted_by("day", "2026-10-25", "", NOW, zone)  # the clock goes back: 25 hours
    assert winter_day.starts_from is not None
    assert winter_day.starts_before is not None
    assert winter_day.starts_before.timestamp() - winter_day.starts_from.timestamp() == 25 * 3600
    for now in (NOW, NOW + timedelta(days=3), NOW + timedelta(days=4)):  # a Wednesday, its Saturday, its Sunday
        weekend = wanted_by("weekend", "", "", now, zone)
        assert weekend.starts_from == datetime(2026, 11, 27, 17, tzinfo=ZoneInfo(zone))
        assert weekend.starts_before == datetime(2026, 11, 30, tzinfo=ZoneInfo(zone))
    for by, value in (("kind", "circus"), ("month", ""), ("access", "?")):
        with pytest.raises(Stale):
            wanted_by(by, value, "", NOW, zone)


def test_prices_fullness_and_access_in_words() -> None:
    t = texts("en")
    assert price_range(t, [Money(0, "CNY")]) == "free of charge"
    assert price_range(t, [Money(0, "CNY"), Money(8000, "CNY")]) == t.money(Money(8000, "CNY"))
    assert price_range(t, []) == ""
    assert state_word(t, PERFORMANCE, 0, "open") == "sold out"
    assert state_word(t, PERFORMANCE, 20, "open") == "20 left"
    assert state_word(t, PERFORMANCE, 21, "open") == "tickets available"
    assert state_word(t, performance(capacity=10), 10, "open") == "tickets available"
    assert access_lines(t, [Access(step_free=True), Access(relaxed=True)]) == [
        "some dates step-free",
        "some dates relaxed",
    ]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("concerts", EventKind.CONCERT),
        ("  OPERA ", EventKind.OPERA),
        ("音乐会", EventKind.CONCERT),
        ("亲子", EventKind.FAMILY),
        ("concert for two", None),
    ],
)
def test_kinds_are_understood_in_either_language(said: str, kind: EventKind | None) -> None:
    assert kind_called(said) is kind


def test_a_sentence_may_name_a_kind() -> None:
    assert kind_in("when is the next opera?") is EventKind.OPERA
    assert kind_in("有歌剧吗") is EventKind.OPERA
    assert kind_in("are there concerts in May") is EventKind.CONCERT
    assert kind_in("who is operating the lift") is None


def test_a_range_names_its_currency_once(t: Texts) -> None:
    shown = price_range(t, [Money(48000, "CNY"), Money(6000, "CNY"), Money(0, "CNY")])
    assert shown == {"en": "CN¥60–480", "zh_Hans": "¥60–480"}[t.locale]
