"""``make run`` as somebody who tries Foyer out has it: a process of its own, a scripted person, a power cut."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from tests.faults.killing import Phone, offers, shows

ROOT = Path(__file__).resolve().parents[2]
ANNA = 1003  # lives in the demo, and has no ticket yet
STARTS_WITHIN = 120  # s, on a loaded machine: furnishing sells some thousand tickets


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def demo(folder: Path, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """``foyer run`` without a token; killed at the end, as by a power cut."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FOYER_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        cwd=ROOT,
        env={**environment, "FOYER_DATA_DIR": str(folder), "FOYER_PORT": str(port), "NO_COLOR": "1"},
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(STARTS_WITHIN):
            await _told(process, f"http://127.0.0.1:{port}")
            await _told(process, "house.open")
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        await process.communicate()


async def _told(process: asyncio.subprocess.Process, words: str) -> None:
    assert process.stderr is not None
    said = []
    while line := await process.stderr.readline():
        said.append(line.decode())
        if words in said[-1]:
            return
    raise AssertionError("".join(said))


async def test_a_scripted_person_buys_in_the_demo_and_a_power_cut_loses_nothing(tmp_path: Path) -> None:
    port = free_port()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
        anna = Phone(http, ANNA)
        async with demo(tmp_path, port), asyncio.timeout(60):
            async with http.get("/") as page:
                assert "Foyer" in await page.text()
            await anna.says("/start")
            await anna.sees(offers("English"))
            await anna.presses("English")
            await anna.sees(offers("What’s on"))
            await anna.presses("What’s on")
            await anna.sees(offers("Moonlight"))
            await anna.presses("Moonlight")
            await anna.sees(offers("tickets available"))
            await anna.presses("tickets available")
            await anna.sees(offers("Best 2"))
            await anna.presses("Best 2")
            await anna.sees(offers("Pay"))
        # The power is cut while two seats are held; the chat, the hold and the house are still there.
        async with demo(tmp_path, port), asyncio.timeout(60):
            await anna.sees(offers("Pay"))
            await anna.presses("Pay")
            await anna.sees(lambda seen: any("invoice" in message for message in seen))
            await anna.pays()
            await anna.sees(shows("Code to read out"))
            tickets = [m for m in anna.seen if "Code to read out" in str(m.get("caption"))]
            assert len(tickets) == 2
