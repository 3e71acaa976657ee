"""What the fakes of payment providers share: trades, refunds, and misbehaviour on request."""

from __future__ import annotations

import secrets
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from domain.payments.checkout_model import Way
from tests.support.clock import FakeClock

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Notice = tuple[dict[str, str], bytes]  # headers, body
BEIJING = ZoneInfo("Asia/Shanghai")


@dataclass
class Trade:
    """``state``: waiting | paid | closed. ``refunds``: number → [minor units, ok | pending | failed]. ``title``,
    ``mark``: as the bills say them."""

    reference: str
    minor: int
    currency: str
    made_at: datetime
    state: str = "waiting"
    charge_id: str = ""
    paid_at: datetime | None = None
    title: str = ""
    mark: str = ""
    refunds: dict[str, list[Any]] = field(default_factory=dict)
    refunded_at: dict[str, datetime] = field(default_factory=dict)

    @property
    def refunded(self) -> int:
        return sum(minor for minor, state in self.refunds.values() if state != "failed")


class FakeProvider(ABC):
    """``faults``: how the next requests go wrong, one each: drop_before, drop_after, error, or "" for well.
    ``refunds_are``: how refunds are decided from now on: ok, pending, failed. ``asked`` counts requests by path.
    ``spoil`` is done to the file of a daily bill on its way, where there are bills."""

    name: str
    way: Way
    currency = "CNY"

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.trades: dict[str, Trade] = {}
        self.faults: list[str] = []
        self.refunds_are = "ok"
        self.asked: list[str] = []
        self.spoil: Callable[[bytes], bytes] = bytes
        self.base = ""
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application(middlewares=[self._misbehave])
        self.routes(app)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    @abstractmethod
    def routes(self, app: web.Application) -> None: ...

    @abstractmethod
    def settings(self, folder: Path) -> Mapping[str, Any]:
        """What switches the provider on in ``bot.config``."""

    @abstractmethod
    def notice(
        self, trade: Trade, *, age: timedelta = timedelta(0), account: str | None = None, **changes: Any
    ) -> Notice:
        """The signed news that it is paid. ``changes``: what it says instead: ``minor``, ``currency``, ``reference``;
        ``account``: for somebody else's."""

    @abstractmethod
    def taken(self, status: int, body: str) -> bool:
        """Whether this answer tells the provider that its notice has arrived."""

    def new_charge_id(self) -> str:
        return secrets.token_hex(14)

    def pay(self, trade: Trade) -> Trade:
        """The person pays; nobody is told yet."""
        assert trade.state == "waiting", f"this trade is {trade.state}"
        trade.state, trade.charge_id, trade.paid_at = "paid", self.new_charge_id(), self.clock.now()
        return trade

    def paid_on(self, day: date) -> list[Trade]:
        """By Beijing's clock."""
        return [trade for trade in self.trades.values() if trade.paid_at and _beijing(trade.paid_at).date() == day]

    def refunded_on(self, day: date) -> list[tuple[Trade, str]]:
        """The trades and the numbers of their refunds."""
        told = ((trade, number) for trade in self.trades.values() for number in trade.refunds)
        return [(trade, number) for trade, number in told if _beijing(trade.refunded_at[number]).date() == day]

    @staticmethod
    def stamp(trade: Trade, refund: str = "") -> str:
        at = trade.refunded_at[refund] if refund else trade.paid_at
        assert at is not None
        return _beijing(at).strftime("%Y-%m-%d %H:%M:%S")

    def refund(self, trade: Trade, number: str, minor: int) -> list[Any] | None:
        """The same number again is the same refund; None for more than there is."""
        if number not in trade.refunds:
            if trade.refunded + minor > trade.minor:
                return None
            trade.refunds[number] = [minor, self.refunds_are]
            trade.refunded_at[number] = self.clock.now()
        return trade.refunds[number]

    def by_charge(self, charge_id: str) -> Trade:
        return next(trade for trade in self.trades.values() if trade.charge_id == charge_id)

    def broken(self) -> web.Response:
        """A server's own fault, in the provider's form."""
        return web.Response(status=500, text="broken")

    @web.middleware
    async def _misbehave(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        fault = self.faults.pop(0) if self.faults else ""
        self.asked.append(request.path)
        if fault == "error":
            return self.broken()
        response = web.Response() if fault == "drop_before" else await handler(request)
        if fault.startswith("drop"):
            assert request.transport is not None
            request.transport.abort()
        return response


def _beijing(at: datetime) -> datetime:
    return at.astimezone(BEIJING)


def yuan(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02}"


@cache
def rsa_key(owner: str) -> RSAPrivateKey:
    """Made once in a test session."""
    return generate_private_key(65537, 2048)


def private_pem(key: RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def public_pem(key: RSAPrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def written(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text)
    return path
