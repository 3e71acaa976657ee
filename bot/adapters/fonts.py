"""Letters for pictures, on machines that have no fonts.

Noto Sans and Serif CJK SC come with the package mplfonts (SIL Open Font License) and hold Chinese, Japanese,
Latin, Greek and Cyrillic; DejaVu Sans, which comes with matplotlib, adds Hebrew, Arabic and many signs. What
none of them has is left out (emoji) or shown as a box (letters). All sizes are pixels.
"""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path

from PIL import ImageDraw, ImageFont

BOLD_STROKE = 0.024  # of the size: the installed faces have one weight, a thin outline makes the bold one
BOLD_TRACKING = 0.03  # of the size, after every sign: room for the outline
LONGEST_TEXT = 600  # characters; no picture has room for more, and measuring is linear
NO_LINE_START = frozenset("、。，．！？；：）」』】》〉”’…·%,.!?;:)]}")
NO_LINE_END = frozenset("（「『【《〈“‘([{")
#: A title and its subtitle, the colon with the title.
_SUBTITLE = re.compile(r"(.{2,}?[：:])\s*(.{2,})")
_RTL = frozenset({"R", "AL"})
_NOWHERE = "\U0010ffff"  # a code point that no font has: its picture is the font's sign for "missing"


def _in_package(package: str, *parts: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"the package {package}, which carries fonts, is missing: install from the lock")
    return Path(spec.origin).parent.joinpath(*parts)


def font_file(name: str) -> Path:
    """``sans``, ``serif`` or ``fallback``, as ``runs`` names them."""
    if name == "fallback":
        return _in_package("matplotlib", "mpl-data", "fonts", "ttf", "DejaVuSans.ttf")
    file = {"sans": "NotoSansCJKsc-Regular.otf", "serif": "NotoSerifCJKsc-Regular.otf"}[name]
    return _in_package("mplfonts", "fonts", file)


@lru_cache(maxsize=256)
def _load(name: str, size: int) -> ImageFont.FreeTypeFont:
    path = str(font_file(name))
    if name == "fallback":
        return ImageFont.truetype(path, size)  # with right-to-left layout where the system has FriBiDi
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=8192)
def _has(name: str, char: str) -> bool:
    font = _load(name, 16)
    return bytes(font.getmask(char)) != bytes(font.getmask(_NOWHERE))


@lru_cache(maxsize=2048)
def clean(text: str) -> str:
    """One line of at most 600 letters, without controls, direction overrides and what no font can show."""
    shown = []
    for char in unicodedata.normalize("NFC", text[: LONGEST_TEXT * 2]):
        category = unicodedata.category(char)
        if char.isspace() or category == "Cc":
            shown.append(" ")
        elif category in ("Cf", "Cs", "Co", "Cn"):
            continue
        elif _has("sans", char) or _has("fallback", char):
            shown.append(char)
        elif category[0] in "LN":
            shown.append("□")
    return re.sub(" +", " ", "".join(shown)).strip()[:LONGEST_TEXT]


def runs(name: str, text: str) -> Iterator[tuple[str, str]]:
    """A cleaned text as (font, piece). Signs among right-to-left letters stay with them: the order holds."""
    fonts: list[str] = []
    for char in text:
        rtl = unicodedata.bidirectional(char) in _RTL
        neutral = unicodedata.bidirectional(char) in ("WS", "ON", "CS", "ES", "NSM", "EN")
        follows = bool(fonts) and fonts[-1] == "fallback" and neutral and _has("fallback", char)
        fonts.append("fallback" if rtl or follows or not _has(name, char) else name)
    for font, pairs in groupby(zip(fonts, text, strict=True), key=lambda pair: pair[0]):
        yield font, "".join(char for _, char in pairs)


