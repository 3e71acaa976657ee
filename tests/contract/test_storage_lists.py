"""Lists and lost property on both databases: what is stored comes back, and a list is begun once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from domain.lost_property.model import Find, FindState, Loss, LossState
from domain.people.list_keeping import BeginList, TickItem
from domain.people.lists import Tick
from domain.people.model import Grant, Role
from domain.ports import Tx
from domain.programme.house_upkeep import parse_upkeep
from storage.unit_of_work import UnitOfWork
from tests.support.house import SmallHouse, small_house, somebody
from tests.support.invariants import check_invariants

UPKEEP = {
    "list": [
        {
            "key": "opening",
            "kind": "opening",
            "name": {"en": "Opening"},
            "minutes": 60,
            "item": [{"key": "safe", "text": {"en": "Safe"}}, {"key": "aed", "text": {"en": "AED"}, "photo": True}],
        }
    ],
    "lost_property": {"keep_days": 30},
}


def staffed(tx: Tx) -> tuple[SmallHouse, list[int]]:
    house = small_house(tx)
    assert tx.lists.upkeep_of(house.venue_id) == {}
    assert tx.lists.put_upkeep(house.venue_id, UPKEEP)
    assert not tx.lists.put_upkeep(house.venue_id, UPKEEP)
    staff = [somebody(tx, name) for name in ("Fay", "Gil")]
    for person_id in staff:
        tx.people.grant(person_id, Grant(Role.FLOOR, house.venue_id), None, tx.now)
    return house, staff


async def test_a_list_is_begun_once_and_an_item_ticked_once(uow: UnitOfWork) -> None:
    house, staff = await uow.write(staffed)
    begun = await asyncio.gather(*(uow.write(BeginList(one, house.venue_id, "opening")) for one in staff))
    assert len(set(begun)) == 1
    await asyncio.gather(*(uow.write(TickItem(one, begun[0], 0, done=True)) for one in staff))
    run = await uow.read(lambda tx: tx.lists.run(begun[0]))
    assert run is not None
    assert run.checklist == parse_upkeep(UPKEEP).lists[0]
    assert (list(run.ticks), [item.key for item in run.left]) == (["safe"], ["aed"])
    changed = replace(run, told_at=run.slot, due_at=run.due_at + timedelta(hours=1))

    def again(tx: Tx) -> None:
        assert tx.lists.late(run.due_at, 9) == [run]
        tx.lists.put(changed)
        tx.lists.tick(run.id, Tick("aed", staff[0], tx.now, "photo"))
        tx.lists.untick(run.id, "safe")
        assert tx.lists.late(changed.due_at, 9) == []
        (stored,) = tx.lists.runs_since(house.venue_id, run.slot)
        assert stored == replace(changed, ticks={"aed": Tick("aed", staff[0], tx.now, "photo")})
        assert tx.lists.latest(house.venue_id, "opening") == stored
        assert tx.lists.runs_since(house.venue_id, run.slot + timedelta(seconds=1)) == []

    await uow.write(again)
    await check_invariants(uow)


async def test_finds_and_losses_come_back_as_they_were(uow: UnitOfWork) -> None:
    def work(tx: Tx) -> None:
        house, (fay, gil) = staffed(tx)
        find = Find(0, house.venue_id, "hat", "bar", "box", tx.now, fay, tx.now, house.performance_id, "photo")
        find = replace(find, id=tx.lost_property.put_find(find))
        loss = Loss(0, house.venue_id, gil, "a hat", "", tx.now, house.performance_id)
        loss = replace(loss, id=tx.lost_property.put_loss(loss))
        assert tx.lost_property.kept([house.venue_id], 9) == [find]
        assert tx.lost_property.open_losses([house.venue_id], 9) == [loss]
        assert tx.lost_property.losses_before(tx.now, house.venue_id, 9) == []
        found = replace(loss, state=LossState.FOUND, find_id=find.id)
        tx.lost_property.put_loss(found)
        assert tx.lost_property.losses_for(find.id) == tx.lost_property.losses_of(gil) == [found]
        ended = replace(find, state=FindState.RETURNED, ended_at=tx.now, ended_by=fay, id_seen="passport")
        tx.lost_property.put_find(ended)
        assert tx.lost_property.find(find.id) == ended
        assert tx.lost_property.purge(tx.now, house.venue_id) == 0
        assert tx.lost_property.purge(tx.now + timedelta(seconds=1), house.venue_id) == 1
        assert tx.lost_property.find(find.id) == replace(ended, photo="", id_seen="")
        tx.lost_property.forget_person(gil, tx.now)
        gone = replace(found, what="", place="", state=LossState.CLOSED, ended_at=tx.now)
        assert tx.lost_property.loss(loss.id) == gone

    await uow.write(work)
