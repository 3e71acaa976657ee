"""Tables filled in bulk, past the rules: people, sold tickets with what a sale leaves behind, handled updates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Table, insert

from domain.codes import CodeKind
from domain.ticketing.issuing import new_short_code
from storage.tables.messaging import conversation, effect, inbox_update
from storage.tables.people import account, person
from storage.tables.ticketing import claim, order_line, ticket, ticket_credential, ticket_order
from storage.transaction import StorageTx
from storage.unit_of_work import UnitOfWork
from tests.benchmarks.house import CURRENCY, FULL_PRICE, SEATS, BenchHouse, add_performance

_AT_ONCE = 5_000  # rows in one transaction


async def add_people(uow: UnitOfWork, first: int, many: int) -> list[int]:
    """Persons with a Telegram account each, whose numbers begin at ``first``; gives the persons' ids."""
    people: list[int] = []
    for start in range(first, first + many, _AT_ONCE):
        numbers = range(start, min(start + _AT_ONCE, first + many))
        people += await uow.write(lambda tx, numbers=numbers: _add_people(tx, numbers))  # type: ignore[misc]
    return people


async def sell(uow: UnitOfWork, performance_id: int, concession_id: int, buyers: Sequence[int]) -> list[int]:
    """One ticket each, from place 1 on; gives the credentials' ids."""
    credentials: list[int] = []
    for start in range(0, len(buyers), _AT_ONCE):
        some = buyers[start : start + _AT_ONCE]
        credentials += await uow.write(
            lambda tx, some=some, start=start: _sell(tx, performance_id, concession_id, some, start + 1)  # type: ignore[misc]
        )
    return credentials


async def fill(uow: UnitOfWork, house: BenchHouse, rows: int) -> None:
    """So many persons, their tickets for performances of the past year, and updates of theirs that were handled."""
    people = await add_people(uow, 10_000_000, rows)
    for number, first in enumerate(range(0, rows, SEATS)):
        past = timedelta(days=7 * number + 1)
        performance_id = await uow.write(
            lambda tx, past=past, number=number: add_performance(tx, house, 1_000 + number, ago=past)  # type: ignore[misc]
        )
        await sell(uow, performance_id, house.concessions[0], people[first : first + SEATS])
    for first in range(0, rows, _AT_ONCE):
        numbers = range(first, min(first + _AT_ONCE, rows))
        await uow.write(lambda tx, numbers=numbers: _add_updates(tx, numbers))  # type: ignore[misc]


def _add_people(tx: StorageTx, numbers: range) -> list[int]:
    connection = _connection(tx)
    people = _add(connection, person, [{"display_name": f"P{n}", "created_at": tx.now} for n in numbers])
    rows = [
        {"person_id": id, "channel": "telegram", "external_id": str(n), "language_code": "en", "created_at": tx.now}
        for n, id in zip(numbers, people, strict=True)
    ]
    connection.execute(insert(account), rows)
    return people


def _sell(tx: StorageTx, performance_id: int, concession_id: int, buyers: Sequence[int], first_place: int) -> list[int]:
    connection, now = _connection(tx), tx.now
    sold = {"performance_id": performance_id}
    paid = {**sold, "channel": "telegram", "state": "paid", "currency": CURRENCY, "total_minor": FULL_PRICE}
    price = {"price_minor": FULL_PRICE, "currency": CURRENCY, "tax_rate_bp": 700, "policy": {}}
    orders = _add(
        connection,
        ticket_order,
        [{**paid, "buyer_id": buyer, "created_at": now - timedelta(days=1), "paid_at": now} for buyer in buyers],
    )
    places = range(first_place, first_place + len(buyers))
    lines = _add(
        connection,
        order_line,
        [
            {**price, "order_id": order, "place": place, "zone": "Hall", "concession_id": concession_id}
            for order, place in zip(orders, places, strict=True)
        ],
    )
    claims = [{**sold, "place": p, "kind": "sale", "order_id": o} for p, o in zip(places, orders, strict=True)]
    connection.execute(insert(claim), claims)
    tickets = _add(
        connection,
        ticket,
        [
            {
                **sold,
                "order_line_id": line,
                "order_id": order,
                "place": place,
                "holder_id": buyer,
                "state": "valid",
                "short_code": new_short_code(),
                "issued_at": now,
            }
            for line, order, place, buyer in zip(lines, orders, places, buyers, strict=True)
        ],
    )
    sealed = {"kind": CodeKind.TICKET.value, "key_id": tx.keyring.current, "created_at": now}
    return _add(connection, ticket_credential, [{**sealed, "ticket_id": id} for id in tickets])


def _add_updates(tx: StorageTx, numbers: range) -> None:
    connection, now = _connection(tx), tx.now
    update = {"bot_id": 1, "received_at": now, "state": "done"}
    updates = [{**update, "update_id": number, "chat_id": 10_000_000 + number} for number in numbers]
    ids = _add(connection, inbox_update, updates)
    connection.execute(
        insert(effect), [{"inbox_id": id, "step": 0, "outcome": {"order_id": id}, "at": now} for id in ids]
    )
    said = {"data": {}, "here": "home", "screen_has_picture": False, "screen_at": now}
    chats = [{**said, "chat_id": 10_000_000 + n, "screen_message_id": n, "latest_message_id": n} for n in numbers]
    connection.execute(insert(conversation), chats)


def _add(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> list[int]:
    """Ids in the order of the rows."""
    adding = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(connection.execute(adding, rows).scalars())


def _connection(tx: StorageTx) -> Connection:
    return tx._connection
