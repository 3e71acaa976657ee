"""What every screen must keep to, and the names that people give to be difficult."""

from __future__ import annotations

from html.parser import HTMLParser

from domain.codes import CodeKind
from handlers.ui.screen import CAPTION_MOST, TEXT_MOST, Document, Outgoing, Screen

#: Names and texts with markup, other directions, joined emoji, line breaks, and no end.
HOSTILE = (
    "<b>&amp;</i><script>alert(1)</script>{0}{name}%s",
    "\u202eבאך\u202c \u2067 אופרה \u200f",
    "👨‍👩‍👧‍👦🎭" * 400,
    "x" * 4000,
    "<&>" * 1400,
    "一\n二\t三\r\n" * 700,
)
_TAGS = {"b", "i", "code", "a"}
_MOST_ROWS = 10


class FakeLinks:
    """Implements ``handlers.ui.ports.Links`` with codes of the real length."""

    def secret(self, kind: CodeKind, id: int) -> str:
        return f"https://t.me/foyer_test_bot?start={kind.value}k{id:028d}"

    def poster(self, kind: CodeKind, id: int) -> str:
        return f"https://t.me/foyer_test_bot?start={kind.value}{id}"

    def share(self, url: str, text: str) -> str:
        return f"https://t.me/share/url?url={len(url)}&text={len(text)}"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _TAGS, f"<{tag}> is no markup of ours"
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1:] == [tag], f"</{tag}> closes nothing"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.text += data


def visible(markup: str) -> str:
    """What a reader sees. Fails where the markup is not balanced or not ours."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    assert not reader.open, f"left open: {reader.open}"
    return reader.text


def check(screen: Outgoing, *, way_out: bool = True) -> str:
    """Fails where Telegram would refuse the screen, or where one is caught in it; gives what a reader sees."""
    assert isinstance(screen, Screen | Document)
    if isinstance(screen, Document):
        return visible(screen.caption)
    text = visible(screen.text)
    most = CAPTION_MOST if screen.picture is not None else TEXT_MOST
    assert 0 < len(text.encode("utf-16-le", "surrogatepass")) // 2 <= most
    assert len(screen.keyboard) <= _MOST_ROWS
    buttons = [button for row in screen.keyboard for button in row]
    assert all(screen.keyboard), "an empty row"
    for button in buttons:
        assert button.text.strip()
        assert (button.data is None) != (button.url is None)
        assert button.data is None or len(button.data.encode()) <= 64
        assert button.url is None or button.url.startswith("https://")
    assert len(screen.here.encode()) <= 64
    if way_out:
        assert any(button.data == "home" for button in buttons), "no way out"
    return text


def labels(screen: Screen) -> list[str]:
    return [button.text for row in screen.keyboard for button in row]


def data_of(screen: Screen, label: str) -> str:
    """The callback data of the button whose label contains these words."""
    for row in screen.keyboard:
        for button in row:
            if label in button.text and button.data is not None:
                return button.data
    raise AssertionError(f"no button says {label!r}: {labels(screen)}")
