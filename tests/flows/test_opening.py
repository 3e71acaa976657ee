"""Opening and closing the house: a fresh machine, wrong settings, a second process, the poller, the purge."""

from __future__ import annotations

import asyncio
import io
import logging
import secrets
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiogram.exceptions import ClientDecodeError
from rich.console import Console
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot import config, polling
from bot.commands.doctor import examine
from bot.commands.schema import migrate
from bot.config import SettingsFault
from bot.container import Foyer, build, open_storage, working
from bot.emulator import BotProfile, Emulator
from bot.polling import Poller
from storage.database import AlreadyRunning, open_database
from storage.migrate import current, downgrade, newest, upgrade
from tests.support.clock import FakeClock
from tests.support.running import KEYS, TOKEN, USERNAME, House, running_house
from tests.support.theatre import theatre

UNKNOWN_TOKEN = "7000000002:a-token-that-nobody-gave"


@pytest.fixture
async def messenger() -> AsyncIterator[str]:
    emulator = Emulator({TOKEN: BotProfile(username=USERNAME)})
    yield await emulator.start()
    await emulator.stop()


@pytest.fixture
async def house(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[House]:
    async def setup(foyer: Foyer) -> None:
        await foyer.uow.write(theatre)

    async with running_house(database_url, tmp_path, setup, clock=clock) as running:
        yield running


def settings(base: str, folder: Path, **given: Any) -> config.Settings:
    return config.load({}, **{"bot_token": TOKEN, "api_base": base, "data_dir": folder, "secret_keys": KEYS, **given})


async def test_a_fresh_machine_needs_no_folder(messenger: str, tmp_path: Path) -> None:
    async with build(settings(messenger, tmp_path / "not" / "there")) as foyer, working(foyer):
        assert foyer.me.username == USERNAME


async def test_a_wrong_token_and_a_dead_address_are_said_in_a_sentence(messenger: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsFault, match="FOYER_BOT_TOKEN: Telegram does not know this token"):
        async with build(settings(messenger, tmp_path, bot_token=UNKNOWN_TOKEN)):
            pass
    with pytest.raises(SettingsFault, match=r"FOYER_API_BASE: .*:9 does not answer"):
        async with build(settings("http://127.0.0.1:9", tmp_path)):
            pass


async def test_a_database_that_does_not_answer_is_said_in_a_sentence(messenger: str, tmp_path: Path) -> None:
    away = settings(messenger, tmp_path, database_url="postgresql://somebody:a-password@127.0.0.1:9/foyer")
    with pytest.raises(SettingsFault, match="FOYER_DATABASE_URL") as fault:
        async with build(away):
            pass
    assert "a-password" not in str(fault.value)


async def test_a_second_process_on_sqlite_is_refused_before_it_migrates(messenger: str, tmp_path: Path) -> None:
    first = settings(messenger, tmp_path)
    async with build(first):
        await downgrade(first.database, "base")  # as if the second one were of a newer version
        with pytest.raises(AlreadyRunning):
            async with open_storage(first, alone=True):
                pass
        tables = text("SELECT count(*) FROM sqlite_master WHERE name = 'person'")
        untouched = open_database(first.database)
        assert await untouched.read(lambda connection: connection.execute(tables).scalar_one()) == 0
        await untouched.dispose()


async def test_the_doctor_only_looks(messenger: str, tmp_path: Path) -> None:
    said = io.StringIO()
    empty = settings(messenger, tmp_path / "new")
    assert not await examine(empty, Console(file=said, width=200))
    assert "no tables yet" in said.getvalue()
    assert not (tmp_path / "new").exists()
    older = settings(messenger, tmp_path)
    await upgrade(older.database)
    await downgrade(older.database, "0001")
    assert not await examine(older, Console(file=said, width=200))
    assert f"has revision 0001, and {newest()} is needed" in said.getvalue()
    assert await current(older.database) == "0001"
    await upgrade(older.database)
    assert not await examine(older, Console(file=said, width=200))
    assert "no halls yet" in said.getvalue()


async def test_to_migrate_a_database_that_is_away_names_the_setting(messenger: str, tmp_path: Path) -> None:
    away = settings(messenger, tmp_path, database_url="postgresql://somebody:a-password@127.0.0.1:9/foyer")
    with pytest.raises(SettingsFault, match="FOYER_DATABASE_URL: the database does not answer") as fault:
        await migrate(away)
    assert "a-password" not in str(fault.value)
    said = io.StringIO()
    assert not await examine(away, Console(file=said, width=200))
    assert said.getvalue().count("FOYER_DATABASE_URL: the database does not answer") == 1


def test_processes_that_start_together_have_the_same_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them have seen that there is no file before the first one writes it."""
    path, together, made = tmp_path / "new" / "secret_keys", threading.Barrier(8), secrets.token_urlsafe

    def at_once(size: int) -> str:
        together.wait(10)
        return made(size)

    monkeypatch.setattr(config.secrets, "token_urlsafe", at_once)
    with ThreadPoolExecutor(8) as processes:
        kept = list(processes.map(config._kept_keys, [path] * 8))
    assert len(set(kept)) == 1
    assert [file.name for file in path.parent.iterdir()] == ["secret_keys"]
    assert path.stat().st_mode & 0o077 == 0


async def polled(house: House, poller: Poller, turns: int = 1) -> None:
    for _ in range(turns):
        await poller._turn()
        await house.foyer.inbox.idle()


async def test_updates_come_also_after_telegram_has_begun_its_numbers_anew(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "_TIMEOUT", 0)
    anna = await house.person(1001, "Anna")
    poller = Poller(house.foyer)
    await house.post("/client/send", {"user": 1001, "text": "/start"})
    await polled(house, poller, 2)  # taken, and confirmed
    before = len(await anna.received())
    await house.post("/client/faults", {"method": "getUpdates", "error": "restart_ids"})
    await house.post("/client/send", {"user": 1001, "text": "/help"})
    await polled(house, poller)
    assert len(await anna.received()) == before + 1


async def test_the_poller_outlives_a_database_that_fails_and_gives_its_lease_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = asyncio.Event()

    async def fails(_: Poller) -> None:
        if tries.is_set():
            await asyncio.Event().wait()
        tries.set()
        raise OperationalError("SELECT", None, Exception("gone"))

    await house.foyer.uow.write(Poller(house.foyer)._take_lease)
    monkeypatch.setattr(Poller, "_turn", fails)
    poller = asyncio.create_task(Poller(house.foyer).run())
    await tries.wait()
    await asyncio.wait([poller], timeout=0.1)
    assert not poller.done()
    poller.cancel()
    await asyncio.wait([poller])
    taken = await house.foyer.uow.write(
        lambda tx: tx.leases.acquire("poller", "another", tx.now + timedelta(minutes=1), tx.now)
    )
    assert taken is not None


async def test_one_long_poll_keeps_a_lease_that_is_shorter(
    house: House, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that another process polls soon after one was killed."""
    monkeypatch.setattr(polling, "_TIMEOUT", 1)
    monkeypatch.setattr(polling, "_LEASE", timedelta(seconds=0.3))
    polls = asyncio.create_task(Poller(house.foyer)._turn())
    for _ in range(6):
        await asyncio.wait([polls], timeout=0.12)
        clock.advance(timedelta(seconds=0.12))
        rival = await house.foyer.uow.write(
            lambda tx: tx.leases.acquire("poller", "rival", tx.now + timedelta(minutes=1), tx.now)
        )
        assert rival is None
    await polls


async def test_one_update_that_nobody_can_read_holds_up_no_other(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def setup(foyer: Foyer) -> None:
        foyer.inbox._retry_wait = 0.0
        await foyer.uow.write(theatre)

    monkeypatch.setattr(polling, "_TIMEOUT", 0)
    async with running_house(database_url, tmp_path, setup, check=False) as house:
        anna = await house.person(1001, "Anna")
        queue = house.emulator.world.bots[TOKEN].updates
        queue.push("message", {"message_id": 1, "chat": {"id": 1001, "type": "private"}, "text": []}, "a")
        queue.push("message", {"message_id": 2, "chat": {"id": "nobody"}}, "b")
        await house.post("/client/send", {"user": 1001, "text": "/start"})
        await polled(house, Poller(house.foyer), 2)
        assert len(await anna.received()) == 1
        assert len(queue) == 0
        states = text("SELECT state FROM inbox_update ORDER BY id")
        kept = await house.foyer.database.read(lambda connection: list(connection.execute(states).scalars()))
        assert kept == ["dead", "done"]  # of the second not even the chat is known: it is in the log


async def test_updates_that_aiogram_cannot_read_are_not_written_to_the_log(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = asyncio.Event()

    async def unreadable(_: Poller) -> None:
        if turns.is_set():
            await asyncio.Event().wait()
        turns.set()
        raise ClientDecodeError("Failed to decode object", ValueError("Anna Berger"), "Anna Berger")

    monkeypatch.setattr(Poller, "_turn", unreadable)
    written = io.StringIO()
    (handler,) = (found for found in logging.getLogger().handlers if type(found) is logging.StreamHandler)
    handler.setStream(written)
    poller = asyncio.create_task(Poller(house.foyer).run())
    await asyncio.wait([poller], timeout=0.1)
    assert not poller.done()
    poller.cancel()
    await asyncio.wait([poller])
    assert "ClientDecodeError" in written.getvalue()
    assert "Anna Berger" not in written.getvalue()


async def test_nothing_of_a_chat_stays_for_ever(house: House, clock: FakeClock) -> None:
    anna = await house.person(1001, "Anna")
    await anna.says("/start")
    await house.foyer.uow.write(lambda tx: tx.picture_files.put(1, "key", "file", tx.now))
    await house.foyer.uow.write(lambda tx: tx.inbox.add(1, [(5, 7, "{}")], tx.now)[0])
    await house.foyer.uow.write(lambda tx: tx.inbox.bury(tx.inbox.pending(7, 1)[0].inbox_id))

    async def left() -> dict[str, int]:
        counts = {
            "inbox_update": "SELECT count(*) FROM inbox_update",
            "chats": "SELECT count(*) FROM lease WHERE name LIKE 'chat:%'",
            "picture_file": "SELECT count(*) FROM picture_file",
        }
        return await house.foyer.database.read(
            lambda connection: {name: connection.execute(text(found)).scalar_one() for name, found in counts.items()}
        )

    assert await left() == {"inbox_update": 2, "chats": 1, "picture_file": 1}
    clock.advance(timedelta(days=4))
    await house.foyer.ticks.purge()
    assert await left() == {"inbox_update": 1, "chats": 0, "picture_file": 1}  # a dead letter is looked into first
    clock.advance(timedelta(days=30))
    await house.foyer.ticks.purge()
    assert await left() == {"inbox_update": 0, "chats": 0, "picture_file": 0}
