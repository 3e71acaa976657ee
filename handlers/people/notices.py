"""What people hear about joining the staff, and the apology for what went wrong on our side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.notices import NoticeKind
from domain.ports import Tx
from handlers.people.team_queries import InvitationFacts, facts_of
from handlers.people.team_views import declined_screen, welcome_screen
from handlers.ticketing.wording import home
from handlers.ui.i18n import Texts
from handlers.ui.notices import Renderer
from handlers.ui.ports import Links
from handlers.ui.screen import Outgoing, Screen


def staff_welcome(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    facts = _facts(tx, params)
    return [welcome_screen(t, facts)] if facts is not None else []


def staff_declined(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    return [declined_screen(t)]


def apology(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    text = t(
        "Sorry: something went wrong on our side with what you sent or pressed. It is on record as {reference}."
        " Please try again, or mention that number at the box office.",
        reference=params["reference"],
    )
    return [Screen(text, ((home(t),),))]


def _facts(tx: Tx, params: Mapping[str, Any]) -> InvitationFacts | None:
    invitation = tx.people.invitation(params["invitation_id"])
    return facts_of(tx, invitation) if invitation is not None else None


NOTICES: Mapping[NoticeKind, Renderer] = {
    NoticeKind.STAFF_WELCOME: staff_welcome,
    NoticeKind.STAFF_DECLINED: staff_declined,
    NoticeKind.APOLOGY: apology,
}