@dataclass(frozen=True, slots=True)
class Type:
    """A typeface at a size. Texts given to it are cleaned first."""

    size: int
    bold: bool = False
    serif: bool = False

    @property
    def _name(self) -> str:
        return "serif" if self.serif else "sans"

    @property
    def _stroke(self) -> float:
        return self.size * BOLD_STROKE if self.bold else 0.0

    @property
    def cap_height(self) -> int:
        """Height of a capital letter or figure: 0.733 em in both Noto faces."""
        return round(self.size * 0.733)

    def width(self, text: str) -> float:
        return self._measure(clean(text))

    def _measure(self, cleaned: str) -> float:
        return _advance(self._name, self.size, cleaned) + len(cleaned) * self._tracking

    @property
    def _tracking(self) -> float:
        return self.size * BOLD_TRACKING if self.bold else 0.0

    def draw(
        self,
        canvas: ImageDraw.ImageDraw,
        at: tuple[float, float],
        text: str,
        fill: str | tuple[int, ...],
        align: str = "l",
    ) -> None:
        """Draws one line. ``at``: baseline, and by ``align`` (l, m, r) its left end, middle or right end."""
        x, y = at
        x -= {"l": 0.0, "m": 0.5, "r": 1.0}[align] * self.width(text)
        x += self._tracking / 2
        for font_name, run in runs(self._name, clean(text)):
            font = _load(font_name, self.size)
            joined = font_name == "fallback" or not self.bold  # Arabic letters join: never one by one
            for piece in [run] if joined else run:
                canvas.text((x, y), piece, fill, font, anchor="ls", stroke_width=self._stroke, stroke_fill=fill)
                x += font.getlength(piece) + len(piece) * self._tracking

    def draw_centred(
        self, canvas: ImageDraw.ImageDraw, at: tuple[float, float], text: str, fill: str | tuple[int, ...]
    ) -> None:
        """Draws one line whose capital letters and figures have their middle at ``at``."""
        self.draw(canvas, (at[0], at[1] + self.cap_height / 2), text, fill, "m")

    def ellipsis(self, text: str, width: float) -> str:
        """The text, cut with "…" where it is wider than ``width``."""
        text = clean(text)
        if self._measure(text) <= width:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if self._measure(_dotted(text[:middle])) <= width:
                low = middle
            else:
                high = middle - 1
        return _dotted(text[:low])

    def wrap(self, text: str, width: float, most: int) -> tuple[str, ...]:
        """At most ``most`` lines of about equal length; the last ends in "…" where the text is longer.

        A title and its subtitle have a line each where two lines are enough.
        """
        text = clean(text)
        lines = self.lines(text, width, most)
        if len(lines) > most:
            rest = text
            for line in lines[: most - 1]:
                rest = rest[rest.index(line) + len(line) :]
            return (*lines[: most - 1], self.ellipsis(rest, width))
        parts = _SUBTITLE.fullmatch(text)
        if len(lines) == 2 and parts and max(map(self.width, parts.groups())) <= width:
            return parts.groups()
        widest = max((self.width(piece) for piece in _pieces(text)), default=0.0)
        low, high = min(max(width / 2, widest), width), width
        while len(lines) > 1 and high - low > 4:  # no single sign alone on the last line
            middle = (low + high) / 2
            if len(self.lines(text, middle, most)) > len(lines):
                low = middle
            else:
                high = middle
        return tuple(self.lines(text, high, most))

    def lines(self, cleaned: str, width: float, most: int) -> list[str]:
        """As many signs on each line as go; stops when there are more than ``most`` lines."""
        lines, used = [""], 0.0
        for piece in _pieces(cleaned):
            wide = self._measure(piece.rstrip())
            if used + wide > width and lines[-1]:
                lines.append("")
                used = 0.0
            while wide > width and len(piece) > 1:
                cut = self._letters(piece, width)
                lines[-1:] = [piece[:cut], ""]
                piece = piece[cut:]
                wide = self._measure(piece.rstrip())
            lines[-1] += piece
            used += self._measure(piece)
            if len(lines) > most:
                break
        return [line.strip() for line in lines]

    def _letters(self, word: str, width: float) -> int:
        """How many letters of the word go into the width; at least one."""
        return max(1, bisect_right(range(len(word)), width, key=lambda count: self._measure(word[:count])) - 1)


def _dotted(text: str) -> str:
    """With the dots of its script: Noto's "…" sits at half height, which is right after Chinese only."""
    text = text.rstrip()
    return text + ("…" if text[-1:] >= "\u2e80" else "...")


@lru_cache(maxsize=16384)
def _advance(name: str, size: int, text: str) -> float:
    return sum(_load(font, size).getlength(piece) for font, piece in runs(name, text))


@lru_cache(maxsize=512)
def _pieces(text: str) -> tuple[str, ...]:
    """What is not torn apart: a Latin word with its space, a Chinese sign with the punctuation it carries."""
    pieces: list[str] = []
    for token in re.findall(r"[^\s\u2e80-\uffef]+\s*|[\u2e80-\uffef]\s*|\s+", text):
        if pieces and (token[0] in NO_LINE_START or pieces[-1].rstrip()[-1:] in NO_LINE_END):
            pieces[-1] += token
        else:
            pieces.append(token)
    return tuple(pieces)


@dataclass(frozen=True, slots=True)
class Block:
    """Lines set in one face. ``leading``: distance of the baselines."""

    face: Type
    lines: tuple[str, ...]
    leading: int

    @property
    def height(self) -> int:
        """From the top of the first line's capitals to the last baseline."""
        return self.face.cap_height + self.leading * (len(self.lines) - 1)

    @property
    def width(self) -> float:
        return max((self.face.width(line) for line in self.lines), default=0.0)

    def draw(
        self,
        canvas: ImageDraw.ImageDraw,
        at: tuple[float, float],
        fill: str | tuple[int, ...],
        align: str = "l",
    ) -> None:
        """``at``: top of the first line's capitals."""
        x, y = at
        for number, line in enumerate(self.lines):
            self.face.draw(canvas, (x, y + self.face.cap_height + number * self.leading), line, fill, align)


def fit(
    text: str,
    width: float,
    sizes: tuple[int, int],
    *,
    most: int = 1,
    height: float = math.inf,
    bold: bool = False,
    serif: bool = False,
    leading: float = 1.32,
) -> Block:
    """The text as large as it goes into ``width`` × ``height`` on ``most`` lines.

    ``sizes``: largest and smallest. Words are torn, and what is too long ends in "…", only at the smallest.
    """
    text = clean(text)
    largest, smallest = sizes
    size = largest
    while size > smallest:
        face = Type(size, bold, serif)
        torn = any(face.width(piece) > width for piece in _pieces(text))
        lines = () if torn else face.wrap(text, width, most)
        block = Block(face, lines, round(size * leading))
        if lines and "".join(lines).replace(" ", "") == text.replace(" ", "") and block.height <= height:
            return block
        size = max(smallest, size - max(1, size // 16))
    face = Type(smallest, bold, serif)
    step = round(smallest * leading)
    if height < math.inf:
        most = max(1, min(most, int((height - face.cap_height) / step) + 1))
    return Block(face, face.wrap(text, width, most), step)
