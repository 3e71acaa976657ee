"""The card by which a manager decides about a new colleague, and afterwards sees who did."""

from __future__ import annotations

from collections.abc import Mapping

from domain.notices import CardKind
from domain.ports import Tx
from handlers.people.team_queries import facts_of
from handlers.people.team_views import asks_screen, decided_screen
from handlers.ui.i18n import Texts
from handlers.ui.notices import CardRenderer
from handlers.ui.screen import Screen


def invitation_card(tx: Tx, t: Texts, invitation_id: int) -> Screen | None:
    """Nothing where the guest is gone."""
    invitation = tx.people.invitation(invitation_id)
    guest = tx.people.actor(invitation.used_by) if invitation and invitation.used_by is not None else None
    if invitation is None or guest is None:
        return None
    facts = facts_of(tx, invitation)
    return asks_screen(t, facts) if invitation.decided_at is None else decided_screen(t, facts)


CARDS: Mapping[CardKind, CardRenderer] = {CardKind.INVITATION: invitation_card}
