"""The base of everything printed: a PDF whose texts are set by ``fonts`` and read aloud in the order they are drawn.

One unit is a tenth of a millimetre, so that the whole numbers of ``fonts.fit`` are fine enough. The document names
its language and title; texts and codes are tagged, lines and boxes are decoration (ISO 32000-1, 14.8).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from fpdf import FPDF
from fpdf.bidi import BidiParagraph
from fpdf.enums import TextMode
from fpdf.prefs import ViewerPreferences

from bot.adapters.fonts import BOLD_STROKE, BOLD_TRACKING, Block, Type, clean, font_file, runs
from bot.adapters.paper_fonts import SmallFont
from bot.adapters.qr import qr_image

MM = 10
A4 = (210 * MM, 297 * MM)
A6 = (105 * MM, 148 * MM)
_POINTS = 72 / 25.4 / MM  # a unit in points
_CODE_PIXELS = 480  # about ten a module
_SMALL: Mapping[str, SmallFont] = {"sans": SmallFont("sans"), "serif": SmallFont("serif")}


class Pdf:
    """``texts``: everything that will be written, since fonts are embedded by their letters. ``locale``: the
    reader's, such as ``zh_Hans``. Begins without a page."""

    def __init__(self, title: str, locale: str, texts: Iterable[str]) -> None:
        self._pdf = _Tagged(unit=_POINTS)
        self._pdf.set_title(clean(title))
        self._pdf.set_lang(locale.replace("_", "-"))
        self._pdf.set_creator("Foyer")
        self._pdf.viewer_preferences = ViewerPreferences(display_doc_title=True, print_scaling="None")
        self._pdf.set_margin(0)
        self._pdf.set_auto_page_break(False)
        self._letters = frozenset("….").union(*map(clean, texts))

    def add_page(self, size: tuple[float, float]) -> None:
        """Width and height as they are: nothing is turned."""
        # fpdf2 makes a page of a given format upright; a landscape one is asked for by its orientation.
        width, height = size
        self._pdf.add_page("L" if width > height else "P", format=(min(size), max(size)))

    def line(self, face: Type, at: tuple[float, float], text: str, ink: str = "#000000", align: str = "l") -> float:
        """One line. ``at``: baseline, and by ``align`` (l, m, r) its left end, middle or right end. Gives its width."""
        text = clean(text)
        if not text:
            return 0.0
        pieces = [(name, _visual(piece)) for name, piece in runs("serif" if face.serif else "sans", text)]
        with self._pdf.tagged("P"), self._pdf.local_context(text_color=ink, draw_color=ink):
            if face.bold:
                self._pdf.text_mode = TextMode.FILL_STROKE
                self._pdf.line_width = 2 * face.size * BOLD_STROKE * _POINTS  # fpdf2 writes it as it is, in points
            widths = [self._choose(name, face, piece) for name, piece in pieces]
            x = at[0] - {"l": 0.0, "m": 0.5, "r": 1.0}[align] * sum(widths)
            for (name, piece), width in zip(pieces, widths, strict=True):
                self._choose(name, face, piece)
                self._pdf.text(x, at[1], piece)
                x += width
            if text[-1] < "\u2e80":
                self._pdf.text(x, at[1], " ")  # so that no reader joins this line's last word to what follows
        return sum(widths)

    def block(
        self, block: Block, at: tuple[float, float], ink: str = "#000000", align: str = "l", kind: str = "P"
    ) -> None:
        """Lines that are read as one. ``at``: top of the first line's capitals."""
        if not any(block.lines):
            return
        with self.reading(kind):
            for number, text in enumerate(block.lines):
                baseline = at[1] + block.face.cap_height + number * block.leading
                self.line(block.face, (at[0], baseline), text, ink, align)

    @contextmanager
    def reading(self, kind: str = "P") -> Iterator[None]:
        """What is written inside is read as one. ``kind``: a structure type of ISO 32000-1, 14.8.4 (P, H1, …)."""
        with self._pdf.tagged(kind):
            yield

    def code(self, payload: str, at: tuple[float, float], side: float, said: str, dark: str = "#000000") -> None:
        """A QR with its quiet zone. ``at``: its upper left corner; ``said``: what a screen reader says instead.

        Raises ValueError where the payload does not go into a code (see ``qr``).
        """
        picture = qr_image(payload, _CODE_PIXELS, dark=dark).convert("L")
        self._pdf.image(picture, at[0], at[1], side, side, alt_text=clean(said))

    def rule(
        self, start: tuple[float, float], end: tuple[float, float], ink: str = "#000000", *, dash: float = 0
    ) -> None:
        self._pdf.set_draw_color(ink)
        self._pdf.set_line_width(2)
        with self._pdf.decoration():
            self._pdf.set_dash_pattern(dash, dash)
            self._pdf.line(*start, *end)
            self._pdf.set_dash_pattern()

    def box(
        self, at: tuple[float, float], size: tuple[float, float], ink: str = "#000000", *, fill: bool = False
    ) -> None:
        self._pdf.set_draw_color(ink)
        self._pdf.set_fill_color(ink)
        self._pdf.set_line_width(2)
        with self._pdf.decoration():
            self._pdf.rect(*at, *size, style="F" if fill else "D")

    def finish(self) -> bytes:
        return bytes(self._pdf.output())

    def _choose(self, name: str, face: Type, text: str) -> float:
        """Sets the face; gives the text's width in it."""
        if name not in self._pdf.fonts:
            if name in _SMALL:
                _SMALL[name].add_to(self._pdf, self._letters)
            else:
                self._pdf.add_font(name, "", font_file(name))
        self._pdf.set_font(name, size=face.size * _POINTS)
        self._pdf.set_char_spacing(face.size * _POINTS * BOLD_TRACKING if face.bold and name != "fallback" else 0)
        return self._pdf.get_string_width(text, normalized=True)


class _Tagged(FPDF):
    """fpdf2 tags pictures only; texts beside them would be passed over."""

    _within = False

    @contextmanager
    def tagged(self, kind: str) -> Iterator[None]:
        """One element of the structure tree; inside another one it belongs to that."""
        if self._within:
            yield
            return
        number = self.struct_builder.next_mcid_for_page(self.page)
        _, parents = self.struct_builder.add_marked_content(page_number=self.page, struct_type=f"/{kind}", mcid=number)
        self.pages[self.page].struct_parents = parents
        self._within = True
        self._out(f"/{kind} <</MCID {number}>> BDC")
        try:
            yield
        finally:
            self._out("EMC")
            self._within = False

    @contextmanager
    def decoration(self) -> Iterator[None]:
        self._out("/Artifact BMC")
        yield
        self._out("EMC")


def _visual(text: str) -> str:
    """A run in the order in which it stands on the paper (UAX 9); Arabic letters stand unjoined."""
    if not any(unicodedata.bidirectional(char) in ("R", "AL") for char in text):
        return text
    return BidiParagraph(text).get_reordered_string()
