"""Mails under kills, broken connections, takeovers and erasures: each tickets' mail goes out at least once or its
person is told, every second copy is counted, and nothing goes to who has taken their address away.

Two mailers share the rows; a seeded sequence of accidents befalls them. Each defence has its negative control.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import bindparam, false, select, update

from bot import mailer as mailer_module
from bot.adapters.files import Files
from bot.adapters.mail import Fate, Told
from bot.mailer import LEASE, Mailer
from domain.ports import Tx
from domain.ticketing.mail import GiveAddress, MailKind, NewMail, forget_address
from handlers.ui.mail import Mail
from storage.stores import mail as mail_store
from storage.tables.mail import mail
from storage.unit_of_work import UnitOfWork
from tests.support.clock import FakeClock
from tests.support.invariants import check_invariants
from tests.support.selling import people

SEEDS = range(6)
ACCIDENTS = (
    "sent",
    "sent",
    "later",
    "refused",
    "unknown",
    "lost",
    "killed before",
    "killed after",
    "stalled",
    "erased meanwhile",
)


class Killed(BaseException):
    """The process is no more."""


class World:
    """The rows, two mailers, and a server to which anything may happen."""

    def __init__(self, uow: UnitOfWork, clock: FakeClock, seed: int, persons: list[int]) -> None:
        self.uow = uow
        self.clock = clock
        self.chance = random.Random(seed)
        self.persons = persons
        self.of: dict[int, int] = {}  # mail → person
        self.delivered: Counter[int] = Counter()
        self.void: set[int] = set()
        self.calm = False
        self.holders = 0
        self.mailers = [self.started(), self.started()]
        self._stalling = False

    def started(self) -> Mailer:
        self.holders += 1
        server: Any = self
        return Mailer(self.uow, server, "t@house.example", Files(), None, self.clock, f"mailer-{self.holders}")  # type: ignore[arg-type]

    # What the mailer sees as its server.

    def session(self, sender: str) -> World:
        return self

    async def __aenter__(self) -> World:
        return self

    async def __aexit__(self, *error: object) -> None:
        return

    async def send(self, message: EmailMessage, to: str) -> Told:
        mail_id = int(str(message["Message-ID"]).partition("@")[0].removeprefix("<foyer-"))
        assert mail_id not in self.void, "sent to somebody who has taken their address away"
        accident = "sent" if self.calm else self.chance.choice(ACCIDENTS)
        if accident == "stalled" and not self._stalling:
            await self._stall()
        if accident == "erased meanwhile":
            await self.erase()  # it may be this very mail, which is under way; the next ones are not
        if accident == "killed before":
            raise Killed
        if accident in ("later", "refused", "lost"):
            return Told({"later": Fate.LATER, "refused": Fate.REFUSED, "lost": Fate.UNKNOWN}[accident], accident)
        self.delivered[mail_id] += 1
        if accident == "killed after":
            raise Killed
        return Told(Fate.UNKNOWN, accident) if accident == "unknown" else Told(Fate.SENT)

    async def _stall(self) -> None:
        """For longer than the lease: others take over, and people change their minds meanwhile."""
        self._stalling = True
        self.clock.advance(LEASE + timedelta(seconds=1))
        await self.erase()
        await self.round()
        self._stalling = False

    # What happens.

    async def ask(self) -> None:
        """Several at once, so that a batch has more than one."""

        def work(tx: Tx) -> list[tuple[int, int]]:
            asked = []
            for person_id in self.chance.choices(self.persons, k=4):
                mail_id = tx.mail.add(NewMail(person_id, MailKind.TICKETS, {"performance_id": None}), tx.now)
                tx.audit(person_id, "mail.asked", "mail", mail_id)
                asked.append((mail_id, person_id))
            return asked

        self.of |= dict(await self.uow.write(work))

    async def erase(self) -> None:
        person_id = self.chance.choice(self.persons)
        await self.uow.write(lambda tx: forget_address(tx, person_id))
        states = await self.states()
        self.void |= {mail_id for mail_id, (state, _) in states.items() if state == "void"}

    async def round(self) -> None:
        number = self.chance.randrange(2)
        try:
            await self.mailers[number].work_off()
        except Killed:
            self.mailers[number] = self.started()

    async def wait(self) -> None:
        self.clock.advance(timedelta(seconds=self.chance.choice((10, 60, 200))))

    async def states(self) -> dict[int, tuple[str, int]]:
        """mail → (state, how often its fate was unknown)"""
        rows = await self.uow.read(lambda tx: tx._connection.execute(select(mail.c.id, mail.c.state, mail.c.unknown)))
        return {mail_id: (state, unknown) for mail_id, state, unknown in rows.all() if mail_id in self.of}


async def run(uow: UnitOfWork, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, seed: int, steps: int = 20) -> World:
    """Accidents, then peace for as long as a mail is tried; then what must hold is looked at."""
    monkeypatch.setattr(mailer_module, "render_mail", lambda *args: Mail("anna@example.org", "x", "x", "x", "en"))
    world = World(uow, clock, seed, await people(uow, 3))
    acts: list[Callable[[], Awaitable[None]]] = [
        world.ask,
        world.ask,
        world.round,
        world.round,
        world.wait,
        world.erase,
    ]
    for _ in range(steps):
        await world.chance.choice(acts)()
    world.calm = True
    for _ in range(6):
        for mailer in world.mailers:
            await mailer.work_off()
        clock.advance(timedelta(minutes=31))
    await look(world)
    return world


async def look(world: World) -> None:
    states = await world.states()
    for mail_id, (state, unknown) in states.items():
        times = world.delivered[mail_id]
        assert state in ("sent", "dead", "void"), f"mail {mail_id} is {state}: it waits for ever"
        assert state != "sent" or times >= 1, f"mail {mail_id} is said to be sent and is not"
        assert times <= 1 + unknown, f"mail {mail_id} went out {times} times, {unknown} unknown"
    await check_invariants(world.uow)  # the person of a dead one is told


async def test_each_mail_goes_out_or_its_person_is_told(
    uow: UnitOfWork, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    states, most, holders = set(), 0, 0
    for seed in SEEDS:
        world = await run(uow, clock, monkeypatch, seed)
        states |= {state for state, _ in (await world.states()).values()}
        most, holders = max(most, *world.delivered.values()), max(holders, world.holders)
    # Or all this would show nothing:
    assert states == {"sent", "dead", "void"}
    assert most > 1, "some went out twice"
    assert holders > 2, "some mailers were killed"


async def breaks(uow: UnitOfWork, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, how: str) -> bool:
    """Whether it goes wrong in this way without a defence."""
    for seed in range(12):
        try:
            await run(uow, clock, monkeypatch, seed)
        except AssertionError as error:
            if how in str(error):
                return True
    return False


async def test_without_taking_up_what_a_kill_left_a_mail_waits_for_ever(
    uow: UnitOfWork, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        mail_store,
        "_COUNT_UNKNOWN",
        update(mail).where(false(), mail.c.lease_until <= bindparam("now")).values(unknown=0),
    )
    assert await breaks(uow, clock, monkeypatch, "waits for ever")


async def test_without_looking_again_before_sending_erased_people_get_mail(
    uow: UnitOfWork, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_store.MailStore, "prolong", lambda *args: True)
    assert await breaks(uow, clock, monkeypatch, "taken their address away")


async def settled_late(uow: UnitOfWork, clock: FakeClock) -> bool:
    """A mailer stalls, another takes over, and the first one says what it believes. Gives whether it was heard."""
    await uow.write(lambda tx: tx.leases.clear())
    (person_id,) = await people(uow, 1)
    mail_id = await uow.write(lambda tx: tx.mail.add(NewMail(person_id, MailKind.TICKETS), tx.now))
    epochs = []
    for holder in ("late", "new"):
        epoch = await uow.write(lambda tx, holder=holder: tx.leases.acquire("mailer", holder, tx.now + LEASE, tx.now))
        assert epoch is not None
        epochs.append(epoch)
        rows = await uow.write(lambda tx, epoch=epoch: tx.mails.lease_due(tx.now, tx.now + LEASE, epoch, 5))
        assert mail_id in [row.id for row in rows]
        clock.advance(LEASE)
    return await uow.write(lambda tx: tx.mails.settle(mail_id, epochs[0], mail_store.MailState.DEAD, tx.now))


async def test_a_mailer_that_was_replaced_is_not_heard(
    uow: UnitOfWork, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not await settled_late(uow, clock)
    any_epoch = update(mail).where(mail.c.id == bindparam("of_mail"), mail.c.epoch >= 0 * bindparam("of_epoch"))
    monkeypatch.setattr(mail_store, "_LEASED", any_epoch)
    assert await settled_late(uow, clock), "the negative control: without the epoch it would be"


async def test_address_that_is_changed_takes_what_waits_with_it(uow: UnitOfWork, clock: FakeClock) -> None:
    (person_id,) = await people(uow, 1)
    first = await uow.write(GiveAddress(person_id, "anna@example.org"))
    clock.advance(timedelta(seconds=1))
    second = await uow.write(GiveAddress(person_id, "anna@example.com"))
    rows = await uow.write(lambda tx: tx.mails.lease_due(tx.now, tx.now + LEASE, 1, 5))
    assert [row.id for row in rows] == [second]
    assert first != second
