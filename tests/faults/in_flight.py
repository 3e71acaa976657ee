"""People to whom something is on its way: reminders, tickets, an alarm; and what of it has reached their phones."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta

import aiohttp
from sqlalchemy import select

from domain.admission.reminding import key
from domain.incidents.model import IncidentKind
from domain.incidents.reporting import BeginIncident, SendIncident
from domain.notices import Notice, NoticeKind
from domain.people.model import Grant, Role
from domain.programme.quiet import Reminder
from storage.tables.messaging import notice
from storage.transaction import StorageTx
from storage.unit_of_work import UnitOfWork
from tests.faults.killing import Phone, Seen
from tests.support.house import SmallHouse, somebody
from tests.support.running import TOKEN, text_of
from tests.support.selling import PRICE, captured, hold

BUYERS, SAFETY = 3, 3


@dataclass(frozen=True, slots=True)
class InFlight:
    """Numbers of the phones."""

    reminded: list[int]
    buyers: list[int]
    safety: list[int]


async def on_their_way(uow: UnitOfWork, house: SmallHouse, reminders: int, *, others: bool) -> InFlight:
    """Reminders of something tomorrow and, with ``others``, tickets that were just bought, and an alarm."""

    def long_ago(tx: StorageTx) -> list[int]:
        performance = tx.programme.performance(house.performance_id)
        assert performance is not None
        at = tx.now + timedelta(hours=30)  # so late that nobody has a card yet
        tx.programme.put_performance(
            replace(performance, doors_at=at, starts_at=at, ends_at=at + timedelta(hours=2), sales_close_at=at)
        )
        return [_buys(tx, house, place) for place in range(1, reminders + 1)]

    def now(tx: StorageTx) -> InFlight:
        performance = tx.programme.performance(house.performance_id)
        assert performance is not None
        tx._connection.execute(notice.update().values(state="sent"))  # the tickets of long ago
        for person_id in reminded:
            params = {"performance_id": performance.id, "person_id": person_id, "kind": Reminder.DAY.value}
            params["starts_at"] = int(performance.starts_at.timestamp())
            cause = f"{key(Reminder.DAY, performance)}{person_id}"
            tx.notify(Notice(person_id, NoticeKind.REMINDER, cause, params))
        buyers = [_buys(tx, house, reminders + place) for place in range(1, BUYERS + 1)] if others else []
        safety = _alarm(tx, house) if others else []
        return InFlight(*(_phones(tx, people) for people in (reminded, buyers, safety)))

    reminded = await uow.write(long_ago)
    return await uow.write(now)


def _buys(tx: StorageTx, house: SmallHouse, place: int) -> int:
    person_id = somebody(tx)
    tx.people.set_locale(person_id, "en")
    order_id = hold(house, person_id, place)(tx)
    captured(order_id, person_id, PRICE.minor)(tx)
    return person_id


def _alarm(tx: StorageTx, house: SmallHouse) -> list[int]:
    usher, *safety = (somebody(tx) for _ in range(1 + SAFETY))
    tx.people.grant(usher, Grant(Role.USHER, house.venue_id), None, tx.now)
    for person_id in safety:
        tx.people.set_locale(person_id, "en")
        tx.people.grant(person_id, Grant(Role.SAFETY, house.venue_id), None, tx.now)
    SendIncident(usher, BeginIncident(usher, IncidentKind.FIRE)(tx))(tx)
    return safety


def _phones(tx: StorageTx, people: list[int]) -> list[int]:
    return [int(tx.people.external_id(person_id, "telegram") or 0) for person_id in people]


async def have_written(http: aiohttp.ClientSession, people: InFlight) -> None:
    """So the bot may write to them; what they wrote does not matter."""
    for user in (*people.reminded, *people.buyers, *people.safety):
        phone = Phone(http, user)
        await phone.appear("Ada")
        await phone.says("hello")
    async with http.post(f"/bot{TOKEN}/deleteWebhook", json={"drop_pending_updates": True}) as response:
        assert (await response.json())["ok"]


async def arrived(http: aiohttp.ClientSession, phones: list[int], words: str) -> Counter[int]:
    """How often each phone shows these words."""
    found: Counter[int] = Counter()
    for user in phones:
        seen: Seen = await Phone(http, user).look()
        found[user] = sum(words in text_of(message) for message in seen)
    return found


def fates(tx: StorageTx, kind: NoticeKind, phones: list[int]) -> dict[int, str]:
    """What is recorded of what these phones were to be sent."""
    rows = tx._connection.execute(select(notice.c.person_id, notice.c.state).where(notice.c.kind == kind.value))
    found = {int(tx.people.external_id(person_id, "telegram") or 0): state for person_id, state in rows.all()}
    return {phone: found[phone] for phone in phones}
