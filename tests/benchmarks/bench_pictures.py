"""How long pictures take: the best of a few rounds, so that a busy machine disturbs little."""

from __future__ import annotations

import math
from collections.abc import Callable
from time import perf_counter
from typing import Any

from bot.adapters.art import artwork
from bot.adapters.pictures import draw, render
from bot.adapters.qr import qr_image
from bot.adapters.seat_sprites import sprite
from domain.programme.model import EventKind
from handlers.ui.pictures import AreaRole, Fact, LegendEntry, MapArea, MapRow, MapSeat, SeatMap, SeatState, TicketFace

PAYLOAD = "https://t.me/FoyerDemoBot?start=T1abcdefghijklmnopqrstuvwxyz01234"
COLOURS = ("#c0392b", "#e08e0b", "#2a7f9e", "#6b8e23")
STATES = (SeatState.FREE, SeatState.TAKEN, SeatState.FREE, SeatState.OFFERED, SeatState.FREE)


def zone(seats: int, wide: int) -> SeatMap:
    """A zone of curved rows in four prices, two seats of five not free."""
    rows = []
    for line in range(seats // wide):
        radius = 2400 + line * 85
        row = []
        for column in range(wide):
            angle = (column - (wide - 1) / 2) * 50 / radius
            number = line * wide + column
            at = (radius * math.sin(angle), radius * math.cos(angle))
            colour, state = COLOURS[line * 4 * wide // seats], STATES[number % 5]
            row.append(MapSeat(number + 1, *at, str(column + 1), colour, state))
        rows.append(MapRow(str(line + 1), tuple(row)))
    stage = MapArea(AreaRole.STAGE, "舞台", ((-400, 400), (400, 400), (400, 700), (-400, 700)))
    legend = tuple(
        LegendEntry(f"¥{price}", colour) for price, colour in zip((680, 480, 280, 180), COLOURS, strict=True)
    )
    return SeatMap("池座", tuple(rows), f"{seats}", (stage,), legend)


def ticket(number: int) -> TicketFace:
    facts = (Fact("Gate", "North"), Fact("Zone", "First circle"), Fact("Row", "AA"), Fact("Seat", str(number)))
    names = ("Riverside Arts Centre", "The Magic Flute", "Sat 24 October, 19:30", "Concert Hall")
    return TicketFace(*names, facts, PAYLOAD, "K7M2-Q9TX", EventKind.OPERA, "magic-flute", "Full price")


def best(work: Callable[[], object], rounds: int = 5) -> float:
    """Milliseconds of the quickest round."""
    times = []
    for _ in range(rounds):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return round(min(times) * 1000, 2)


def cold(work: Callable[[], object]) -> Callable[[], object]:
    """The same without what earlier drawings left behind."""

    def run_cold() -> None:
        sprite.cache_clear()
        artwork.cache_clear()
        work()

    return run_cold


def run() -> list[dict[str, Any]]:
    """Figures as ``{name, value, unit, aim}``; ``aim`` is None where none is set."""
    large, stalls = zone(2000, 50), zone(480, 24)
    render(large)
    figures: list[tuple[str, float, float | None]] = [
        ("seat map of 2,000 seats, first time", best(cold(lambda: draw(large))), 150),
        ("seat map of 2,000 seats", best(lambda: draw(large)), 150),
        ("seat map of 2,000 seats, nothing changed", best(lambda: render(zone(2000, 50))), None),
        ("seat map of 480 seats", best(lambda: draw(stalls)), None),
        ("QR code", best(lambda: qr_image(PAYLOAD, 490)), None),
        ("ticket, the event's first", best(cold(lambda: draw(ticket(1)))), None),
        ("ticket", best(lambda: draw(ticket(2))), None),
    ]
    return [{"name": name, "value": value, "unit": "ms", "aim": aim} for name, value, aim in figures]


if __name__ == "__main__":
    for figure in run():
        print(figure)
