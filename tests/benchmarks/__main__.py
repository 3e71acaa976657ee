"""``python -m tests.benchmarks [orders seats door …]``: measures what is named (see ``BENCHES``), and prints it.

Without names everything is measured, and the table also goes into ``docs/benchmarks.md``.
"""

from __future__ import annotations

import importlib
import os
import platform
import sqlite3
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

import asyncpg  # type: ignore[import-untyped]

from tests.benchmarks.measuring import Figure
from tests.support.databases import POSTGRES_SERVER, run

BENCHES = (
    "orders",
    "seats",
    "door",
    "scanner",
    "cancel",
    "pictures",
    "conversation",
    "process",
    "export",
    "digest",
    "alarm",
    "reminders",
)
PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
#: Of these more is better; of everything else less.
MORE = ("orders/s", "scans/s", "steps/s", "sends/s")
MORE_ABOUT = "Where the time goes, and what an aim that is missed would take: [performance.md](performance.md).\n"
LIBRARIES = ("aiogram", "python-telegram-bot", "sqlalchemy", "asyncpg", "pillow")


def main(names: Sequence[str]) -> None:
    """Raises SystemExit for a name that is no bench."""
    unknown = sorted(set(names) - set(BENCHES))
    if unknown:
        raise SystemExit(f"There is no bench called {', '.join(unknown)}; there are {', '.join(BENCHES)}.")
    parts = [_where()]
    for name in names or BENCHES:
        module = importlib.import_module(f"tests.benchmarks.bench_{name}")
        began = perf_counter()
        figures = module.run()
        part = _part(name, module.__doc__ or "", figures)
        parts.append(part)
        print(part, flush=True)
        print(f"({name} took {perf_counter() - began:.0f} s)\n", flush=True)
        if not names:  # after each part: a run that is cut short leaves what it has measured
            PAGE.write_text("\n".join([*parts, MORE_ABOUT]), encoding="utf-8")


def _where() -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    server = run(_server_version())
    return (
        "# Benchmarks\n\n"
        "Written by `make bench`; every figure was measured by it, in one run, on this machine:\n\n"
        f"- {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores ({_processor()})\n"
        f"- Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, PostgreSQL {server}\n"
        f"- {libraries}\n\n"
        "Databases are on disk and wait for it at every commit. Ratios are taken within rounds that follow each other\n"
        "directly, ours and the other's in turn, and are medians, as all rates are.\n"
    )


async def _server_version() -> str:
    connection = await asyncpg.connect(POSTGRES_SERVER)
    try:
        return str(await connection.fetchval("SHOW server_version")).split()[0]
    finally:
        await connection.close()


def _processor() -> str:
    """As Linux tells it; the architecture elsewhere."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _part(name: str, about: str, figures: Sequence[Figure]) -> str:
    rows = "".join(f"| {' | '.join(_row(figure))} |\n" for figure in figures)
    head = "| What | Figure | Ratio | Aim | Met? |\n|---|---|---|---|---|\n"
    return f"## {name.capitalize()}\n\n{about.strip()}\n\n{head}{rows}"


def _row(figure: Figure) -> tuple[str, str, str, str, str]:
    ratio, least = figure.get("ratio"), figure.get("ratio_aim")
    sides = [(figure["value"], figure["aim"], figure["unit"] in MORE), (ratio, least, True)]
    aims = [f"{'≥' if more else '≤'} {aim:g}" for _, aim, more in sides if aim is not None]
    verdicts = [_verdict(value, aim, more) for value, aim, more in sides if aim is not None]
    beside = f"{ratio:.2f} of {figure['against']}" if ratio is not None else ""
    return figure["name"], f"{figure['value']:g} {figure['unit']}", beside, ", ".join(aims), ", ".join(verdicts)


def _verdict(value: float, aim: float, more: bool) -> str:
    if value >= aim if more else value <= aim:
        return "yes"
    if not aim:
        return "missed"
    return f"missed by {abs(aim - value) / aim:.0%}"


if __name__ == "__main__":
    main(sys.argv[1:])
