"""One offered shift, two colleagues: whoever is first has it, and nobody has two at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from domain.errors import Stale
from domain.people.model import Grant, Role
from domain.people.shifts import Shift
from domain.people.swapping import OfferShift, TakeShift
from domain.ports import Tx
from storage.repositories.shifts import ShiftRepository
from storage.unit_of_work import UnitOfWork
from tests.support.house import small_house, somebody
from tests.support.invariants import check_invariants

ROUNDS = 4


async def offered(uow: UnitOfWork) -> tuple[list[int], list[int]]:
    """Shifts that one person offers, one a day, and two colleagues who could take each."""

    def arrange(tx: Tx) -> tuple[list[int], list[int]]:
        house = small_house(tx)
        giver, *takers = [somebody(tx, name) for name in ("Gil", "Fay", "Hal")]
        for person_id in (giver, *takers):
            tx.people.grant(person_id, Grant(Role.FLOOR, house.venue_id), None, tx.now)
        shift_ids = []
        for day in range(1, ROUNDS + 1):
            start = tx.now + timedelta(days=day)
            end = start + timedelta(hours=5)
            shift_ids.append(tx.shifts.put(Shift(0, house.venue_id, giver, giver, Role.FLOOR, start, end, start, end)))
            OfferShift(giver, shift_ids[-1])(tx)
        return shift_ids, takers

    return await uow.write(arrange)


async def both_take(uow: UnitOfWork, shift_id: int, takers: list[int]) -> list[int]:
    """Who was told that it is theirs."""
    found = await asyncio.gather(*(uow.write(TakeShift(one, shift_id)) for one in takers), return_exceptions=True)
    for outcome in found:
        assert outcome == shift_id or isinstance(outcome, Stale), outcome
    return [taker for taker, outcome in zip(takers, found, strict=True) if outcome == shift_id]


async def test_one_of_two_takes_it(uow: UnitOfWork) -> None:
    """Defence: the shift's row is locked before it is looked at."""
    shift_ids, takers = await offered(uow)
    for shift_id in shift_ids:
        (winner,) = await both_take(uow, shift_id, takers)
        shift = await uow.read(lambda tx, shift_id=shift_id: tx.shifts.shift(shift_id))  # type: ignore[misc]
        assert shift is not None
        assert (shift.person_id, shift.offered_at) == (winner, None)
    await check_invariants(uow)


async def test_without_the_look_under_the_lock_both_believe_it_is_theirs(
    uow: UnitOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: each sees the shift as it was when both of them looked."""
    shift_ids, takers = await offered(uow)
    before = {id: await uow.read(lambda tx, id=id: tx.shifts.shift(id)) for id in shift_ids}  # type: ignore[misc]
    monkeypatch.setattr(ShiftRepository, "shift", lambda self, id, *, lock=False: before[id])
    assert [await both_take(uow, shift_id, takers) for shift_id in shift_ids] == [takers] * ROUNDS
