"""Who lives in the demo: three phones, and some more people to choose from."""

from __future__ import annotations

from dataclasses import dataclass

import aiohttp

from bot.dispatcher import CHANNEL
from domain.people.model import AccountSeen, Grant, Role
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
    Resident(3001, "陈立", "zh-hans", "manager", Role.OWNER),
    Resident(3002, "Julia Weiss", "en", "manager", Role.MANAGER),
)


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
