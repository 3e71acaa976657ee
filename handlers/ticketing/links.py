"""What a ticket's, a party's or a hand-on link opens for the audience; the door asks ``handlers.admission`` first."""

from __future__ import annotations

from handlers.ticketing.ticket_queries import FindBehind, FindOffer, FindTicket, OwnOffer
from handlers.ticketing.ticket_routes import OFFERED, show_party, show_ticket
from handlers.ticketing.views.handing_on import hand_on_screen, offer_screen
from handlers.ticketing.views.tickets import stranger_screen
from handlers.ticketing.window.chat_routes import offer_claim
from handlers.ui.talk import Talk


async def open_hand_on(talk: Talk, hand_on_id: int) -> None:
    """Raises NotFound, LinkSpent."""
    person_id = talk.actor.person_id
    own = await talk.read(OwnOffer(person_id, hand_on_id))
    if own is not None:
        facts = await talk.read(FindTicket(person_id, own))
        if facts.offer is not None:
            note = talk.t("This is your own link. Send it to the person it is meant for.")
            await talk.show(hand_on_screen(talk.t, facts, facts.offer, talk.links).with_note(note))
            return
    await talk.show(offer_screen(talk.t, await talk.read(FindOffer(person_id, hand_on_id))))
    talk.conversation.data[OFFERED] = hand_on_id


async def open_ticket_link(talk: Talk, credential_id: int) -> None:
    """Of a ticket or of a party: its holder sees it, everybody else that it is a ticket."""
    behind = await talk.read(FindBehind(talk.actor.person_id, credential_id))
    if behind.ticket_id is not None:
        await show_ticket(talk, behind.ticket_id)
    elif behind.order_id is not None:
        await show_party(talk, behind.order_id)
    elif not await offer_claim(talk, credential_id):
        await talk.show(stranger_screen(talk.t))
