"""A zone is called as the house names it, in the reader's language, wherever it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.admission.model import Attendance, Outcome
from domain.text import LocalText
from domain.ticketing.model import HandOn
from domain.ticketing.party import Party
from handlers.admission.party_views import choose_admitted_screen, party_result_screen
from handlers.admission.party_views import party_screen as party_at_the_door
from handlers.admission.queries import Member, PartyFacts, PostFacts, ScanFacts
from handlers.admission.views import scan_screen
from handlers.payments.views import invoice
from handlers.ticketing.picks import Picks
from handlers.ticketing.queries import Showing
from handlers.ticketing.ticket_queries import OfferFacts, VisitFacts
from handlers.ticketing.views.hall import faster_screen, hall_screen, row_screen, zone_screen
from handlers.ticketing.views.handing_on import hand_on_screen, offer_screen
from handlers.ticketing.views.order import order_screen
from handlers.ticketing.views.tickets import party_screen, ticket_screen, visit_screen, way_in_screen
from handlers.ui.i18n import Texts, texts
from handlers.ui.screen import Screen
from tests.support.programme import NOW
from tests.support.screens import FakeLinks
from tests.support.ticketing import FULL, GATE, SHOWING, line, order_facts, party_facts, sale, ticket_facts

NAMES = {"en": "Parterre", "zh_Hans": "池座"}
LINKS = FakeLinks()
TWO = Party(((FULL.id, 2),))


def named(showing: Showing) -> Showing:
    """With names for the zone that the plan calls Stalls."""
    return replace(showing, hall=replace(showing.hall, zones=(("Stalls", LocalText.of(NAMES)),)))


NAMED = named(SHOWING)


def shown(screen: Screen) -> str:
    """All that a screen says: text, buttons, picture."""
    labels = [button.text for row in screen.keyboard for button in row]
    return "\n".join([screen.text, *labels, repr(screen.picture)])


def everything(t: Texts) -> Mapping[str, str]:
    """What each screen says of a seat in the zone that the plan calls Stalls."""
    facts, gone = (replace(each, showing=named(each.showing)) for each in (sale(), sale(taken={15})))
    ordered = replace(order_facts(), showing=named(order_facts().showing))
    five, six = ticket_facts(5, showing=NAMED), ticket_facts(6, showing=NAMED)
    offer = HandOn(7, five.ticket.id, 1, NOW + timedelta(days=1), None, None)
    offered = OfferFacts(offer, "Anna", line(5), NAMED, FULL, NOW)
    together = replace(party_facts([five, six]), showing=NAMED)
    post = PostFacts(NAMED, GATE, Attendance(1, 2), NOW)
    scans = [ScanFacts(Outcome.ADMITTED, 1, each, None, None, None, post) for each in (five, six)]
    at_door = PartyFacts(1, 11, (Member(0, five), Member(1, six)), post)
    screens = {
        "hall": hall_screen(t, facts, TWO, Picks((15,))),
        "zone": zone_screen(t, facts, TWO, Picks((15,)), 0),
        "row": row_screen(t, facts, TWO, Picks((15,)), 1),
        "faster": faster_screen(t, gone, TWO, Picks((16,), (15,))),
        "order": order_screen(t, ordered),
        "ticket": ticket_screen(t, five, LINKS),
        "party": party_screen(t, together, LINKS),
        "way in": way_in_screen(t, five),
        "visit": visit_screen(t, VisitFacts(NAMED, (five, six), (), NOW)),
        "hand on": hand_on_screen(t, five, offer, LINKS),
        "offer": offer_screen(t, offered),
        "scan": scan_screen(t, scans[0]),
        "party at the door": party_at_the_door(t, at_door),
        "who comes in": choose_admitted_screen(t, at_door, 1),
        "party let in": party_result_screen(t, scans, 1),
    }
    return {**{name: shown(screen) for name, screen in screens.items()}, "invoice": invoice(t, ordered).description}


@pytest.mark.parametrize("locale", NAMES)
def test_every_screen_calls_it_so(locale: str) -> None:
    for name, said in everything(texts(locale)).items():
        assert NAMES[locale] in said, name
        assert "Stalls" not in said, name
        assert not any(other in said for key, other in NAMES.items() if key != locale), name


def test_a_zone_without_a_name_is_called_as_the_plan_does() -> None:
    facts = replace(sale(), showing=named(sale().showing))
    hall = hall_screen(texts("zh_Hans"), facts, TWO, Picks())
    assert "池座" in shown(hall)
    assert "Circle" in shown(hall)
