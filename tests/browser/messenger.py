"""The real messenger, which a test can take away and bring back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from aiohttp import web

from bot.emulator.profile import BotProfile
from bot.emulator.server import Emulator


class Messenger:
    """An emulator on a port of its own, with a state that outlives it."""

    token = "4200:browser-tests"

    def __init__(self, state: Path) -> None:
        self.profile = BotProfile()
        self.address = ""
        self._state = state
        self._port = 0
        self._emulator: Emulator | None = None

    async def up(
        self, phones: Sequence[Mapping[str, object]] | None = None, beside: Sequence[web.AbstractRouteDef] = ()
    ) -> None:
        """Start, on the same port as before; `phones` says who holds which, `beside` are somebody else's routes."""
        self._emulator = Emulator(
            {self.token: self.profile}, state_path=self._state, pre_checkout_timeout=5, phones=phones, beside=beside
        )
        self.address = await self._emulator.start(port=self._port)
        self._port = int(self.address.rpartition(":")[2])

    async def down(self) -> None:
        """Stop; twice is once."""
        if self._emulator is not None:
            await self._emulator.stop()
            self._emulator = None
