"""Three scanners without a network at one door: whatever arrives first, and however often, the state is one."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from domain.admission import settling
from domain.admission.finding import ReissueTicket
from domain.admission.model import Admission, Outcome
from domain.admission.offline import Bound, OfflineScan, ScanOnce, UploadScans
from domain.admission.scanning import Scan, UndoAdmission
from domain.codes import Opened
from domain.people.model import Grant, Role
from domain.ports import Tx
from storage.repositories.offline import OfflineScans
from storage.unit_of_work import UnitOfWork
from tests.races.test_door import house_with_tickets
from tests.support.clock import FakeClock
from tests.support.house import SmallHouse, somebody
from tests.support.invariants import check_invariants, violations
from tests.support.selling import code_of, usher_at

SCANNERS, TICKETS, EACH, CHUNK, TIMES = 3, 200, 130, 45, 3
REVOKED = 12
_STATE = text(
    """SELECT a.ticket_id, a.usher_id, a.outcome, a.inside, a.undone_at IS NOT NULL, coalesce(f.kind, '')
    FROM admission a LEFT JOIN door_fault f ON f.admission_id = a.id WHERE a.performance_id = :performance"""
)
Line = tuple[int | None, int, str, bool, bool, str]


@dataclass(frozen=True, slots=True)
class Evening:
    house: SmallHouse
    ushers: list[int]
    scans: dict[int, list[OfflineScan]]  # by usher
    revoked: frozenset[int]  # tickets
    manager: int


async def evening(uow: UnitOfWork, clock: FakeClock, chance: random.Random, tickets: int = TICKETS) -> Evening:
    """The doors are open; each usher has scanned most of the tickets, at moments of their own, and a few by mistake."""
    house, codes = await house_with_tickets(uow, clock, tickets)
    ushers = [await usher_at(uow, house) for _ in range(SCANNERS)]
    revoked = await uow.write(lambda tx: _reissue(tx, ushers[0], codes[:REVOKED]))
    manager = await uow.write(lambda tx: _manager(tx, house))
    ids = await uow.write(lambda tx: {code: tx.ticketing.ticket_by_credential(code.id) for code in codes})
    start = clock.now() + timedelta(seconds=1)
    moments = chance.sample(range(1_000_000), SCANNERS * EACH)
    scans: dict[int, list[OfflineScan]] = {usher: [] for usher in ushers}
    for usher in ushers:
        for code in chance.sample(codes, min(EACH, tickets)):
            ticket = ids[code]
            assert ticket is not None
            at = start + timedelta(milliseconds=moments.pop())
            by_code = chance.random() < 0.9 or ticket.id in revoked
            scan = OfflineScan(
                f"{usher}-{code.id}", house.performance_id, house.gate_id, at, Outcome.ADMITTED, ticket.id
            )
            scan = replace(scan, opened=code) if by_code else replace(scan, short_code=ticket.short_code)
            scans[usher].append(replace(scan, undone=ticket.id not in revoked and chance.random() < 0.05))
    clock.advance(timedelta(hours=1))
    return Evening(house, ushers, scans, revoked, manager)


def _reissue(tx: Tx, by: int, codes: Iterable[Opened]) -> frozenset[int]:
    """The page's list is older than this."""
    ids = []
    for code in codes:
        ticket = tx.ticketing.ticket_by_credential(code.id)
        assert ticket is not None
        ids.append(ReissueTicket(by, ticket.id)(tx))
    return frozenset(ids)


def _manager(tx: Tx, house: SmallHouse) -> int:
    person_id = somebody(tx, "Vera")
    tx.people.grant(person_id, Grant(Role.MANAGER, house.venue_id), None, tx.now)
    return person_id


def uploads(of: Evening, chance: random.Random, times: int = TIMES) -> list[UploadScans]:
    """Each scanner's scans in chunks, each chunk several times, in any order. Now and then a copy is older than the
    usher's taking back."""
    found = []
    for usher, scans in of.scans.items():
        for turn in range(times):
            mixed = chance.sample(scans, len(scans))
            if turn == 0:
                mixed = [replace(scan, undone=False) if chance.random() < 0.5 else scan for scan in mixed]
            found += [UploadScans(usher, tuple(mixed[i : i + CHUNK])) for i in range(0, len(mixed), CHUNK)]
    chance.shuffle(found)
    return found


