"""Everything that the scanner's page says by itself, in the usher's language."""

from __future__ import annotations

from typing import Any

from domain.admission.model import Outcome
from handlers.admission.scanner_views import kind_of
from handlers.admission.views import HEADS, HINTS
from handlers.ui.i18n import Texts


def page_words(t: Texts) -> dict[str, Any]:
    """Everything that the page says by itself."""
    return {
        "language": t.locale.replace("_", "-"),
        "heads": {outcome.value: t.plain(HEADS[outcome]) for outcome in Outcome},
        "kinds": {outcome.value: kind_of(outcome) for outcome in Outcome},
        "hints": {outcome.value: t.plain(hint) for outcome, hint in HINTS.items()},
        "scanner": t.plain("Scanner"),
        "scan": t.plain("Scan a ticket"),
        "aim": t.plain("Point at the ticket’s QR code"),
        "next": t.plain("Next ticket"),
        "undo": t.plain("Undo"),
        "undone": t.plain("Taken back. The ticket can be used again."),
        "type": t.plain("Type the short code"),
        "check": t.plain("Check"),
        "mistyped": t.plain("A short code has 6 letters and figures, such as K7M 2PQ."),
        "not_ticket": t.plain("NO TICKET"),
        "not_ticket_hint": t.plain("This QR code is no ticket. Ask for the ticket’s own code."),
        "in": t.plain("In: {admitted} / {expected}"),
        "seats": t.plain("Seats: {count}"),
        "party_inside": t.plain("In already: {count}"),
        "admit_all": t.plain("Admit all {count}"),
        "admit": t.plain("Admit {count}"),
        "some": t.plain("Only some"),
        "who": t.plain("Who is coming in?"),
        "back": t.plain("Back"),
        "admitted": t.plain("Admitted: {count}"),
        "not_admitted": t.plain("Not admitted: {count}"),
        "online": t.plain("Online"),
        "offline": t.plain("Offline, list of {time}, {age} min old"),
        "no_list": t.plain("Offline, and there is no list here. Codes cannot be checked."),
        "too_old": t.plain(
            "This list is too old. What it says is uncertain: get a new one as soon as there is a network."
        ),
        "uncertain": t.plain("UNCERTAIN"),
        "by_list": t.plain("Judged by the list of {time}"),
        "not_listed": t.plain(
            "Not on the list: bought later, or for another performance. Ask again when there is a network."
        ),
        "in_by_list": t.plain("Let in before this list was made."),
        "in_here": t.plain("First let in at {time}, here."),
        "right_gate": t.plain("The right gate: {gate}"),
        "only_online": t.plain("Without a network this door only lets in. Please wait for the network."),
        "waiting": t.plain("Not sent yet: {count}"),
        "refresh": t.plain("Get a new list"),
        "refreshed": t.plain("The list is new."),
        "faults": t.plain("To look at: {count}"),
        "no_camera": t.plain("This app cannot scan here. Type the short code."),
        "sound": t.plain("Sound"),
        "failed": t.plain("That did not work. Please try again."),
        "send_failed": t.plain("Scans are kept on this phone, but the house does not take them: {error}"),
    }
