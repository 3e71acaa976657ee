"""What the programme's lists read, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.errors import NotAllowed, NotFound
from domain.people.model import Grant, Role
from domain.ports import Tx
from domain.programme.model import Access, EventKind, Performance
from domain.programme.ports import PerformanceFilter
from domain.text import LocalText
from domain.ticketing.watching import WatchSales
from handlers.people.team_queries import ChooseInvite, LookAtMember, LookAtTeam
from handlers.programme.event_queries import DAYS_PER_CARD, EventCard, EventDay, ShowingCard
from handlers.programme.queries import PER_PAGE, CalendarMonth, ChooseAccess, CountKinds, ListEvents
from handlers.programme.windows import AccessWish
from storage.unit_of_work import UnitOfWork
from tests.support.house import SmallHouse, small_house, somebody
from tests.support.selling import buy


def more_dates(tx: Tx, house: SmallHouse, number: int, *, apart: timedelta, timed: bool = False) -> None:
    """Further performances of the same event, each with the first one's prices."""
    first = tx.programme.performance(house.performance_id)
    assert first is not None
    for n in range(1, number + 1):
        add(tx, replace(shifted(first, apart * n), key=f"{first.key}-{n}", timed_entry=timed))


def shifted(first: Performance, by: timedelta) -> Performance:
    times = {name: getattr(first, name) + by for name in ("starts_at", "doors_at", "ends_at", "sales_close_at")}
    return replace(first, id=0, **times)


def add(tx: Tx, performance: Performance) -> int:
    performance_id = tx.programme.put_performance(performance)
    tx.programme.put_prices(performance_id, performance.prices)
    return performance_id


async def test_a_list_has_each_event_once_with_its_next_performance(uow: UnitOfWork) -> None:
    houses = [await uow.write(small_house) for _ in range(PER_PAGE + 2)]
    await uow.write(lambda tx: more_dates(tx, houses[0], 3, apart=timedelta(days=1)))
    await buy(uow, houses[0], await uow.write(somebody), 1, 2, 3)
    first = await uow.read(ListEvents())
    assert [item.first.id for item in first.items] == [house.performance_id for house in houses[:PER_PAGE]]
    assert (first.items[0].showings, first.items[0].left, first.items[0].state) == (4, 47, "open")
    assert (first.items[1].showings, first.items[1].left) == (1, 50)
    assert first.more
    second = await uow.read(ListEvents(page=1))
    assert len(second.items) == 2
    assert not second.more
    assert (await uow.read(ListEvents(page=10**9))).page == 0
    # Of an event whose first date is outside the window the next one inside counts.
    later = await uow.read(lambda tx: tx.programme.next_of_each(later_than(tx, houses[0]), limit=9))
    assert [showings for _, showings in later] == [3]


def later_than(tx: Tx, house: SmallHouse) -> PerformanceFilter:
    first = tx.programme.performance(house.performance_id)
    assert first is not None
    return PerformanceFilter(starts_from=first.starts_at + timedelta(hours=1))


async def test_kinds_words_and_access_find_what_fits(uow: UnitOfWork) -> None:
    def arrange(tx: Tx) -> SmallHouse:
        house, other = small_house(tx), small_house(tx)
        performance = tx.programme.performance(house.performance_id)
        assert performance is not None
        event = tx.programme.event(performance.event_id)
        assert event is not None
        title = LocalText.of(en="Aida", zh_Hans="阿依达")
        tx.programme.put_event(replace(event, kind=EventKind.OPERA, title=title, spoken_language="it"))
        tx.programme.put_performance(replace(performance, access=Access(True, surtitles=("zh-Hans", "de"))))
        assert other.performance_id != house.performance_id
        return house

    house = await uow.write(arrange)
    assert await uow.read(CountKinds()) == {EventKind.OPERA: 1, EventKind.CONCERT: 1}
    for by, value, search in (
        ("kind", "opera", ""),
        ("search", "", "阿依达"),
        ("search", "", "AIDA"),
        ("access", "s", ""),
        ("access", "s-zh", ""),
        ("access", "-it", ""),
    ):
        found = await uow.read(ListEvents(by, value, search))
        assert [item.first.id for item in found.items] == [house.performance_id], (by, value, search)
    assert not (await uow.read(ListEvents("search", "", "100%_"))).items
    choice = await uow.read(ChooseAccess(AccessWish(step_free=True, language="de")))
    assert (choice.count, choice.languages) == (1, ("de", "it", "zh"))
    assert (await uow.read(ChooseAccess(AccessWish(relaxed=True)))).count == 0


