"""A screen: what a view makes of a result, neutral to either Telegram library."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from aiogram.filters.callback_data import CallbackData

from handlers.ui.files import Content
from handlers.ui.pictures import Picture

#: Bot API limits, in characters after entities parsing.
TEXT_MOST = 4096
CAPTION_MOST = 1024


@dataclass(frozen=True, slots=True)
class Button:
    """Inline button: either ``data`` (a packed callback), ``url``, or ``page`` (the address of a Mini App)."""

    text: str
    data: str | None = None
    url: str | None = None
    page: str | None = None


Row = tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """``text`` is HTML. ``here`` is the callback data that draws this screen again ('' if none does)."""

    text: str
    keyboard: tuple[Row, ...] = ()
    picture: Picture | None = None
    here: str = ""
    pinned: bool = False  # of a card: it stays at the top of the chat
    protected: bool = False  # of a notice: it can be neither forwarded nor saved

    def with_note(self, note: str) -> Screen:
        """The same screen with a sentence above it."""
        return replace(self, text=f"{note}\n\n{self.text}")


@dataclass(frozen=True, slots=True)
class Album:
    """Several pictures as one message, two to ten, each with its caption."""

    pages: tuple[tuple[Picture, str], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A file to keep: its bytes, or what it is made of when it is sent."""

    name: str
    content: Content
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice message that somebody has sent: it stays with Telegram, and goes out by its ``file_id``."""

    file_id: str
    caption: str
    protected: bool = False


Outgoing = Screen | Album | Document | Voice


def button(text: str, callback: CallbackData | str) -> Button:
    return Button(text, data=callback if isinstance(callback, str) else callback.pack())


def link(text: str, url: str) -> Button:
    return Button(text, url=url)


def opens_page(text: str, url: str) -> Button:
    return Button(text, page=url)


def grid(buttons: Iterable[Button], width: int) -> tuple[Row, ...]:
    """Rows of at most ``width`` buttons."""
    items = list(buttons)
    return tuple(tuple(items[start : start + width]) for start in range(0, len(items), width))
