"""Who lives in the demo: three phones, and some more people to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import aiohttp

from bot.dispatcher import CHANNEL
from domain.people.model import AccountSeen, Grant, Role
from domain.people.shifts import Shift
from domain.people.usecases import ComeIn
from domain.ports import Tx
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Resident:
    id: int
    name: str
    language_code: str
    phone: str  # audience | staff | manager
    role: Role | None = None


RESIDENTS = (
    Resident(1001, "林小满", "zh-hans", "audience"),
    Resident(1002, "Anna Berger", "en", "audience"),
    Resident(1003, "Marco Rossi", "en", "audience"),
    Resident(1004, "赵一鸣", "zh-hans", "audience"),
    Resident(2001, "周敏", "zh-hans", "staff", Role.USHER),
    Resident(2002, "Sam Okafor", "en", "staff", Role.USHER),
    Resident(2003, "韩雪", "zh-hans", "staff", Role.BOX_OFFICE),
    Resident(2004, "Nora Lind", "en", "staff", Role.BOX_OFFICE),
    Resident(2005, "马强", "zh-hans", "staff", Role.SAFETY),
    Resident(2006, "Ines Moreau", "en", "staff", Role.FLOOR),
    Resident(2007, "何勇", "zh-hans", "staff", Role.STAGE),
    Resident(3001, "陈立", "zh-hans", "manager", Role.OWNER),
    Resident(3002, "Julia Weiss", "en", "manager", Role.MANAGER),
)

#: At which gate somebody stands tonight; the others are wherever they are needed.
_GATES = {2001: "main", 2002: "upper"}
_FIRST_AIDERS = frozenset({2006})
_VENUE = "riverside"
_SHIFT = timedelta(hours=8)


def phones() -> list[dict[str, object]]:
    """For the page: which phones there are, and who may hold each."""
    groups: dict[str, list[int]] = {}
    for resident in RESIDENTS:
        groups.setdefault(resident.phone, []).append(resident.id)
    return [{"user": people[0], "role": phone, "people": people} for phone, people in groups.items()]


def audience() -> list[Resident]:
    """Those who have tickets for tonight; the others of the audience begin with an empty purse."""
    return [resident for resident in RESIDENTS if resident.role is None][:2]


async def appear(base: str) -> None:
    """They exist in the local messenger; those who do already stay as they are."""
    async with aiohttp.ClientSession(base) as http:
        async with http.get("/client/users") as response:
            there = {user["id"] for user in (await response.json())["result"]}
        for resident in RESIDENTS:
            if resident.id not in there:
                body = {"id": resident.id, "first_name": resident.name, "language_code": resident.language_code}
                async with http.post("/client/users", json=body) as response:
                    response.raise_for_status()


async def take_roles(uow: UnitOfWork) -> None:
    def work(tx: Tx) -> None:
        for resident in RESIDENTS:
            if resident.role is None:
                continue
            seen = AccountSeen(CHANNEL, str(resident.id), resident.name, "", resident.language_code)
            person_id = ComeIn(seen)(tx)
            if tx.people.grant(person_id, Grant(resident.role), None, tx.now):
                tx.audit(None, "role.granted", "person", person_id, role=resident.role.value)
                tx.people.set_reachable(person_id, False)  # until they have written to the bot, as with Telegram

    await uow.write(work)


async def go_on_duty(uow: UnitOfWork) -> None:
    """The shifts of this evening, whenever the demo is started. They have said already that pages reach them: nobody is
    written to before they say hello."""

    def work(tx: Tx) -> None:
        venue = tx.programme.venue_by_key(_VENUE)
        assert venue is not None
        gates = {gate.key: gate.id for gate in tx.programme.gates(venue.id)}
        starts, ends = tx.now.replace(minute=0, second=0, microsecond=0), tx.now + _SHIFT
        for resident in RESIDENTS:
            found = tx.people.actor_by_account(CHANNEL, str(resident.id))
            if resident.role in (None, Role.OWNER) or found is None:
                continue
            person_id = found[0].person_id
            if tx.shifts.duty_of(person_id, tx.now) is not None:
                continue
            assert resident.role is not None
            shift = Shift(
                id=0,
                venue_id=venue.id,
                person_id=person_id,
                planned_for=person_id,
                role=resident.role,
                starts_at=starts,
                ends_at=ends,
                on_at=starts,
                off_at=ends,
                gate_id=gates.get(_GATES.get(resident.id, "")),
                first_aider=resident.id in _FIRST_AIDERS,
                channel="3",
                answered_at=tx.now,
            )
            tx.audit(None, "shift.planned", "shift", tx.shifts.put(shift))

    await uow.write(work)
