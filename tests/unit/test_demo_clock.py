"""The demo's clock: forward only, kept over a restart, and whoever waits for a time looks again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.demo.clock import DemoClock


async def test_it_is_moved_over_http_and_only_forward(tmp_path: Path) -> None:
    clock, moves = DemoClock(tmp_path / "clock"), []
    clock.moved.append(lambda: moves.append(clock.ahead))
    app = web.Application()
    app.router.add_routes(clock.routes())
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{runner.addresses[0][1]}") as http:

        async def post(body: object) -> tuple[int, dict[str, object]]:
            async with http.post("/client/clock", json=body) as response:
                return response.status, await response.json()

        assert (await post({"minutes": 90}))[1]["ok"]
        to = (clock.now() + timedelta(hours=2)).isoformat()
        assert (await post({"to": to}))[0] == 200
        async with http.get("/client/clock") as response:
            told = (await response.json())["result"]
        assert told["ahead_minutes"] in (209, 210)
        assert datetime.fromisoformat(told["now"]) > datetime.now(UTC) + timedelta(hours=3)
        for wrong in ({"minutes": -1}, {"minutes": 1e9}, {"minutes": 1e300}, {"to": "tomorrow"}, {}, [], "x"):
            status, answer = await post(wrong)
            assert status == 400, wrong
            assert str(answer["error"]).endswith(".") or "isoformat" in str(answer["error"])
    await runner.cleanup()
    assert len(moves) == 2
    assert DemoClock(tmp_path / "clock").ahead == clock.ahead


def test_it_does_not_go_back(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="forward"):
        DemoClock(tmp_path / "clock").move(timedelta(minutes=-1))
