"""What is asked often is found by an index, so that no step gets slower as the years pile up.

SQLite tells its plan without needing rows or statistics; PostgreSQL has the same indexes.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sqlalchemy import event

from domain.codes import Keyring
from domain.people.model import Role
from domain.ticketing.model import ClaimKind, Ticket, TicketState
from storage.database import SqliteDatabase, open_database
from storage.transaction import StorageTx
from storage.unit_of_work import UnitOfWork
from tests.support.clock import FakeClock
from tests.support.databases import SqliteTemplate
from tests.support.house import small_house

#: Whole tables may be read only where they are small for ever.
SMALL = {"role_grant", "sales_watch"}


def ask_everything(tx: StorageTx, performance_id: int) -> None:
    now, sales, money = tx.now, tx.ticketing, tx.payments
    sales.taken(1, now)
    sales.taken(1, now, but_order=1)
    sales.count_taken([1, 2], now)
    sales.claim(performance_id, [1, 2], ClaimKind.HOLD, until=None, now=now)
    sales.keep_places(1, ClaimKind.HOLD, now)
    sales.release_claims(1)
    sales.unpaid_order(1, 1)
    sales.unpaid_orders(1)
    sales.buying(1, 1, now)
    sales.order_to_settle(1)
    sales.due_orders(now, 9)
    sales.lines(1)
    sales.tickets_of_order(1)
    sales.tickets_of_holder(1, now)
    sales.count_tickets(1)
    sales.ticket_by_short_code(1, "x")
    sales.standing_credentials([1, 2])
    sales.party_credential(1)
    sales.revoke_credentials(now, "x", ticket_id=1, order_id=1)
    sales.open_hand_on(1)
    sales.watchers_due(now, 9)
    (ticket,) = sales.lock_tickets([1]) or [Ticket(1, 1, 1, 1, 1, 1, TicketState.VALID, "x", 1)]
    sales.end_tickets([1], TicketState.REFUNDED)
    sales.revoke_ticket_codes([1], "x", now)
    sales.revoke_empty_parties([1], "x", now)
    sales.release_places([ticket])
    sales.open_hand_ons([1])
    sales.ever_admitted([1])
    sales.last_taken(1)
    sales.tickets_bought(1, 1)
    sales.offered_tickets(1, [1, 2])
    sales.waiting_listings(now, 9)
    sales.changed_by(1)
    sales.claimant(1, 1)
    money.ticket_payments([1])
    money.refund_lines(1)
    tx.records.finish_cause("refund_by_hand", "refund", 1, 1, now)
    money.charge_by_provider("a", "b")
    money.charges_of_order(1)
    money.refunds_of_charge(1)
    money.due_refunds(now, 9)
    money.journal(order_id=1)
    money.receipt_number(1)
    tx.admission.standing([1, 2])
    tx.admission.count_inside(1)
    tx.people.actor_by_account("telegram", "1")
    tx.people.actor(1)
    tx.people.holders_of([Role.MANAGER])
    tx.people.set_reachable(1, True)
    tx.records.open_tasks(9)
    tx.inbox.pending(1, 9)
    tx.leases.leave_chat(1, "a", 1, now)
    tx.inbox.chats_pending(9)
    tx.inbox.purge(now)
    tx.notices.lease_due(now, now, 1, 9)
    tx.cards.lease_behind(now, now, 1, 9)


async def test_no_frequent_statement_reads_a_whole_table(
    sqlite_template: SqliteTemplate, tmp_path: Path, clock: FakeClock, keyring: Keyring
) -> None:
    database = open_database(sqlite_template.fresh(tmp_path))
    assert isinstance(database, SqliteDatabase)
    uow = UnitOfWork(database, clock, keyring)
    house = await uow.write(small_house)
    plans: dict[str, list[str]] = {}

    @event.listens_for(database._writer._engine, "before_cursor_execute")
    def explain(_c: object, cursor: Any, statement: str, values: object, _context: object, many: bool) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE", "INSERT")) and not many:
            rows = cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
            plans[statement] = [detail for _, _, _, detail in rows]

    await uow.write(lambda tx: ask_everything(tx, house.performance_id))
    await database.dispose()
    assert len(plans) > 35
    whole_tables = {
        statement: step
        for statement, steps in plans.items()
        for step in steps
        if (scan := re.fullmatch(r"SCAN (\w+)", step)) and scan[1] not in SMALL
    }
    assert whole_tables == {}
