"""The one sender of mails: rows, worked off one after another under the lease ``mailer``.

A send has no idempotency key here either: what a kill or a broken connection leaves open is counted and sent again,
under the same Message-ID. Tickets twice are better than none; the codes in both are the same.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot import log
from bot.adapters.files import Files
from bot.adapters.mail import Fate, MailServer, Session, Told, make_message
from domain.notices import Notice, NoticeKind
from domain.ports import Clock
from domain.ticketing.mail import CODE_LASTS, MailKind
from handlers.ticketing.sending_mail import render_mail
from handlers.ui.mail import Mail
from handlers.ui.ports import Links
from storage.stores.mail import MailRow, MailState
from storage.transaction import StorageTx
from storage.unit_of_work import UnitOfWork

_log = log.get("foyer.mailer")

LEASE = timedelta(seconds=120)  # longer than the longest send
TICKETS_TRIED_FOR = timedelta(hours=24)
_BATCH = 5
_LONGEST_SLEEP = 15.0  # s, between two looks where nothing woke us
_FIRST_BACK_OFF, _LONGEST_BACK_OFF = 15.0, 1800.0  # s


class Mailer:
    def __init__(
        self, uow: UnitOfWork, server: MailServer, sender: str, files: Files, links: Links, clock: Clock, holder: str
    ) -> None:
        self._uow = uow
        self._server = server
        self._sender = sender
        self._files = files
        self._links = links
        self._clock = clock
        self._holder = holder
        self._wake = asyncio.Event()
        self._stopping = False

    def woken(self, touched: frozenset[str]) -> None:
        """Something was committed; ``uow.on_commit`` calls this."""
        if "mails" in touched:
            self._wake.set()

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Until stopped; the mail that is being sent is settled before it returns."""
        while not self._stopping:
            self._wake.clear()
            try:
                sent = await self.work_off()
            except Exception:  # the database did not answer; what is due stays due
                _log.exception("mailer.interrupted")
                sent = 0
            if not sent and not self._stopping:
                await self._sleep()
        await self._uow.write(self._give_up_lease)

    async def work_off(self) -> int:
        """One batch; gives how many rows it took up. 0 as well where another process is the mailer."""
        leased = await self._uow.write(self._lease)
        if leased is None:
            return 0
        epoch, rows = leased
        async with self._server.session(self._sender) as session:
            for row in rows:
                await (self._give_back(row, epoch) if self._stopping else self._deliver(session, row, epoch))
        return len(rows)

    async def _deliver(self, session: Session, row: MailRow, epoch: int) -> None:
        try:
            mail = await self._uow.write(lambda tx: self._claim(tx, row, epoch))
            if mail is None:
                return
            message = await asyncio.to_thread(
                make_message, mail, self._sender, f"foyer-{row.id}", self._clock.now(), self._files
            )
        except Exception as error:  # a fault of ours in one mail must not stop the others
            _log.exception("mail.failed", mail=row.id, kind=row.kind)
            await self._again_or_dead(row, epoch, Told(Fate.LATER, type(error).__name__))
            return
        told = await session.send(message, mail.to)
        if told.fate is Fate.SENT:
            await self._uow.write(lambda tx: tx.mails.settle(row.id, epoch, MailState.SENT, tx.now))
        elif told.fate is Fate.REFUSED:
            await self._uow.write(lambda tx: _bury(tx, row, epoch, told.why))
        else:
            await self._again_or_dead(row, epoch, told)

    async def _give_back(self, row: MailRow, epoch: int) -> None:
        await self._uow.write(lambda tx: tx.mails.postpone(row.id, epoch, tx.now, "stopped"))

    def _claim(self, tx: StorageTx, row: MailRow, epoch: int) -> Mail | None:
        """What there is to say now; None where nothing is, or the mail is not ours any more."""
        ours = tx.leases.renew("mailer", self._holder, epoch, tx.now + LEASE)
        if not ours or not tx.mails.prolong(row.id, epoch, tx.now + LEASE):
            return None
        mail = render_mail(tx, MailKind(row.kind), row.person_id, row.params, self._links)
        if mail is None:
            tx.mails.settle(row.id, epoch, MailState.VOID, tx.now)
        return mail

    async def _again_or_dead(self, row: MailRow, epoch: int, told: Told) -> None:
        later = self._clock.now() + timedelta(seconds=_back_off(row.attempts))
        _log.warning("mail.postponed", mail=row.id, kind=row.kind, fate=told.fate.value, why=told.why)
        patience = CODE_LASTS if row.kind == MailKind.CODE else TICKETS_TRIED_FOR
        if later >= row.asked_at + patience:
            await self._uow.write(lambda tx: _bury(tx, row, epoch, told.why))
        else:
            unknown = told.fate is Fate.UNKNOWN
            await self._uow.write(lambda tx: tx.mails.postpone(row.id, epoch, later, told.why, unknown=unknown))

    def _lease(self, tx: StorageTx) -> tuple[int, list[MailRow]] | None:
        epoch = tx.leases.acquire("mailer", self._holder, tx.now + LEASE, tx.now)
        if epoch is None:
            return None
        return epoch, tx.mails.lease_due(tx.now, tx.now + LEASE, epoch, _BATCH)

    def _give_up_lease(self, tx: StorageTx) -> None:
        epoch = tx.leases.held_epoch("mailer", self._holder, tx.now)
        if epoch is not None:
            tx.leases.release("mailer", self._holder, epoch)

    async def _sleep(self) -> None:
        try:
            async with asyncio.timeout(_LONGEST_SLEEP):
                await self._wake.wait()
        except TimeoutError:
            return


def _bury(tx: StorageTx, row: MailRow, epoch: int, why: str) -> None:
    """It will not be sent: the person hears of it in the chat."""
    if not tx.mails.settle(row.id, epoch, MailState.DEAD, tx.now, why):
        return
    _log.error("mail.dead", mail=row.id, kind=row.kind, why=why)
    tx.audit(None, "mail.dead", "mail", row.id)
    tx.notify(
        Notice(
            row.person_id,
            NoticeKind.MAIL_FAILED,
            dedupe_key=f"mail_failed:{row.id}",
            params={"kind": row.kind, "performance_id": row.params.get("performance_id")},
        )
    )


def _back_off(attempts: int) -> float:
    return min(_FIRST_BACK_OFF * 2.0 ** min(attempts - 1, 10), _LONGEST_BACK_OFF)
