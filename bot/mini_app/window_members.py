"""Members' prices on the window's page, by the use cases of the chat."""

from __future__ import annotations

from bot.intake import open_codes
from bot.mini_app import fields
from bot.mini_app.pages import Json, Visit
from bot.mini_app.window_answers import TEXT_MOST, me, order_answer
from domain.codes import CodeKind, Opened
from domain.ticketing.members_at_window import LookUpMembers, UseMembershipAtWindow
from handlers.ticketing.members.queries import FindMembersAtWindow
from handlers.ticketing.members.views import member_texts
from handlers.ui.start import opened_code


async def find(visit: Visit) -> Json:
    """By a number, a telephone or the membership's link. The only one that is found is used at once."""
    order_id, said = _order_id(visit), fields.text(visit.body.get("text"), TEXT_MOST)
    opened = opened_code(open_codes(said, visit.foyer.keyring))
    if isinstance(opened, Opened) and opened.kind is CodeKind.MEMBERSHIP:
        return await _use(visit, order_id, opened.id)
    ids = await visit.once("find_member", LookUpMembers(me(visit), order_id, said))
    if len(ids) == 1:
        return await _use(visit, order_id, ids[0])
    facts = await visit.read(FindMembersAtWindow(me(visit), order_id, tuple(ids)))
    found = zip(facts.members, member_texts(visit.t, facts), strict=True)
    return {"order_id": order_id, "members": [{"membership_id": one.id, "text": text} for one, text in found]}


async def use(visit: Visit) -> Json:
    return await _use(visit, _order_id(visit), fields.number(visit.body.get("membership_id")))


CALLS = {"POST member": find, "POST use_member": use}


async def _use(visit: Visit, order_id: int, membership_id: int) -> Json:
    await visit.once("use_member", UseMembershipAtWindow(me(visit), order_id, membership_id))
    facts = await visit.read(FindMembersAtWindow(me(visit), order_id, (membership_id,)))
    return await order_answer(visit, order_id, " ".join(member_texts(visit.t, facts)))


def _order_id(visit: Visit) -> int:
    return fields.number(visit.body.get("order_id"))