async def test_the_calendar_marks_the_venue_s_days(uow: UnitOfWork) -> None:
    house = await uow.write(small_house)
    await uow.write(lambda tx: more_dates(tx, house, 40, apart=timedelta(hours=1)))
    performance = await uow.read(lambda tx: tx.programme.performance(house.performance_id))
    assert performance is not None
    month = await uow.read(CalendarMonth(performance.starts_at.strftime("%Y-%m")))
    assert 1 <= len(month.days) <= 3
    assert (await uow.read(CalendarMonth())).earlier is False
    assert (await uow.read(CalendarMonth("2199-01"))).later is False


async def test_many_times_become_days(uow: UnitOfWork) -> None:
    house = await uow.write(small_house)
    one = await uow.read(event_id_of(house))
    card = await uow.read(EventCard(one))
    assert len(card.showings) == 1
    assert not card.days
    await uow.write(lambda tx: more_dates(tx, house, 20, apart=timedelta(days=1), timed=True))
    card = await uow.read(EventCard(one, page=1))
    assert not card.showings
    assert len(card.days) == 21 - DAYS_PER_CARD
    assert not card.more
    times = await uow.read(EventDay(one, card.days[0][0].isoformat()))
    assert len(times.showings) == 1
    empty = await uow.read(EventDay(one, "2198-01-01"))
    assert not empty.showings


def event_id_of(house: SmallHouse) -> Callable[[Tx], int]:
    def read(tx: Tx) -> int:
        performance = tx.programme.performance(house.performance_id)
        assert performance is not None
        return performance.event_id

    return read


async def test_particulars_are_one_person_s(uow: UnitOfWork) -> None:
    def arrange(tx: Tx) -> tuple[int, int, int]:
        house = small_house(tx)
        performance = tx.programme.performance(house.performance_id)
        assert performance is not None
        tx.programme.put_performance(replace(performance, sales_open_at=tx.now + timedelta(hours=1)))
        return house.performance_id, somebody(tx), somebody(tx)

    performance_id, anna, ben = await uow.write(arrange)
    assert await uow.write(WatchSales(anna, performance_id))
    assert (await uow.read(ShowingCard(anna, performance_id))).watching
    assert not (await uow.read(ShowingCard(ben, performance_id))).watching
    assert (await uow.read(ShowingCard(ben, performance_id))).showing.state == "before"
    for query in (ShowingCard(anna, 10**12), EventCard(10**12), EventDay(10**12, "2026-11-28")):
        with pytest.raises(NotFound):
            await uow.read(query)


async def test_a_manager_sees_the_team_of_their_own_venue(uow: UnitOfWork) -> None:
    def arrange(tx: Tx) -> dict[str, int]:
        here, there = small_house(tx), small_house(tx)
        people = {name: somebody(tx, name) for name in ("owner", "manager", "usher", "stranger", "visitor")}
        grants = {
            "owner": Grant(Role.OWNER),
            "manager": Grant(Role.MANAGER, here.venue_id),
            "usher": Grant(Role.USHER, here.venue_id),
            "stranger": Grant(Role.USHER, there.venue_id),
        }
        for name, grant in grants.items():
            tx.people.grant(people[name], grant, None, tx.now)
        tx.people.grant(people["usher"], Grant(Role.FLOOR, there.venue_id), None, tx.now)
        return people

    people = await uow.write(arrange)
    seen = await uow.read(LookAtTeam(people["manager"]))
    assert [member.display_name for member in seen.members] == ["manager", "owner", "usher"]
    usher = await uow.read(LookAtMember(people["manager"], people["usher"]))
    assert [grant.role for grant in usher.actor.grants] == [Role.USHER]
    assert usher.revocable == usher.actor.grants
    assert not (await uow.read(LookAtMember(people["manager"], people["owner"]))).revocable
    assert not (await uow.read(LookAtMember(people["owner"], people["owner"]))).revocable
    assert len((await uow.read(LookAtTeam(people["owner"]))).members) == 4
    choice = await uow.read(ChooseInvite(people["manager"], Role.USHER))
    assert len(choice.places) == 1
    assert Role.MANAGER not in choice.roles
    assert len((await uow.read(ChooseInvite(people["owner"], Role.USHER))).places) == 3
    for query, error in (
        (LookAtTeam(people["usher"]), NotAllowed),
        (ChooseInvite(people["manager"], Role.OWNER), NotAllowed),
        (LookAtMember(people["manager"], people["stranger"]), NotFound),
        (LookAtMember(people["manager"], people["visitor"]), NotFound),
    ):
        with pytest.raises(error):
            await uow.read(query)
