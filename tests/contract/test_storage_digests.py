"""The figures of digests, on both databases: what is compared with what, who came, what the journal says."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from domain.admission.scanning import Scan
from domain.improvement.model import Source
from domain.improvement.usecases import OpenAction
from domain.payments.accounts import ScopesOfBooks
from domain.payments.accounts_model import Month, part_of
from domain.people.model import Grant, Role
from domain.ports import Tx
from domain.programme.model import RunState
from domain.records.digest_model import DigestChoice, NeedKind, Period, Rhythm
from domain.records.digests import ChooseDigests, DigestsDue, MakeDigest, SendDigests, SnoozeNeed
from storage.unit_of_work import UnitOfWork
from tests.support.clock import START, FakeClock
from tests.support.house import SmallHouse, small_house, somebody
from tests.support.invariants import check_invariants
from tests.support.selling import buy, code_of, people, usher_at


async def manager_of(uow: UnitOfWork, house: SmallHouse) -> int:
    def join(tx: Tx) -> int:
        person_id = somebody(tx)
        tx.people.grant(person_id, Grant(Role.MANAGER, house.venue_id), None, tx.now)
        return person_id

    return await uow.write(join)


async def another_showing(uow: UnitOfWork, house: SmallHouse, days: int, **changes: object) -> SmallHouse:
    """So many days after the first, in the same hall."""

    def add(tx: Tx) -> int:
        first = tx.programme.performance(house.performance_id)
        assert first is not None
        later = timedelta(days=days)
        moved = replace(
            first,
            id=0,
            key=f"{first.key}-{days}",
            starts_at=first.starts_at + later,
            doors_at=first.doors_at + later,
            ends_at=first.ends_at + later,
            sales_close_at=first.sales_close_at + later,
            **changes,  # type: ignore[arg-type]
        )
        performance_id = tx.programme.put_performance(moved)
        tx.programme.put_prices(performance_id, first.prices)
        return performance_id

    return replace(house, performance_id=await uow.write(add))


async def test_sales_beside_comparable_shows_so_long_before_they_began(uow: UnitOfWork, clock: FakeClock) -> None:
    """Four shows begin on four days; the last, which was moved to its own, sells less than the three before it had
    sold so long before."""
    first = await uow.write(lambda tx: small_house(tx, capacity=10))
    manager, (buyer, other) = await manager_of(uow, first), await people(uow, 2)
    shows = [first, *[await another_showing(uow, first, days) for days in (1, 2)]]
    shows.append(await another_showing(uow, first, 3, run_state=RunState.MOVED))
    await another_showing(uow, first, 4, run_state=RunState.CANCELLED)
    for show in shows[:3]:
        await buy(uow, show, buyer, 1, 2, 3, 4)
    await buy(uow, shows[3], buyer, 1)
    clock.advance(timedelta(days=6, hours=23))
    await buy(uow, shows[0], other, 7, 8, 9)  # in the last hour: later than what the fourth is compared with
    clock.advance(timedelta(days=2, hours=2))
    digest = await uow.read(MakeDigest(manager, Period.DAY))
    (selling,) = digest.coming
    assert (selling.house.performance_id, selling.house.share) == (shows[3].performance_id, 0.1)
    assert selling.compared is not None
    assert (selling.compared.shows, round(selling.compared.share, 6)) == (3, 0.4)
    assert [(need.kind, need.subject_id) for need in digest.needs] == [(NeedKind.SALES, shows[3].performance_id)]
    elsewhere = await manager_of(uow, await uow.write(small_house))
    assert not (await uow.read(MakeDigest(elsewhere, Period.DAY))).needs
    await uow.write(SnoozeNeed(manager, NeedKind.SALES, shows[3].performance_id))
    assert not (await uow.read(MakeDigest(manager, Period.WEEK))).needs
    other_manager = await manager_of(uow, first)
    assert (await uow.read(MakeDigest(other_manager, Period.WEEK))).needs  # put off by the other alone
    due, id = clock.now() + timedelta(days=7), shows[3].performance_id
    await uow.write(OpenAction(manager, Source.DIGEST, id, "Posters", due, venue_id=first.venue_id))
    assert not (await uow.read(MakeDigest(other_manager, Period.WEEK))).needs  # somebody looks into it
    await check_invariants(uow)


async def test_the_house_and_who_came(uow: UnitOfWork, clock: FakeClock) -> None:
    house = await uow.write(lambda tx: small_house(tx, capacity=20))
    manager, (buyer,) = await manager_of(uow, house), await people(uow, 1)
    tickets = await buy(uow, house, buyer, *range(1, 9))
    usher = await usher_at(uow, house)
    clock.advance(timedelta(days=7, minutes=-20))
    for ticket_id in tickets[:2]:
        await uow.write(Scan(usher, await code_of(uow, ticket_id)))
    digest = await uow.read(MakeDigest(manager, Period.DAY))
    (tonight,) = digest.tonight
    assert (tonight.sold, tonight.expected, tonight.capacity, tonight.reserved, tonight.blocked) == (8, 8, 20, 0, 0)
    assert not digest.came
    clock.advance(timedelta(days=1))
    digest = await uow.read(MakeDigest(manager, Period.DAY))
    (came,) = digest.came
    assert (came.expected, came.admitted, came.stayed_away) == (8, 2, 6)
    assert [need.kind for need in digest.needs] == [NeedKind.NO_SHOWS]


async def test_money_is_the_journal_s(uow: UnitOfWork, clock: FakeClock) -> None:
    """A digest of a week against the accountant's own entries of the same days, part by part."""
    one, other = await uow.write(lambda tx: (small_house(tx), small_house(tx)))
    manager, (buyer,) = await manager_of(uow, one), await people(uow, 1)
    await buy(uow, one, buyer, 1, 2)
    await buy(uow, other, buyer, 1)
    clock.advance(timedelta(days=2))
    await buy(uow, one, buyer, 3)
    clock.advance(timedelta(days=1))
    digest = await uow.read(MakeDigest(manager, Period.WEEK))

    def entries(tx: Tx) -> Counter[tuple[str, str]]:
        (scope,) = ScopesOfBooks(manager, Month(START.year, START.month))(tx)
        found: Counter[tuple[str, str]] = Counter()
        for entry in tx.payments.month_entries(scope, None, 100):
            found[part_of(entry).value, entry.currency] += entry.minor
        return found

    said = {(part.value, taken.currency): minor for taken in digest.takings for part, minor in taken.parts.items()}
    assert said == dict(await uow.read(entries))
    assert digest.takings[0].total == 3 * 2500
    day = await uow.read(MakeDigest(manager, Period.DAY))
    assert day.takings[0].total == 2500  # yesterday's alone


async def test_who_is_told_when(uow: UnitOfWork, clock: FakeClock) -> None:
    """In the night from 27 to 28 March 2027 the clocks of Berlin go on by an hour."""
    house = await uow.write(small_house)
    manager = await manager_of(uow, house)
    await uow.write(ChooseDigests(manager, DigestChoice(Rhythm.DAILY, 2, house.venue_id)))
    clock.advance(timedelta(days=25, hours=12, minutes=59))  # 27 March, 1:59 in Berlin
    assert await uow.read(DigestsDue()) == []
    written = []
    for _ in range(4 * 24 * 3 - 8):
        clock.advance(timedelta(minutes=15))
        if await uow.read(DigestsDue()):
            written.append((clock.now(), await uow.write(SendDigests())))
    # 2:00 on the 28th does not exist: an hour later by the clock, and once.
    assert [(at.day, at.hour, count) for at, count in written] == [(27, 1, 1), (28, 1, 1), (29, 0, 1)]
    await uow.write(ChooseDigests(manager, DigestChoice(Rhythm.OFF)))
    clock.advance(timedelta(days=1))
    assert await uow.read(DigestsDue()) == []
    await check_invariants(uow)
