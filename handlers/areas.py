"""All areas' routers, in the order in which they are asked; what is told when nothing else fits."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

from aiogram import Router

from domain.admission.evening_model import VisitStage
from domain.notices import CardKind, NoticeKind
from handlers.admission import faults as admission_faults
from handlers.admission import notices as admission_notices
from handlers.admission.evening.visit_cards import VisitAction, visit_cards
from handlers.admission.routes import router as admission
from handlers.assistance import notices as assistance_notices
from handlers.assistance.routes import router as assistance
from handlers.feedback import notices as feedback_notices
from handlers.feedback.routes import router as feedback
from handlers.feedback.visits import how_was_it
from handlers.improvement import notices as improvement_notices
from handlers.improvement.routes import router as improvement
from handlers.incidents import notices as incidents_notices
from handlers.incidents.routes import router as incidents
from handlers.lost_property import notices as lost_property_notices
from handlers.lost_property.routes import router as lost_property
from handlers.payments import cards as payments_cards
from handlers.payments import notices as payments_notices
from handlers.payments.routes import router as payments
from handlers.people import cards as people_cards
from handlers.people import notices as people_notices
from handlers.people.anything import router as anything
from handlers.people.lists import notices as lists_notices
from handlers.people.routes import router as people
from handlers.people.shifts import notices as shifts_notices
from handlers.programme import notices as programme_notices
from handlers.programme.routes import router as programme
from handlers.records import notices as records_notices
from handlers.records.routes import router as records
from handlers.ticketing import notices as ticketing_notices
from handlers.ticketing.routes import router as ticketing
from handlers.ticketing.window import cards as window_cards
from handlers.ui.callbacks import Home
from handlers.ui.i18n import Texts
from handlers.ui.notices import CardRenderer, Renderer
from handlers.ui.screen import Screen, button

#: On these somebody's safety hangs, so they are handled at once, however many others wait. So the data of their buttons
#: begin: incidents, announcements, help at a seat.
URGENT_BUTTONS = ("ic", "an", "ah")
URGENT_COMMANDS = frozenset({"/incident", "/incidents"})
#: What somebody who comes can do at each stage of their evening, beside what the card itself offers.
VISIT_ACTIONS: Mapping[VisitStage, Sequence[VisitAction]] = {
    **assistance_notices.VISIT_ACTIONS,
    VisitStage.AFTER: (how_was_it,),
}
#: Cards that stay at the top of the chat while their screen says so.
PINNED = frozenset({CardKind.VISIT})
CARDS: Mapping[CardKind, CardRenderer] = {
    **visit_cards(VISIT_ACTIONS),
    **admission_notices.CARDS,
    **admission_faults.CARDS,
    **payments_cards.CARDS,
    **people_cards.CARDS,
    **window_cards.CARDS,
    **assistance_notices.CARDS,
    **incidents_notices.CARDS,
}
NOTICES: Mapping[NoticeKind, Renderer] = {
    **people_notices.NOTICES,
    **shifts_notices.NOTICES,
    **lists_notices.NOTICES,
    **lost_property_notices.NOTICES,
    **ticketing_notices.NOTICES,
    **payments_notices.NOTICES,
    **programme_notices.NOTICES,
    **records_notices.NOTICES,
    **feedback_notices.NOTICES,
    **improvement_notices.NOTICES,
    **admission_notices.NOTICES,
    **assistance_notices.NOTICES,
    **incidents_notices.NOTICES,
}


def routers() -> list[Router]:
    """Money first, then what cannot wait, the answer to anything last."""
    return [
        payments,
        incidents,
        people,
        programme,
        ticketing,
        admission,
        assistance,
        feedback,
        improvement,
        lost_property,
        records,
        anything,
    ]


def sentence_screen(t: Texts, sentence: str) -> Screen:
    """A plain sentence with a way out."""
    return Screen(html.escape(sentence, quote=False), keyboard=((button("🏠 " + t.plain("Home"), Home()),),))
