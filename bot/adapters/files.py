"""What documents hold, as bytes. Plain computing: call it outside the event loop."""

from __future__ import annotations

import io
import mimetypes
from collections.abc import Sequence

from bot.adapters.calendar_file import calendar_file
from bot.adapters.wallet_pass import BUNDLE, PASS, PassSigner
from handlers.ui.files import CalendarEntry, CsvTable, Made, Tables, WalletPasses

# Uploads are labelled by the name's end; a telephone opens a pass by its label.
mimetypes.add_type(PASS, ".pkpass")
mimetypes.add_type(BUNDLE, ".pkpasses")
mimetypes.add_type("text/calendar", ".ics")


class Files:
    """``signer`` None: the house has no certificate for passes."""

    def __init__(self, signer: PassSigner | None = None) -> None:
        self._signer = signer

    @property
    def makes_passes(self) -> bool:
        return self._signer is not None

    def make(self, content: Made) -> bytes:
        """Raises TypeError for a kind that nobody makes, ValueError for what cannot be made of it."""
        match content:
            case bytes():
                return content
            case CalendarEntry():
                return calendar_file(content)
            case WalletPasses():
                if self._signer is None:
                    raise ValueError("a pass needs a certificate")
                return self._signer.make(content)
            case CsvTable(headings, rows):
                return _csv(headings, rows)
            case Tables():
                # Imported when a workbook is first made, as for paper below.
                from bot.adapters.workbook import workbook

                return workbook(content)
        # Imported when something is first printed: the libraries for PDF would take a twentieth of every start.
        from bot.adapters.paper import print_paper

        return print_paper(content)


def _csv(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    # As for paper: the library for spreadsheets is there when it is needed.
    from bot.adapters.book_files import CsvFile

    made = io.BytesIO()
    table = CsvFile(made)
    table.begin(headings)
    table.write(rows)
    table.finish("", ())
    return made.getvalue()
