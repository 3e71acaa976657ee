"""What the handlers are given by the process around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from domain.codes import CodeKind
from domain.money import Money
from domain.payments.checkout_model import Checkout, Way
from domain.ports import Work
from domain.programme.programme_file import SheetRow
from handlers.ui.conversation import Conversation
from handlers.ui.screen import Document, Screen, Voice

R = TypeVar("R")


class Uow(Protocol):
    """The unit of work, bound to the update that is being handled: a replay is given the first run's outcome."""

    async def write(self, work: Work[R]) -> R: ...

    async def read(self, work: Work[R]) -> R: ...


class Messenger(Protocol):
    """Shows things in one chat. All may raise what the messenger's library raises; the inbox tries again."""

    async def show(self, conversation: Conversation, screen: Screen) -> None:
        """Shows a screen by the transition table and remembers in the conversation what stands there now."""

    async def send_document(self, conversation: Conversation, document: Document) -> None: ...

    async def send_voice(self, conversation: Conversation, voice: Voice) -> None: ...

    async def read_sheet(self, file_id: str, name: str) -> Sequence[SheetRow]:
        """The rows of a spreadsheet that somebody has sent. Raises BadInput."""

    async def send_invoice(
        self,
        conversation: Conversation,
        *,
        title: str,
        description: str,
        payload: str,
        lines: Sequence[tuple[str, Money]],
        start_parameter: str,
    ) -> None: ...

    async def answer(self, callback_query_id: str, text: str = "", alert: bool = False) -> None: ...

    async def offer_commands(self, chat_id: int, commands: Sequence[tuple[str, str]]) -> None:
        """Puts (command, description) into the menu of one chat, whoever else's menu says what."""


class Links(Protocol):
    """Deep links to this very bot."""

    def secret(self, kind: CodeKind, id: int) -> str:
        """``https://t.me/<bot>?start=<sealed code>``."""

    def poster(self, kind: CodeKind, id: int) -> str: ...

    def share(self, url: str, text: str) -> str:
        """Telegram's own dialogue for passing a link on (``https://t.me/share/url``)."""

    def page(self, name: str) -> str | None:
        """One of the house's own pages (Mini App); None where telephones cannot reach them."""


class Checkouts(Protocol):
    """The ways to pay that the house has switched on."""

    def has_invoice(self, currency: str) -> bool:
        """Whether the messenger's own invoice is one of them."""

    def ways(self, currency: str) -> Sequence[Way]:
        """Those outside the messenger that take this currency."""

    async def prepare(self, checkout_id: int) -> Checkout:
        """The checkout as its provider has made it. Raises ProviderUnavailable, ProviderRefused."""


@dataclass(frozen=True, slots=True)
class Offers:
    """What this house has set up for tickets on their way."""

    mail: bool = False
    wallet: bool = False


class Now(Protocol):
    def now(self) -> datetime: ...