def expected(of: Evening) -> set[Line]:
    """By hand: of each ticket's scans that were not taken back, the earliest lets in."""
    by_ticket: dict[int, list[tuple[datetime, int]]] = {}
    lines: set[Line] = set()
    for usher, scans in of.scans.items():
        for scan in scans:
            assert scan.ticket_id is not None
            if scan.ticket_id in of.revoked:
                lines.add((scan.ticket_id, usher, "revoked", False, False, "revoked"))
            elif scan.undone:
                lines.add((scan.ticket_id, usher, "admitted", False, True, ""))
            else:
                by_ticket.setdefault(scan.ticket_id, []).append((scan.at, usher))
    for ticket_id, found in by_ticket.items():
        (_, first), *others = sorted(found)
        lines.add((ticket_id, first, "admitted", True, False, ""))
        lines |= {(ticket_id, usher, "already_in", False, False, "already_in") for _, usher in others}
    return lines


async def state(uow: UnitOfWork, of: Evening) -> list[Line]:
    binds = {"performance": of.house.performance_id}
    rows = await uow._database.read(lambda connection: connection.execute(_STATE, binds).all())
    return [(row[0], row[1], row[2], bool(row[3]), bool(row[4]), row[5]) for row in rows]


async def wrong_with(uow: UnitOfWork, of: Evening) -> list[str]:
    found, right = await state(uow, of), expected(of)
    wrong = [f"{len(found)} lines, not {len(right)}"] if len(found) != len(right) else []
    return wrong + [f"wrong: {line}" for line in sorted(map(str, set(found) ^ right))[:5]] + await violations(uow)


async def carry_out(uow: UnitOfWork, works: list[UploadScans]) -> None:
    """Three at a time."""
    turns = iter(works)

    async def scanner() -> None:
        for upload in turns:
            await uow.write(upload)

    await asyncio.gather(*(scanner() for _ in range(SCANNERS)))


@pytest.mark.parametrize("seed", [1, 2])
async def test_uploads_in_any_order_and_again_give_one_state(uow: UnitOfWork, clock: FakeClock, seed: int) -> None:
    """Defences: the nonce's primary key; that a scan's own time decides (``settle``)."""
    chance = random.Random(seed)
    of = await evening(uow, clock, chance)
    await carry_out(uow, uploads(of, chance))
    assert not await wrong_with(uow, of)
    faults = await uow.read(lambda tx: tx.admission.faults(of.house.performance_id))
    flagged = {fault.line.ticket_id for fault in faults}
    scanned = [scan.ticket_id for scans in of.scans.values() for scan in scans if not scan.undone]
    assert flagged == {id for id in scanned if id in of.revoked or scanned.count(id) > 1}
    held = await uow.write(lambda tx: tx.cards.lease_behind(clock.now(), clock.now() + timedelta(minutes=1), 1, 9))
    assert [(card.person_id, card.kind) for card in held] == [(of.manager, "double_admission")]


