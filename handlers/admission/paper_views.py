"""The evening on paper: the list that is printed, and what was ticked on it."""

from __future__ import annotations

from domain.admission.model import Guest
from handlers.admission.callbacks import EnterTicks, OpenHouse, OpenPaper, SendList, TypeTicks
from handlers.admission.door_list import BY_CODE, BY_ROW, door_list
from handlers.admission.find_queries import DoorListFacts, TicksFacts
from handlers.admission.find_views import guest_seat
from handlers.admission.views import door_button
from handlers.ticketing.queries import Showing
from handlers.ticketing.wording import back, bold, clipped, escaped, listed, seats_texts, title_of, way
from handlers.ui.i18n import Html, Texts
from handlers.ui.screen import Document, Row, Screen, button

_ROWS_MOST = 12
_UNCLEAR_MOST = 300


def paper_screen(t: Texts, showing: Showing, note: str = "") -> Screen:
    """``note`` is plain."""
    performance_id = showing.performance.id
    lines = [
        bold("📄 " + t.plain("On paper")),
        escaped(title_of(t, showing.event.title)),
        *(["", bold(note)] if note else []),
        "",
        t("When everything is down: print the list, tick with a pen, and enter afterwards what was ticked."),
    ]
    by_row = button("🖨 " + t.plain("List by row"), SendList(performance_id=performance_id, by=BY_ROW))
    by_code = button("🖨 " + t.plain("List by code"), SendList(performance_id=performance_id, by=BY_CODE))
    enter = button("✍️ " + t.plain("Enter what was ticked"), TypeTicks(performance_id=performance_id))
    to_house = back(t, OpenHouse(performance_id=performance_id))
    rows: tuple[Row, ...] = ((by_row, by_code), (enter,), (door_button(t),), way(t, to_house))
    return Screen("\n".join(lines), rows, here=OpenPaper(performance_id=performance_id).pack())


def ticks_screen(t: Texts, showing: Showing, note: str = "") -> Screen:
    """Asks for what was ticked. ``note`` is HTML."""
    performance_id = showing.performance.id
    examples = (t("row 5: 1-8, 10"), t("Stalls row 5: 1-8"))
    lines = [
        bold("✍️ " + t.plain("Enter what was ticked")),
        *([note] if note else []),
        "",
        t("Write codes or seats, as many as you like, a line a row:"),
        "<code>K7M 2PQ  QR47TK</code>",
        *(f"<code>{example}</code>" for example in examples),
    ]
    here = TypeTicks(performance_id=performance_id).pack()
    return Screen("\n".join(lines), (way(t, back(t, OpenPaper(performance_id=performance_id))),), here=here)


def confirm_ticks_screen(t: Texts, facts: TicksFacts) -> Screen:
    """What will be let in, before it is."""
    performance_id = facts.showing.performance.id
    before = len(facts.ticked.guests) - len(facts.new) - len(facts.void)
    lines: list[str] = [
        bold(t.plural("{count} ticket will be let in:", "{count} tickets will be let in:", len(facts.new)))
        if facts.new
        else bold(t("There is nobody new to let in.")),
        *_seats(t, facts.showing, facts.new),
    ]
    if before:
        lines += [
            "",
            t.plural("{count} was let in already and stays so.", "{count} were let in already and stay so.", before),
        ]
    if facts.void:
        lines += ["", bold("⛔ " + t.plain("Cancelled, not let in:")), *_seats(t, facts.showing, facts.void)]
    if facts.ticked.unclear:
        words = clipped(listed(t, facts.ticked.unclear), _UNCLEAR_MOST)
        lines += [
            "",
            bold("❓ " + t.plain("Not understood:")),
            escaped(words),
            t("Say the zone where several have such a row."),
        ]
    rows: list[Row] = []
    if facts.new:
        said = t.plain_plural("Let in {count}", "Let in {count}", len(facts.new))
        rows.append((button("✅ " + said, EnterTicks(performance_id=performance_id)),))
    again = button("✍️ " + t.plain("Write again"), TypeTicks(performance_id=performance_id))
    rows += [(again,), way(t, back(t, OpenPaper(performance_id=performance_id)))]
    return Screen("\n".join(lines), tuple(rows), here=TypeTicks(performance_id=performance_id).pack())


def entered_note(t: Texts, count: int) -> Html:
    return t.plural("✅ {count} ticket was let in.", "✅ {count} tickets were let in.", count)


def list_document(t: Texts, facts: DoorListFacts, by: str) -> Document:
    paper = door_list(t, facts, by)
    at = t.time(facts.now, facts.showing.venue.timezone)
    said = t.plural("{count} ticket, as of {time}.", "{count} tickets, as of {time}.", len(facts.guests), time=at)
    return Document(f"door-list-by-{by}.pdf", paper, f"{escaped(paper.title)}\n{said}")


def _seats(t: Texts, showing: Showing, guests: tuple[Guest, ...]) -> list[Html]:
    seats = [guest_seat(t, showing.hall, guest) for guest in guests]
    return [escaped(f"🪑 {text}") for text in seats_texts(t, seats, _ROWS_MOST)]
