"""What a code's link is to an usher: a scan."""

from __future__ import annotations

from domain.admission.scanning import Scan
from domain.codes import CodeKind, Opened
from domain.people.model import Role
from handlers.admission.party_views import party_screen
from handlers.admission.queries import FindParty, FindPost, FindScan, PostFacts
from handlers.admission.routes import admit_party, choice_of_door
from handlers.admission.views import scan_screen
from handlers.ticketing.ticket_queries import Behind, FindBehind
from handlers.ui.start import Forged
from handlers.ui.talk import Talk


async def scan_link(talk: Talk, opened: Opened | Forged) -> bool:
    """False where this is not a scan: the person is no usher, it is no ticket's code, or it is their own ticket."""
    if not talk.actor.may(Role.USHER):
        return False
    if isinstance(opened, Opened):
        if opened.kind not in (CodeKind.TICKET, CodeKind.PARTY):
            return False
        if await talk.read(FindBehind(talk.actor.person_id, opened.id)) != Behind():
            return False
    post = await talk.read(FindPost(talk.actor.person_id))
    if post is None:
        await talk.show((await choice_of_door(talk)).with_note(talk.t("To check tickets, first say where you stand.")))
    elif isinstance(opened, Forged):
        await _scan(talk, None)
    elif opened.kind is CodeKind.PARTY:
        await _scan_party(talk, opened, post)
    else:
        await _scan(talk, opened)
    return True


async def _scan(talk: Talk, opened: Opened | None) -> None:
    found = await talk.write(Scan(talk.actor.person_id, opened=opened))
    await talk.show(scan_screen(talk.t, await talk.read(FindScan(talk.actor.person_id, found))))


async def _scan_party(talk: Talk, opened: Opened, post: PostFacts) -> None:
    """Nobody is let in before the usher says who; a party of another evening is refused, and that is on record."""
    party = await talk.read(FindParty(talk.actor.person_id, opened.id))
    if party is None:
        await _scan(talk, opened)
    elif party.performance_id != post.showing.performance.id:
        await admit_party(talk, opened.id, ())
    else:
        await talk.show(party_screen(talk.t, party))