async def test_without_nonces_a_scan_is_in_the_log_again(
    uow: UnitOfWork, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def knows_none(self: OfflineScans, nonces: Any) -> Mapping[str, Admission]:
        return {}

    monkeypatch.setattr(OfflineScans, "scans_by_nonce", knows_none)
    monkeypatch.setattr(OfflineScans, "receive_scans", lambda self, lines, now: None)
    chance = random.Random(3)
    of = await evening(uow, clock, chance, 20)
    await carry_out(uow, uploads(of, chance, 2))
    assert any("lines, not" in fault for fault in await wrong_with(uow, of))


async def test_without_the_scans_own_time_the_first_to_arrive_wins(
    uow: UnitOfWork, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = settling.settle

    def by_arrival(entries: Iterable[Admission]) -> settling.Settled:
        arrived = sorted(entries, key=lambda line: line.id)
        at = {line.id: line.at for line in arrived}
        turned = whole(replace(line, at=datetime.fromtimestamp(line.id, line.at.tzinfo)) for line in arrived)
        return replace(turned, lines=tuple(replace(line, at=at[line.id]) for line in turned.lines))

    monkeypatch.setattr(settling, "settle", by_arrival)
    chance = random.Random(4)
    of = await evening(uow, clock, chance, 20)
    await carry_out(uow, uploads(of, chance, 1))
    assert await wrong_with(uow, of)


async def test_an_answer_that_was_lost_is_not_a_second_scan(uow: UnitOfWork, clock: FakeClock) -> None:
    """The page waited in vain, judged by its list, and sends the same scan once more as an upload."""
    house, codes = await house_with_tickets(uow, clock, 10)
    here, there = await usher_at(uow, house), await usher_at(uow, house)
    bound = Bound(house.performance_id, house.gate_id)
    said = OfflineScan("n1", house.performance_id, house.gate_id, clock.now(), Outcome.ADMITTED, opened=codes[0])
    await uow.write(ScanOnce(here, bound, "n1", codes[0]))
    assert await uow.write(UploadScans(here, (said,))) == {"new": 0}
    assert await uow.read(lambda tx: tx.admission.faults(house.performance_id)) == []
    # The other way round: the delayed request finds the upload, and changes nothing.
    upload = replace(said, nonce="n2", opened=codes[1])
    await uow.write(UploadScans(here, (upload,)))
    assert (await uow.write(ScanOnce(here, bound, "n2", codes[1])))["outcome"] == "admitted"
    # The lost answer was a no: the page, by an old list, let them in. That is a double.
    await uow.write(Scan(there, codes[2]))
    clock.advance(timedelta(seconds=5))
    assert (await uow.write(ScanOnce(here, bound, "n3", codes[2])))["outcome"] == "already_in"
    await uow.write(UploadScans(here, (replace(said, nonce="n3", opened=codes[2], at=clock.now()),)))
    (double,) = await uow.read(lambda tx: tx.admission.faults(house.performance_id))
    assert (double.line.usher_id, double.kind) == (here, Outcome.ALREADY_IN)
    # The lost answer was a yes: the page did not know the ticket, and sent them away.
    await uow.write(ScanOnce(here, bound, "n4", codes[3]))
    assert await uow.read(lambda tx: tx.admission.count_inside(house.performance_id)) == 4
    await uow.write(UploadScans(here, (replace(said, nonce="n4", opened=codes[3], said=Outcome.UNKNOWN),)))
    assert await uow.read(lambda tx: tx.admission.count_inside(house.performance_id)) == 3
    await check_invariants(uow)


async def test_taking_back_the_first_makes_the_second_good(uow: UnitOfWork, clock: FakeClock) -> None:
    house, codes = await house_with_tickets(uow, clock, 10)
    here, there = await usher_at(uow, house), await usher_at(uow, house)
    first = await uow.write(Scan(here, codes[0]))
    clock.advance(timedelta(minutes=1))
    scan = OfflineScan("n1", house.performance_id, house.gate_id, clock.now(), Outcome.ADMITTED, opened=codes[0])
    await uow.write(UploadScans(there, (scan,)))
    assert len(await uow.read(lambda tx: tx.admission.faults(house.performance_id))) == 1
    await uow.write(UndoAdmission(here, first["admission_id"]))
    assert await uow.read(lambda tx: tx.admission.faults(house.performance_id)) == []
    assert await uow.read(lambda tx: tx.admission.count_inside(house.performance_id)) == 1
    await check_invariants(uow)


async def test_a_code_that_was_good_when_it_was_scanned_stays_good(uow: UnitOfWork, clock: FakeClock) -> None:
    """Handed on after its first holder had gone in: the new holder is the second."""
    house, codes = await house_with_tickets(uow, clock, 10)
    here, there = await usher_at(uow, house), await usher_at(uow, house)
    scan = OfflineScan("n1", house.performance_id, house.gate_id, clock.now(), Outcome.ADMITTED, opened=codes[0])
    clock.advance(timedelta(minutes=1))
    (ticket_id,) = await uow.write(lambda tx: list(_reissue(tx, there, codes[:1])))
    clock.advance(timedelta(minutes=1))
    assert (await uow.write(Scan(there, await code_of(uow, ticket_id))))["outcome"] == "admitted"
    await uow.write(UploadScans(here, (scan,)))
    (double,) = await uow.read(lambda tx: tx.admission.faults(house.performance_id))
    assert (double.line.usher_id, double.kind) == (there, Outcome.ALREADY_IN)
    await check_invariants(uow)
