"""The local messenger and bots, each in a process of its own, as they run in a house."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import aiohttp
import psutil  # type: ignore[import-untyped]

from bot.emulator import TEST_PROVIDER_TOKEN

SECRET = "secret-of-the-benchmarks"
_PATIENCE = 180.0  # seconds, until a process answers; on a busy machine a start takes that long
_LOOK_EVERY = 0.02


@dataclass(frozen=True, slots=True)
class Running:
    base: str
    process: psutil.Process

    def cpu(self) -> float:
        """Seconds of processor time used so far, the kernel's included."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def memory(self) -> float:
        """Resident megabytes."""
        return float(self.process.memory_info().rss) / 1e6


@asynccontextmanager
async def messenger(tokens: list[str], *, strict_rates: bool = False) -> AsyncIterator[Running]:
    """``strict_rates``: with Telegram's limits for sending."""
    port = free_port()
    given = [argument for token in tokens for argument in ("--token", token)]
    limits = ["--strict-rates"] if strict_rates else []
    async with _process("bot.emulator", *given, *limits, "--port", str(port)) as process:
        base = f"http://127.0.0.1:{port}"
        await answers(f"{base}/client/bot", process)
        yield Running(base, process)


@asynccontextmanager
async def foyer(token: str, api: str, database_url: str, folder: Path, *, draws: bool = True) -> AsyncIterator[Running]:
    """``foyer run`` behind its webhook; ``draws`` False: with ready pictures."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    environment = {
        **foyer_environment(token, api, database_url, folder, port),
        "FOYER_WEBHOOK_URL": base,
        "FOYER_WEBHOOK_SECRET": SECRET,
    }
    command = ("bot", "run") if draws else ("tests.benchmarks.ready_pictures",)
    async with _process(*command, environment=environment) as process:
        await answers(f"{base}/healthz", process)
        yield Running(base, process)


@asynccontextmanager
async def bare_bot(token: str, api: str) -> AsyncIterator[Running]:
    port = free_port()
    async with _process("tests.benchmarks.bare_bot", token, api, str(port)) as process:
        base = f"http://127.0.0.1:{port}"
        await answers(f"{base}/healthz", process)
        yield Running(base, process)


def foyer_environment(token: str, api: str, database_url: str, folder: Path, port: int) -> dict[str, str]:
    return {
        "FOYER_BOT_TOKEN": token,
        "FOYER_API_BASE": api,
        "FOYER_DATABASE_URL": database_url,
        "FOYER_DATA_DIR": str(folder),
        "FOYER_SECRET_KEYS": "k:a-secret-of-the-benchmarks-alone",
        "FOYER_PAYMENT_TOKEN": TEST_PROVIDER_TOKEN,
        "FOYER_PORT": str(port),
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def answers(url: str, process: psutil.Process) -> None:
    """Returns once the address answers with 200. Raises RuntimeError where the process ends before, or is mute."""
    give_up = monotonic() + _PATIENCE
    async with aiohttp.ClientSession() as http:
        while monotonic() < give_up and process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            try:
                async with http.get(url) as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(_LOOK_EVERY)
    raise RuntimeError(f"what should answer at {url} does not")


@asynccontextmanager
async def _process(
    module: str, *arguments: str, environment: Mapping[str, str] | None = None
) -> AsyncIterator[psutil.Process]:
    child = await start(module, *arguments, environment=environment)
    try:
        yield psutil.Process(child.pid)
    finally:
        await end(child)


async def start(
    module: str, *arguments: str, environment: Mapping[str, str] | None = None
) -> asyncio.subprocess.Process:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("FOYER_")}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments),
        env={**inherited, **(environment or {})},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )


async def end(child: asyncio.subprocess.Process) -> None:
    if child.returncode is None:
        child.terminate()
    try:
        async with asyncio.timeout(_PATIENCE):
            await child.wait()
    except TimeoutError:
        child.kill()
        await child.wait()
