"""Small copies of the large fonts, for embedding.

A PDF library reads a font's tables before it takes the few letters that a page needs; for 30,000 Chinese signs that
costs 0.7 s of computing a document. A copy that holds the letters used so far costs a tenth of it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from threading import Lock

from fontTools import subset  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from fpdf import FPDF

from bot.adapters.fonts import font_file

#: What nearly every page has: printable ASCII and Latin-1, dashes, quotation marks, Chinese punctuation.
_ALWAYS = frozenset(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2010, 0x2028), *range(0x3000, 0x3012)]))


class SmallFont:
    """One of ``fonts``' faces. Its copy grows when a page has a letter that it lacks; thread-safe."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._letters: frozenset[str] = frozenset()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._copies = 0
        self._lock = Lock()

    def add_to(self, pdf: FPDF, letters: frozenset[str]) -> None:
        """Makes the face known to the document under its name, with these letters at least."""
        with self._lock:
            if not letters <= self._letters or not self._path.exists():
                self._grow(letters)
            pdf.add_font(self._name, "", self._path)  # opens the file: a later copy may take this one away

    @property
    def _path(self) -> Path:
        return Path(self._folder.name if self._folder else "", f"{self._name}-{self._copies}.otf")

    def _grow(self, letters: frozenset[str]) -> None:
        wanted = self._letters | letters | _ALWAYS
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="foyer-fonts-")
        old = self._path
        Path(self._folder.name).mkdir(exist_ok=True)  # whoever tidies /tmp may have taken it
        # Letters are set one by one: no ligatures, no vertical writing.
        options = subset.Options(notdef_outline=True, layout_features=[], hinting=False)
        options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "VORG"]
        with TTFont(font_file(self._name), lazy=True, recalcTimestamp=False) as font:
            subsetter = subset.Subsetter(options)
            subsetter.populate(text="".join(wanted))
            subsetter.subset(font)
            self._copies += 1
            font.save(self._path)
        self._letters = wanted
        old.unlink(missing_ok=True)
