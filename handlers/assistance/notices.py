"""What help, drinks and enquiries tell by themselves; their cards; what they offer on somebody's ticket card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.admission.evening_model import VisitStage
from domain.assistance.drinks import bar_state
from domain.assistance.model import DrinkState, EnquiryState, HelpState
from domain.notices import CardKind, NoticeKind
from domain.ports import Tx
from handlers.admission.evening.visit_cards import VisitAction
from handlers.admission.evening.visit_queries import VisitFacts
from handlers.assistance.callbacks import NeedHelp, OpenMenu
from handlers.assistance.drink_queries import drinks_facts
from handlers.assistance.drink_views import drinks_screen, ready_notice
from handlers.assistance.enquiry_queries import enquiry_facts
from handlers.assistance.enquiry_views import answered_notice, asked_notice, enquiry_screen
from handlers.assistance.help_queries import facts_of
from handlers.assistance.help_views import asked_screen, call_notice, call_screen
from handlers.ui.i18n import Texts
from handlers.ui.notices import CardRenderer, Renderer
from handlers.ui.ports import Links
from handlers.ui.screen import Button, Outgoing, Screen, button


def help_call(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    """Nothing where somebody has taken it meanwhile."""
    request = tx.assistance.help(params["request_id"])
    if request is None or request.state is not HelpState.ASKED:
        return []
    return [call_notice(t, facts_of(tx, request))]


def drinks_ready(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    order = tx.assistance.drink(params["order_id"])
    if order is None or order.state is not DrinkState.READY:
        return []
    return [ready_notice(t, drinks_facts(tx, order))]


def enquiry_asked(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    """Nothing where it is settled, or forgotten."""
    word = tx.assistance.word(params["word_id"])
    enquiry = tx.assistance.enquiry(word.enquiry_id) if word else None
    if word is None or enquiry is None or enquiry.state is EnquiryState.CLOSED:
        return []
    return [asked_notice(t, enquiry_facts(tx, enquiry), word)]


def enquiry_answered(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    word = tx.assistance.word(params["word_id"])
    enquiry = tx.assistance.enquiry(word.enquiry_id) if word else None
    return [answered_notice(t, enquiry_facts(tx, enquiry), word)] if word and enquiry else []


def help_card(tx: Tx, t: Texts, request_id: int) -> Screen | None:
    request = tx.assistance.help(request_id)
    return call_screen(t, facts_of(tx, request)) if request else None


def help_asked_card(tx: Tx, t: Texts, request_id: int) -> Screen | None:
    request = tx.assistance.help(request_id)
    return asked_screen(t, facts_of(tx, request)) if request else None


def drinks_card(tx: Tx, t: Texts, order_id: int) -> Screen | None:
    order = tx.assistance.drink(order_id)
    return drinks_screen(t, drinks_facts(tx, order)) if order else None


def enquiry_card(tx: Tx, t: Texts, enquiry_id: int) -> Screen | None:
    enquiry = tx.assistance.enquiry(enquiry_id)
    return enquiry_screen(t, enquiry_facts(tx, enquiry)) if enquiry else None


def _help(tx: Tx, t: Texts, facts: VisitFacts) -> Sequence[Button]:
    return [button("🙋 " + t.plain("I need help"), NeedHelp(performance_id=facts.showing.performance.id))]


def _drink(tx: Tx, t: Texts, facts: VisitFacts) -> Sequence[Button]:
    """Where there is a menu, and as long as there is something to order or to fetch."""
    performance = facts.showing.performance
    if not any(item.offered for item in tx.assistance.menu(performance.venue_id)):
        return []
    ordered = tx.assistance.drinks_of(facts.person_id, performance.id)
    if bar_state(tx, performance) != "open" and not ordered:
        return []
    return [button("🥂 " + t.plain("A drink for the interval"), OpenMenu(performance_id=performance.id))]


#: On the living ticket card, while somebody is on the way or in the house.
VISIT_ACTIONS: Mapping[VisitStage, Sequence[VisitAction]] = {
    VisitStage.SET_OUT: (_drink,),
    VisitStage.DOORS: (_help, _drink),
    VisitStage.RUNNING: (_help, _drink),
    VisitStage.INTERVAL: (_help, _drink),
    VisitStage.WAY_OUT: (_help,),
}
CARDS: Mapping[CardKind, CardRenderer] = {
    CardKind.HELP: help_card,
    CardKind.HELP_ASKED: help_asked_card,
    CardKind.DRINKS: drinks_card,
    CardKind.ENQUIRY: enquiry_card,
}
NOTICES: Mapping[NoticeKind, Renderer] = {
    NoticeKind.HELP_URGENT: help_call,
    NoticeKind.HELP_CALL: help_call,
    NoticeKind.DRINKS_READY: drinks_ready,
    NoticeKind.ENQUIRY_ASKED: enquiry_asked,
    NoticeKind.ENQUIRY_ANSWERED: enquiry_answered,
}
