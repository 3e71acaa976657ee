"""One's data as a file, erasure, and the tasks of managers, in the running house."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.container import Foyer
from domain.money import Money
from domain.payments.paying import BeginPayment
from domain.ports import Tx
from domain.records.tasks import ask_for_a_hand
from storage.tables.messaging import inbox_update
from tests.support.clock import FakeClock
from tests.support.house import SmallHouse, small_house
from tests.support.running import House, Person, running_house
from tests.support.selling import PRICE, buy, captured, hold

OWNER = 900


@pytest.fixture
async def houses() -> list[SmallHouse]:
    return []


@pytest.fixture
async def house(database_url: str, tmp_path: Path, clock: FakeClock, houses: list[SmallHouse]) -> AsyncIterator[House]:
    async def setup(foyer: Foyer) -> None:
        houses.append(await foyer.uow.write(small_house))

    async with running_house(database_url, tmp_path, setup, clock=clock, owner_ids=frozenset({OWNER})) as running:
        yield running


async def known(house: House, id: int, name: str) -> Person:
    person = await house.person(id, name)
    await person.says("/start")
    await person.presses("English")
    return person


async def id_of(house: House, person: Person) -> int:
    found = await house.foyer.uow.read(lambda tx: tx.people.actor_by_account("telegram", str(person.id)))
    assert found is not None
    return found[0].person_id


async def data_sent_to(person: Person) -> Any:
    document = next(message["document"] for message in reversed(await person.received()) if "document" in message)
    assert document["file_name"].endswith(".json")
    return json.loads(await person.file(document["file_id"]))


async def test_one_s_data_come_as_a_file(house: House, houses: list[SmallHouse]) -> None:
    anna = await known(house, 1001, "Anna 安娜")
    await buy(house.foyer.uow, houses[0], await id_of(house, anna), 1, 2)
    await house.settle()
    await anna.says("/mydata")
    data = await data_sent_to(anna)
    assert data["person"][0]["display_name"] == "Anna 安娜"
    assert len(data["ticket"]) == 2
    assert "all that is stored about you" in await anna.sees()
    ben = await known(house, 1002, "Ben")
    await ben.says("/help")
    await ben.presses("My data")
    await ben.presses("Send me the file")
    assert "Anna" not in json.dumps(await data_sent_to(ben), ensure_ascii=False)


async def test_erasure_leaves_a_ledger_without_a_name(house: House, houses: list[SmallHouse]) -> None:
    uow = house.foyer.uow
    anna = await known(house, 1001, "Anna")
    before = await id_of(house, anna)
    await buy(uow, houses[0], before, 1)
    await uow.write(hold(houses[0], before, 5))
    await house.settle()
    await anna.says("/forget")
    shown = await anna.sees()
    assert "You have 1 ticket to come" in shown
    assert "given back" in shown
    await anna.presses("Back")
    await anna.presses("Erase my data")
    await anna.presses("Yes, erase my data")
    assert "Done. Your data are erased." in await anna.sees()
    assert await uow.read(lambda tx: tx.people.actor(before)) is None
    assert await uow.read(lambda tx: tx.people.external_id(before, "telegram")) is None
    chats = select(inbox_update.c.chat_id).distinct()
    assert await house.foyer.database.read(lambda connection: list(connection.execute(chats).scalars())) == [0]
    assert await uow.read(lambda tx: tx.ticketing.taken(houses[0].performance_id, tx.now)) == {1}
    kept = json.dumps(await uow.read(lambda tx: tx.records.export_person(before)), ensure_ascii=False, default=str)
    assert "Anna" not in kept
    assert "1001" not in kept
    journal = await uow.read(lambda tx: tx.payments.journal(order_id=paid_order(tx, before)))
    assert sum(entry.amount.minor for entry in journal) == PRICE.minor
    # A fresh start is somebody new.
    await anna.says("/start")
    await anna.presses("English")
    assert "Good to see you" in await anna.sees()
    assert await id_of(house, anna) != before


def paid_order(tx: Tx, buyer_id: int) -> int:
    return tx.ticketing.tickets_of_holder(buyer_id)[0].order_id


async def test_two_presses_erase_once(house: House) -> None:
    anna = await known(house, 1001, "Anna")
    before = await id_of(house, anna)
    await anna.says("/forget")
    message_id = (await anna.received())[-1]["message_id"]
    press = {"user": anna.id, "message_id": message_id, "data": f"fgy:{before}"}
    await house.post("/client/press", press)
    await house.post("/client/press", press)
    await house.settle()
    assert "Done. Your data are erased." in await anna.sees()
    assert await id_of(house, anna) != before  # whom the second press brought about is left alone


async def test_nobody_is_erased_in_the_middle_of_paying(house: House, houses: list[SmallHouse]) -> None:
    uow = house.foyer.uow
    anna = await known(house, 1001, "Anna")
    buyer_id = await id_of(house, anna)
    order_id = await uow.write(hold(houses[0], buyer_id, 1))
    await uow.write(BeginPayment(buyer_id, order_id, Money(PRICE.minor, "EUR")))
    await anna.says("/forget")
    assert "A payment for these seats is under way" in await anna.presses("Yes, erase my data")
    assert await uow.read(lambda tx: tx.people.actor(buyer_id)) is not None
    assert "Erase what is stored about you?" in await anna.sees()


async def test_managers_are_told_of_a_task_and_settle_it(house: House, houses: list[SmallHouse]) -> None:
    uow = house.foyer.uow
    owner, anna = await known(house, OWNER, "Olga"), await known(house, 1001, "Anna")
    buyer_id = await id_of(house, anna)
    order_id = await uow.write(hold(houses[0], buyer_id, 1))
    payment = captured(order_id, buyer_id, PRICE.minor)
    charge_id = (await uow.write(payment))["charge_id"]
    await uow.write(replace(payment, captured=replace(payment.captured, provider_charge_id="again")))
    await uow.write(lambda tx: ask_for_a_hand(tx, "charge_differs", "charge", charge_id))
    await house.settle()
    assert "Something needs a hand" in await owner.sees()
    assert "An amount differs" in await owner.sees()
    await anna.says("/tasks")
    assert "another role" in await anna.sees()
    await owner.says("/start")
    await owner.presses("Team (1)")
    await owner.presses("Tasks (1)")
    await owner.presses("An amount differs")
    assert "Compare its statement with ours" in await owner.sees()
    assert await owner.presses("Done") == "Done. Thank you!"
    assert "Nothing is waiting" in await owner.sees()
    assert not await uow.read(lambda tx: tx.records.open_tasks(9))
