"""A whole visit as three people live it: she buys two tickets and hands one on, he takes it, an usher lets him in.

Each step is done once and then waited for, whatever happens to the house meanwhile.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from io import BytesIO
from typing import Self

import aiohttp
from PIL import Image

from domain.admission.scanning import TakeDoorPost
from domain.codes import CodeKind
from domain.people.model import AccountSeen, Grant, Role
from domain.people.usecases import ComeIn
from domain.ports import Tx
from storage.transaction import StorageTx
from storage.unit_of_work import UnitOfWork
from tests.faults.killing import Lost, Phone, Seen, offers, pictures, shows
from tests.support.dump import dump
from tests.support.house import SmallHouse, small_house
from tests.support.running import TOKEN, text_of

TICKETS = 2
#: What a visit leaves behind, each thing once; the notices: her tickets, his, and that he has taken it.
ONCE = {"ticket_order": 1, "charge": 1, "refund": 0, "ticket": 2, "hand_on": 1, "admission": 1, "notice": 3}


@cache
def one_picture() -> bytes:
    """For ``bot.painter.render`` where visits are what is tested: nobody in them looks at more than the caption, and
    each draws half a dozen."""
    png = BytesIO()
    Image.new("RGB", (90, 60)).save(png, "PNG")
    return png.getvalue()


def open_house(tx: Tx) -> SmallHouse:
    """Its doors are open."""
    house = small_house(tx, capacity=1000)
    performance = tx.programme.performance(house.performance_id)
    assert performance is not None
    soon = tx.now + timedelta(minutes=20)
    opened = replace(
        performance, starts_at=soon, doors_at=tx.now, ends_at=soon + timedelta(hours=2), sales_close_at=soon
    )
    tx.programme.put_performance(opened)
    return house


@dataclass
class Visit:
    """``before`` is told the name of each step that begins."""

    uow: UnitOfWork
    house: SmallHouse
    before: Callable[[str], None]
    ada: Phone
    ben: Phone
    uma: Phone
    patience: float = 0.0

    @classmethod
    async def of(
        cls,
        number: int,
        http: aiohttp.ClientSession,
        uow: UnitOfWork,
        house: SmallHouse,
        before: Callable[[str], None],
    ) -> Self:
        """``number`` tells the people of one visit from those of another."""
        ada, ben, uma = (Phone(http, 10 * number + digit) for digit in (1, 2, 3))
        for phone, name in ((ada, "Ada"), (ben, "Ben"), (uma, "Uma")):
            await phone.appear(name)
        await uow.write(lambda tx: _usher(tx, house, uma.user))
        return cls(uow, house, before, ada, ben, uma)

    async def run(self, patience: float) -> None:
        """``patience``: seconds in which a step must come to its end. Raises Lost."""
        self.patience = patience
        await self._buy()
        await self._let_in(await self._hand_on())

    async def _buy(self) -> None:
        ada, step = self.ada, self._step
        await step("start", ada, lambda: ada.says("/start"), offers("English"))
        await step("language", ada, lambda: ada.presses("English"), offers("My tickets"))
        await step("poster", ada, lambda: ada.says(f"/start p{self.house.performance_id}"), offers("Choose places"))
        await step("choose", ada, lambda: ada.presses("Choose places"), offers("Take 2"))
        await step("take", ada, lambda: ada.presses("Take 2"), offers("💳"))
        await step("invoice", ada, lambda: ada.presses("💳"), lambda seen: any("invoice" in m for m in seen))
        await step("pay", ada, ada.pays, pictures("Code to read out", TICKETS))

    async def _hand_on(self) -> str:
        """Gives what his ticket's QR says, once he has it."""
        ada, ben, step = self.ada, self.ben, self._step
        await step("tickets", ada, lambda: ada.says("/tickets"), offers("×2"))
        await step("visit", ada, lambda: ada.presses("×2"), offers("free choice"))
        await step("ticket", ada, lambda: ada.presses("free choice"), offers("Hand on"))
        await step("hand on", ada, lambda: ada.presses("Hand on"), shows("Send this link"))
        link = next(m[1] for m in map(_START.search, map(text_of, reversed(ada.seen))) if m)
        await step("hello", ben, lambda: ben.says("/start"), offers("English"))
        await step("his language", ben, lambda: ben.presses("English"), offers("My tickets"))
        await step("link", ben, lambda: ben.says(f"/start {link}"), offers("Take it"))
        await step("accept", ben, lambda: ben.presses("Take it"), pictures("Code to read out", 1))
        return await self.uow.read(self._code)

    async def _let_in(self, code: str) -> None:
        await self._step("scan", self.uma, lambda: self.uma.says(f"/start {code}"), _door_has_spoken)
        said = next(text_of(message) for message in self.uma.seen if _door_has_spoken([message]))
        assert "✅✅✅ ADMITTED" in said, f"one scan had two effects: {said}"

    async def _step(
        self, name: str, phone: Phone, act: Callable[[], Awaitable[None]], done: Callable[[Seen], bool]
    ) -> None:
        self.before(name)
        await self._until(name, phone, done, act)

    async def _until(
        self,
        name: str,
        phone: Phone,
        done: Callable[[Seen], bool],
        act: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        try:
            async with asyncio.timeout(self.patience):
                if act is not None:
                    await act()
                await phone.sees(done)
        except TimeoutError:
            raise Lost(f"{name}: {await self._where(phone)}") from None

    async def _where(self, phone: Phone) -> str:
        """What is on its way, where nothing comes of it."""
        inbox = await self.uow.read(lambda tx: len(tx.inbox.pending(phone.user, 100)))
        notices = await self.uow.read(lambda tx: tx.notices.counts())
        async with phone.http.get(f"/bot{TOKEN}/getWebhookInfo") as response:
            told = (await response.json())["result"]
        return f"{told['pending_update_count']} with Telegram, {inbox} in the inbox, notices {notices}"

    def _code(self, tx: StorageTx) -> str:
        (ticket,) = tx.ticketing.tickets_of_holder(person_of(tx, self.ben.user))
        return tx.keyring.seal(CodeKind.TICKET, tx.ticketing.standing_credentials([ticket.id])[ticket.id].id)


_START = re.compile(r"start=([A-Za-z0-9_-]+)")


def _door_has_spoken(seen: Seen) -> bool:
    return any(text_of(message).startswith(("✅", "⛔")) for message in seen)


def _usher(tx: StorageTx, house: SmallHouse, user: int) -> None:
    usher_id = ComeIn(AccountSeen("telegram", str(user), "Uma"))(tx)
    tx.people.set_locale(usher_id, "en")
    tx.people.grant(usher_id, Grant(Role.USHER, house.venue_id), None, tx.now)
    TakeDoorPost(usher_id, house.performance_id, house.gate_id)(tx)


async def left_behind(uow: UnitOfWork) -> dict[str, int]:
    """How many there are of what a visit leaves."""
    held = await dump(uow)
    return {table: len(held[table]) for table in ONCE}


def person_of(tx: StorageTx, user: int) -> int:
    found = tx.people.actor_by_account("telegram", str(user))
    assert found is not None
    return found[0].person_id
