"""An evening at the theatre where people pay outside the messenger, at a provider that a test plays."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from bot.run import web_server
from domain.payments.checkout_model import Checkout
from domain.payments.model import Charge, Refund
from domain.ports import Tx
from storage.tables.checkouts import checkout as checkouts
from storage.tables.payments import charge as charges
from tests.support.clock import FakeClock
from tests.support.fakes.alipay import FakeAlipay
from tests.support.fakes.base import FakeProvider, Notice, Trade
from tests.support.fakes.stripe import FakeStripe
from tests.support.fakes.wechatpay import FakeWeChatPay
from tests.support.invariants import check_invariants
from tests.support.running import Person
from tests.support.theatre import Evening, evening_at_the_theatre

FAKES: dict[str, type[FakeProvider]] = {"stripe": FakeStripe, "wechatpay": FakeWeChatPay, "alipay": FakeAlipay}
PUBLIC = "https://house.example"
#: What the button of each way says.
LABELS = {"stripe": "Stripe", "wechatpay": "scan a code", "alipay": "Alipay"}
PHONE = {"User-Agent": "Mozilla/5.0 (iPhone) Mobile"}


@dataclass(frozen=True, slots=True)
class Till:
    evening: Evening
    fake: FakeProvider
    base: str

    async def chooses(self, person: Person, seats: str = "· A ·") -> Checkout:
        """They hold two seats and press Pay, and the way to pay."""
        await self.evening.at(person, self.evening.theatre.concert_id)
        await person.presses(seats)
        return await self.presses_pay(person)

    async def presses_pay(self, person: Person) -> Checkout:
        await person.presses("Pay CN¥")
        await person.presses(LABELS[self.fake.name])
        return (await self.all())[-1]

    async def arrives(self, checkout: Checkout) -> Trade:
        """The person opens what the chat shows."""
        if checkout.address.startswith(PUBLIC):
            status, address = await self.opens(checkout.address)
            assert status == 302
            async with self.evening.house.http.get(address) as response:
                assert response.status == 200, await response.text()
        return self.fake.trades[checkout.reference]

    async def opens(self, address: str) -> tuple[int, str]:
        """One of our own addresses: the status, and where it leads or what it says."""
        url = address.replace(PUBLIC, self.base)
        async with self.evening.house.http.get(url, allow_redirects=False, headers=PHONE) as response:
            return response.status, response.headers.get("Location") or await response.text()

    async def pays(self, checkout: Checkout) -> Trade:
        """They pay; the provider has not told us yet."""
        return self.fake.pay(await self.arrives(checkout))

    async def tells(self, notice: Notice) -> bool:
        """The provider calls us; whether it takes our answer for a yes."""
        status, body = await self.answers(notice)
        return self.fake.taken(status, body)

    async def answers(self, notice: Notice) -> tuple[int, str]:
        headers, body = notice
        url = f"{self.base}/pay/{self.fake.name}/notify"
        async with self.evening.house.http.post(url, data=body, headers=headers) as response:
            answer = await response.text()
        await self.evening.house.settle()
        return response.status, answer

    async def paid(self, person: Person) -> tuple[Checkout, Trade]:
        """From choosing to tickets."""
        checkout = await self.chooses(person)
        trade = await self.pays(checkout)
        assert await self.tells(self.fake.notice(trade))
        return await self.now(checkout), trade

    async def looks(self, later: timedelta = timedelta(seconds=20)) -> None:
        """The clock's tick, a while later."""
        self.evening.clock.advance(later)
        await self.evening.house.foyer.ticks.expire_orders()
        await self.evening.house.foyer.ticks.look_at_checkouts()
        await self.evening.house.settle()

    async def refunds(self) -> None:
        await self.evening.house.foyer.ticks.refund()
        await self.evening.house.settle()

    async def all(self) -> list[Checkout]:
        def look(tx: Tx) -> list[Checkout]:
            found = (tx.payments.checkout(id) for id in tx._connection.execute(ids).scalars())  # type: ignore[attr-defined]
            return [checkout for checkout in found if checkout is not None]

        ids = select(checkouts.c.id).order_by(checkouts.c.id)
        return await self.evening.house.foyer.uow.read(look)

    async def now(self, checkout: Checkout) -> Checkout:
        return next(one for one in await self.all() if one.id == checkout.id)

    async def ledger(self) -> list[tuple[Charge, Sequence[Refund]]]:
        def look(tx: Tx) -> list[tuple[Charge, Sequence[Refund]]]:
            found = []
            for id in tx._connection.execute(select(charges.c.id).order_by(charges.c.id)).scalars():  # type: ignore[attr-defined]
                charge = tx.payments.charge(id)
                assert charge is not None
                found.append((charge, tx.payments.refunds_of_charge(id)))
            return found

        return await self.evening.house.foyer.uow.read(look)

    async def tasks(self) -> list[str]:
        return [task.kind for task in await self.evening.house.foyer.uow.read(lambda tx: tx.records.open_tasks(99))]

    async def check(self) -> None:
        await check_invariants(self.evening.house.foyer.uow)


@asynccontextmanager
async def open_till(name: str, database_url: str, folder: Path, clock: FakeClock) -> AsyncIterator[Till]:
    fake = FAKES[name](clock)
    await fake.start()
    try:
        extra = {"public_url": PUBLIC, **fake.settings(folder / "keys")}
        async with (
            evening_at_the_theatre(database_url, folder, clock, extra) as evening,
            web_server(evening.house.foyer, 0, "127.0.0.1") as port,
        ):
            yield Till(evening, fake, f"http://127.0.0.1:{port}")
    finally:
        await fake.stop()
