"""A small theatre that sells seats: two parts and a box, two gates, wheelchair places, reductions; and a free talk."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.container import Foyer
from domain.codes import CodeKind
from domain.money import Money
from domain.people.model import Grant, Role
from domain.ports import Tx
from domain.programme.model import (
    Access,
    Concession,
    Event,
    EventKind,
    Gate,
    Hall,
    LatecomersPolicy,
    Organisation,
    Performance,
    Price,
    RunState,
    Venue,
)
from domain.text import LocalText
from tests.support.clock import FakeClock
from tests.support.running import House, Person, running_house
from tests.support.ticketing import plan

_OWNER = 900


@dataclass(frozen=True, slots=True)
class Theatre:
    venue_id: int
    stalls_gate_id: int
    circle_gate_id: int
    full_id: int
    concert_id: int  # performances
    later_concert_id: int
    talk_id: int


def text(en: str, zh: str) -> LocalText:
    return LocalText.of(en=en, zh_Hans=zh)


def theatre(tx: Tx) -> Theatre:
    """The concert and the talk begin in 45 minutes, the later concert tomorrow. Seats: see ``ticketing.plan``."""
    programme = tx.programme
    programme.put_organisation(Organisation(text("The Foyer", "艺厅")))
    address = text("1 River Road", "滨江路 1 号")
    venue_id = programme.put_venue(Venue(0, "riverside", text("Riverside", "江畔"), address, "Asia/Shanghai", "CNY"))
    up = text("Up the stairs.", "上楼梯。")
    lift = text("Lift beside the cloakroom.", "衣帽间旁有电梯。")
    stalls = programme.put_gate(Gate(0, venue_id, "S", text("Gate S", "S 入口"), text("Straight on.", "直走。"), lift))
    circle = programme.put_gate(Gate(0, venue_id, "C", text("Gate C", "C 入口"), up, lift))
    gates = (("Stalls", stalls), ("*", circle))
    hall_id = programme.put_hall(Hall(0, venue_id, "hall", text("Grand Hall", "大厅"), gates))
    studio_id = programme.put_hall(Hall(0, venue_id, "studio", text("Studio", "小剧场"), (("*", circle),)))
    full = programme.put_concession(Concession(0, "full", text("full price", "全价")), 1)
    student = programme.put_concession(
        Concession(0, "student", text("student", "学生"), True, text("a student card", "学生证")), 2
    )
    companion = programme.put_concession(Concession(0, "companion", text("companion", "陪同")), 3)
    seating = plan()
    plan_id, _ = programme.add_plan(hall_id, seating, tx.now)
    concert = programme.put_event(_event("new-world", EventKind.CONCERT, text("From the New World", "自新大陆")))
    talk = programme.put_event(_event("talk", EventKind.TALK, text("How an Orchestra Breathes", "乐团如何呼吸")))
    starts_at = tx.now + timedelta(minutes=45)
    base = Performance(
        id=0,
        key="new-world-1",
        event_id=concert,
        venue_id=venue_id,
        hall_id=hall_id,
        plan_id=plan_id,
        capacity=len(seating.seats),
        starts_at=starts_at,
        doors_at=starts_at - timedelta(minutes=30),
        ends_at=starts_at + timedelta(minutes=100),
        sales_open_at=tx.now - timedelta(days=1),
        sales_close_at=starts_at + timedelta(minutes=30),
        run_state=RunState.SCHEDULED,
        revision=1,
        access=Access(step_free=True),
        latecomers=LatecomersPolicy.AT_BREAK,
        purchase_limit=6,
    )
    day = timedelta(days=1)
    later = replace(
        base,
        key="new-world-2",
        starts_at=base.starts_at + day,
        doors_at=base.doors_at + day,
        ends_at=base.ends_at + day,
        sales_close_at=base.sales_close_at + day,
    )
    free = replace(base, key="talk-1", event_id=talk, hall_id=studio_id, plan_id=None, capacity=20)
    priced = [
        Price(category, concession_id, Money(minor, "CNY"), 600)
        for category, full_price in (("A", 68000), ("B", 38000), ("C", 18000))
        for concession_id, minor in ((full, full_price), (student, full_price // 2), (companion, 0))
    ]
    ids = [programme.put_performance(performance) for performance in (base, later, free)]
    for performance_id in ids[:2]:
        programme.put_prices(performance_id, priced)
    programme.put_prices(ids[2], [Price("", full, Money(0, "CNY"), 0)])
    return Theatre(venue_id, stalls, circle, full, *ids)


def _event(key: str, kind: EventKind, title: LocalText) -> Event:
    return Event(0, key, kind, title, LocalText(), LocalText(), 100, 6, "")


@dataclass(frozen=True, slots=True)
class Evening:
    """A running house that plays in the theatre."""

    house: House
    theatre: Theatre
    clock: FakeClock

    async def guest(self, id: int = 1001, name: str = "Anna", language: str = "English") -> Person:
        """Somebody who has chosen a language."""
        person = await self.house.person(id, name)
        await person.says("/start")
        await person.presses(language)
        return person

    async def usher(self, id: int = 2001, name: str = "Uma") -> Person:
        person = await self.guest(id, name)
        person_id = await self.id_of(person)

        def join(tx: Tx) -> bool:
            return tx.people.grant(person_id, Grant(Role.USHER, self.theatre.venue_id), None, tx.now)

        await self.house.foyer.uow.write(join)
        return person

    async def at(self, person: Person, performance_id: int) -> None:
        """They open the poster of a performance and go on to choosing."""
        await person.opens(self.house.foyer.links.poster(CodeKind.PERFORMANCE, performance_id))
        english = any("Choose places" in label for label in await person.buttons())
        await person.presses("Choose places" if english else "选座购票")

    async def buys(self, person: Person, performance_id: int, label: str = "· A ·") -> None:
        """Two best together, paid."""
        await self.at(person, performance_id)
        await person.presses(label)
        await person.presses("💳")
        await person.pays()

    async def forged(self, person: Person, data: str) -> str:
        """They press a button that no screen of theirs has; gives the toast."""
        keyboard = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="forged", callback_data=data)]])
        sent = await self.house.foyer.bot.send_message(person.id, "A button made up", reply_markup=keyboard)
        return await person.presses_data({"user": person.id, "message_id": sent.message_id, "data": data})

    async def id_of(self, person: Person) -> int:
        found = await self.house.foyer.uow.read(lambda tx: tx.people.actor_by_account("telegram", str(person.id)))
        assert found is not None
        return found[0].person_id

    async def tickets_of(self, person: Person) -> list[int]:
        person_id = await self.id_of(person)
        tickets = await self.house.foyer.uow.read(lambda tx: tx.ticketing.tickets_of_holder(person_id))
        return [ticket.id for ticket in tickets]

    async def link_of(self, ticket_id: int) -> str:
        """What the ticket's QR says now."""
        standing = await self.house.foyer.uow.read(lambda tx: tx.ticketing.standing_credentials([ticket_id]))
        return self.house.foyer.links.secret(CodeKind.TICKET, standing[ticket_id].id)

    async def party_link_of(self, ticket_id: int) -> str:
        def credential(tx: Tx) -> int:
            ticket = tx.ticketing.ticket(ticket_id)
            assert ticket is not None
            party = tx.ticketing.party_credential(ticket.order_id)
            assert party is not None
            return party.id

        return self.house.foyer.links.secret(CodeKind.PARTY, await self.house.foyer.uow.read(credential))


@asynccontextmanager
async def evening_at_the_theatre(
    database_url: str, data_dir: Path, clock: FakeClock, extra: Mapping[str, Any] | None = None
) -> AsyncIterator[Evening]:
    made: list[Theatre] = []

    async def setup(foyer: Foyer) -> None:
        made.append(await foyer.uow.write(theatre))

    owners = frozenset({_OWNER})
    async with running_house(database_url, data_dir, setup, clock=clock, owner_ids=owners, extra=extra) as house:
        yield Evening(house, made[0], clock)
