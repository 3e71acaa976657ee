"""What can be kept of a visit: its holder's tickets that are good, and where they may go by mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.errors import NotFound
from domain.ports import Tx
from domain.ticketing.mail import MailAddress
from handlers.ticketing.paper import PrintFacts, print_facts
from handlers.ticketing.queries import Showing


@dataclass(frozen=True)
class KeepFacts:
    """``address``: the person's own, proved or not yet."""

    holder_id: int
    showing: Showing
    prints: PrintFacts
    address: MailAddress | None
    now: datetime

    @property
    def count(self) -> int:
        return len(self.prints.tickets)


@dataclass(frozen=True, slots=True)
class FindKeep:
    """Raises NotFound where the person holds no good ticket for the performance."""

    holder_id: int
    performance_id: int

    def __call__(self, tx: Tx) -> KeepFacts:
        facts = keep_facts(tx, self.holder_id, self.performance_id)
        if facts is None:
            raise NotFound
        return facts


@dataclass(frozen=True, slots=True)
class FindAddress:
    person_id: int

    def __call__(self, tx: Tx) -> MailAddress | None:
        return tx.mail.address(self.person_id)


def keep_facts(tx: Tx, holder_id: int, performance_id: int) -> KeepFacts | None:
    mine = [ticket for ticket in tx.ticketing.tickets_of_holder(holder_id) if ticket.performance_id == performance_id]
    found = print_facts(tx, mine)
    good = tuple(facts for facts in found.tickets if facts.is_good)
    if not good:
        return None
    return KeepFacts(holder_id, good[0].showing, PrintFacts(good, found.receipts), tx.mail.address(holder_id), tx.now)
