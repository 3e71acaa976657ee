"""Every handler × every role × somebody else's ids: not a row of anybody's is touched.

A button's data can be made up: the Bot API warns of it under CallbackQuery. So each kind of button is pressed here by
people of each role at another house, with the ids of what is not theirs.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from aiogram import Router
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData, CallbackQueryFilter
from aiogram.types import Message

from bot.dispatcher import all_handlers, make_dispatcher
from domain.admission.evening_model import HoldReason, ItemKind
from domain.admission.model import DoorMode
from domain.assistance.asking import AskPerson
from domain.assistance.drinks import OrderDrinks, PutInCart
from domain.assistance.helping import AskForHelp
from domain.assistance.house import ImportAssistance
from domain.assistance.model import HelpKind, HelpState
from domain.improvement.model import Source
from domain.improvement.usecases import OpenAction
from domain.incidents.announcing import ProposeAnnouncement
from domain.incidents.model import ActionCard, IncidentKind, IncidentState, NoteKind, Severity, Template
from domain.incidents.reporting import AddNote, BeginIncident, SendIncident
from domain.lost_property.usecases import AskForLost, RecordFind
from domain.money import Money
from domain.payments.drawer import CloseDrawer, OpenDrawer
from domain.payments.model import Captured
from domain.payments.together import ShareSeats
from domain.payments.voucher_selling import BuyVoucher
from domain.people import usecases
from domain.people.duty import Move
from domain.people.list_keeping import BeginList
from domain.people.model import Actor, Grant, Role
from domain.people.shifts import Shift
from domain.people.swapping import OfferShift
from domain.people.usecases import Invite
from domain.ports import Tx
from domain.programme.model import RunState, Venue
from domain.programme.moving import MovePerformance
from domain.records.digest_model import NeedKind, Period, Rhythm
from domain.text import LocalText
from domain.ticketing import holding
from domain.ticketing.blocking import BlockPlaces
from domain.ticketing.group_ports import HandoutKind
from domain.ticketing.handing_on import OfferTicket
from domain.ticketing.handing_out import HandOut
from domain.ticketing.holding import HoldPlaces
from domain.ticketing.member_ports import MemberTier
from domain.ticketing.members import AddTier, GrantMemberships, TakeMembership
from domain.ticketing.model import BlockReason, Order, Wish
from domain.ticketing.promotion_ports import Promotion
from domain.ticketing.promotions import AddPromotion
from handlers import areas
from handlers.admission.evening.callbacks import SetReminders
from handlers.feedback.callbacks import AskMe
from handlers.incidents.callbacks import PickKind
from handlers.people.callbacks import DecideJoin, PickLanguage, PickRole
from handlers.programme.callbacks import Watch
from handlers.records.digest.callbacks import SetHour, SetRhythm, Snooze
from handlers.ticketing.callbacks import Accept, GiveBack, SwapSeat, TakeBest, TakePicks
from handlers.ticketing.ticket_routes import OFFERED
from handlers.ticketing.waiting.callbacks import JoinLine
from handlers.ui.paper import PaperSize
from handlers.ui.routing import Awaits
from storage.stores.conversations import Conversation
from tests.support.assistance import house_document
from tests.support.clock import FakeClock
from tests.support.dump import Dump, dump
from tests.support.running import Person
from tests.support.survey import unhappy
from tests.support.theatre import Evening, evening_at_the_theatre

#: What merely remembers that somebody was here, and what Telegram keeps of our pictures.
PASSING = frozenset({"inbox_update", "effect", "conversation", "account", "picture_file"})
#: These do something for whoever presses them, with ids that are everybody's: a performance, its free places;
#: a manager invites into their own house.
FOR_ONESELF: frozenset[type[CallbackData]] = frozenset(
    {PickLanguage, Watch, TakeBest, TakePicks, SwapSeat, PickRole, JoinLine, SetReminders, PickKind, AskMe}
) | {SetHour, SetRhythm, Snooze}
#: An owner is an owner in every house, and so has the last word on who joins and on what waits.
FAR_ROLES = [role for role in Role if role is not Role.OWNER]

_numbers = count(800_000_000)


@dataclass(frozen=True, slots=True)
class Scene:
    """Something of everything at the theatre, and the ids of it by the names that buttons give them."""

    evening: Evening
    ids: dict[str, Any]

    async def presses(self, person: Person, data: str) -> None:
        chat = {"id": person.id, "type": "private"}
        query = {
            "id": str(next(_numbers)),
            "from": {"id": person.id, "is_bot": False, "first_name": person.name, "language_code": "en"},
            "chat_instance": "1",
            "message": {"message_id": 1, "date": 1, "chat": chat},
            "data": data,
        }
        await self._comes({"callback_query": query})

    async def says(self, person: Person, text: str) -> None:
        message = {
            "message_id": next(_numbers),
            "date": 1,
            "chat": {"id": person.id, "type": "private"},
            "from": {"id": person.id, "is_bot": False, "first_name": person.name, "language_code": "en"},
            "text": text,
        }
        await self._comes({"message": message})

    async def _comes(self, content: dict[str, Any]) -> None:
        foyer = self.evening.house.foyer
        await foyer.receiver.receive([{"update_id": next(_numbers), **content}])
        await foyer.inbox.idle()


@pytest.fixture
async def scene(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Scene]:
    async with evening_at_the_theatre(database_url, tmp_path, clock) as evening:
        yield await something_of_everything(evening)


async def something_of_everything(evening: Evening) -> Scene:
    """Anna has two tickets, offers one and holds seats for another evening; Uma at the door has let her in."""
    theatre, uow = evening.theatre, evening.house.foyer.uow
    owner, anna, uma, pia = (
        await evening.guest(900, "Olga"),
        await evening.guest(),
        await evening.usher(),
        await evening.guest(1010, "Pia"),
    )
    await evening.buys(anna, theatre.concert_id)
    tickets = await evening.tickets_of(anna)
    anna_id, pia_id = await evening.id_of(anna), await evening.id_of(pia)
    await uma.says("/door")
    await uma.presses("From the New World")
    await uma.presses("Gate S")
    await uma.opens(await evening.link_of(tickets[1]))
    assert "ADMITTED" in await uma.sees()
    owner_id = await evening.id_of(owner)
    wishes = (Wish(31, theatre.full_id), Wish(32, theatre.full_id))

    def rest(tx: Tx) -> dict[str, Any]:
        invitation_id = Invite(owner_id, Role.USHER, theatre.venue_id)(tx)
        tx.people.use_invitation(invitation_id, pia_id, tx.now)
        ticket = tx.ticketing.ticket(tickets[0])
        assert ticket is not None
        party = tx.ticketing.party_credential(ticket.order_id)
        assert party is not None
        pias = (Wish(33, theatre.full_id), Wish(34, theatre.full_id))
        case_id = unhappy(tx, anna_id, theatre.concert_id, theatre.venue_id)
        (seat,) = tx.payments.shared_seats(
            ShareSeats(pia_id, HoldPlaces(pia_id, theatre.later_concert_id, pias)(tx))(tx)
        )
        return {
            "change_id": MovePerformance(owner_id, theatre.talk_id, tx.now + timedelta(days=2))(tx),
            "at": 0,
            **_ahead(tx, anna_id, owner_id, ticket.order_id, theatre.venue_id),
            **_lists_and_finds(tx, anna_id, owner_id, theatre.venue_id),
            **_asked(tx, anna_id, theatre.concert_id, theatre.venue_id, ticket.id),
            "case_id": case_id,
            "response_id": 4711,
            "about": "shows",
            "source": "case",
            "source_id": case_id,
            "action_id": OpenAction(owner_id, Source.CASE, case_id, "More light", tx.now + timedelta(days=9))(tx),
            "promotion_id": AddPromotion(owner_id, _summer(theatre.venue_id, tx.now))(tx),
            "order_id": HoldPlaces(anna_id, theatre.later_concert_id, wishes)(tx),
            "seat_id": seat.id,
            "format": "csv",
            "ticket_id": ticket.id,
            "hand_on_id": OfferTicket(anna_id, ticket.id)(tx),
            "credential_id": party.id,
            "admission_id": tx.admission.standing([tickets[1]])[tickets[1]].id,
            "invitation_id": invitation_id,
            "item_id": tx.evening.keep_item(theatre.concert_id, ItemKind.BAG, None, owner_id, tx.now).id,
            "task_id": tx.records.add_task("refund_by_hand", "refund", 1, tx.now + timedelta(1), tx.now),
        }

    ids = await uow.write(rest)
    ids |= {"person_id": anna_id, "venue_id": theatre.venue_id, "gate_id": theatre.stalls_gate_id}
    ids |= {"performance_id": theatre.concert_id, "event_id": 1, "role": Role.USHER, "locale": "en", "on": 1}
    ids |= {"entry": False, "question": 0, "hidden": True, "reachable": False, "wants": False, "channel": "paper"}
    ids |= {"days": 7, "done": True}
    ids |= {"place": 31, "gone": 32, "party": "1.2", "detail": 0, "category": 0, "zone": 0, "row": 0, "page": 0}
    ids |= {
        "way": "invoice",
        "chosen": "3",
        "confirmed": True,
        "by": "all",
        "value": "",
        "month": "",
        "day": "2027-03-01",
        "wish": "",
    }
    ids |= {"state": RunState.STARTED, "mode": DoorMode.OUT, "why": HoldReason.MEDICAL, "entry_id": 1}
    ids |= {"instead_id": theatre.circle_gate_id, "what": ItemKind.BAG}
    ids |= await _incident(evening, await evening.id_of(uma), owner_id)
    ids |= {"special": 0}
    ids |= {"day_before": True, "two_hours": False}
    ids |= {"period": Period.DAY, "chart": "sales", "need": NeedKind.SALES, "subject_id": 1}
    ids |= {"rhythm": Rhythm.OFF, "hour": 7}
    ids |= await _window(evening)
    return Scene(evening, ids)


def _ahead(tx: Tx, anna_id: int, owner_id: int, order_id: int, venue_id: int) -> dict[str, Any]:
    """Anna has a voucher, is a member and has made a present of what she bought."""
    until = tx.now + timedelta(days=9)
    tier_id = AddTier(owner_id, MemberTier(0, venue_id, "Friends", 10, {}, 2))(tx)
    (membership_id,) = GrantMemberships(owner_id, tier_id, ("M-1",), until)(tx)
    return {
        "voucher_id": BuyVoucher(Captured("test", "v", "", 0, Money(500, "CNY"), anna_id))(tx)["voucher_id"],
        "tier_id": tier_id,
        "membership_id": TakeMembership(anna_id, membership_id)(tx),
        "handout_id": HandOut(anna_id, order_id, HandoutKind.GIFT)(tx),
        "handout": HandoutKind.GIFT,
    }


def _asked(tx: Tx, anna_id: int, performance_id: int, venue_id: int, ticket_id: int) -> dict[str, Any]:
    """Anna needs help at her seat, has ordered a drink and asks a question."""
    ImportAssistance(house_document())(tx)
    menu_id = tx.assistance.menu(venue_id)[0].id
    return {
        "request_id": AskForHelp(anna_id, ticket_id, HelpKind.LOST)(tx),
        "menu_id": menu_id,
        "drinks_id": OrderDrinks(anna_id, PutInCart(anna_id, performance_id, menu_id, 1)(tx))(tx),
        "enquiry_id": AskPerson(anna_id, "May I bring a dog?", venue_id)(tx),
        "help_kind": HelpKind.UNWELL,
        "said": HelpState.DONE,
        "paid_by": "terminal",
        "no_more": True,
        "reply": "late",
    }


def _lists_and_finds(tx: Tx, anna_id: int, owner_id: int, venue_id: int) -> dict[str, Any]:
    """A list is on its way; something was found, and Anna asks for something else."""
    item = {"key": "safe", "text": {"en": "Safe"}}
    closing = {"key": "closing", "kind": "closing", "name": {"en": "Closing"}, "minutes": 30, "item": [item]}
    tx.lists.put_upkeep(venue_id, {"list": [closing]})
    return {
        "key": "closing",
        "run_id": BeginList(owner_id, venue_id, "closing")(tx),
        "number": 0,
        "find_id": RecordFind(owner_id, venue_id, "a hat", "bar", "box")(tx),
        "loss_id": AskForLost(anna_id, "a glove")(tx),
        "own": False,
    }


def _summer(venue_id: int, now: datetime) -> Promotion:
    return Promotion(0, venue_id, "SUMMER", 20, 0, "CNY", 9, 1, now + timedelta(days=9))


async def _incident(evening: Evening, usher_id: int, owner_id: int) -> dict[str, Any]:
    """An usher has reported one, the owner wants to tell the audience."""

    def work(tx: Tx) -> dict[str, Any]:
        incident_id = SendIncident(usher_id, BeginIncident(usher_id, IncidentKind.SECURITY)(tx))(tx)
        note_id = AddNote(usher_id, incident_id, NoteKind.PHOTO, file_id="photo")(tx)
        delayed = ProposeAnnouncement(owner_id, evening.theatre.concert_id, Template.DELAY, 10)
        return {"incident_id": incident_id, "note_id": note_id, "announcement_id": delayed(tx)}

    ids = await evening.house.foyer.uow.write(work)
    await evening.house.settle()
    ids |= {"kind": IncidentKind.FIRE, "drill": False, "spot": -1, "instead_of": 0, "severity": Severity.S3}
    ids |= {"course": IncidentState.ON_SCENE, "card": ActionCard.EVACUATE, "paper": "csv"}
    return ids | {"template": Template.EVACUATE, "minutes": 0}


async def _window(evening: Evening) -> dict[str, Any]:
    """A clerk has counted a drawer and set a seat aside; nobody has signed for it yet."""
    cleo = await evening.guest(1020, "Cleo")
    cleo_id, theatre = await evening.id_of(cleo), evening.theatre

    def work(tx: Tx) -> dict[str, Any]:
        tx.people.grant(cleo_id, Grant(Role.BOX_OFFICE, theatre.venue_id), None, tx.now)
        OpenDrawer(cleo_id, theatre.venue_id, 100)(tx)
        drawer_id = CloseDrawer(cleo_id, 100)(tx)
        block_id = BlockPlaces(cleo_id, theatre.later_concert_id, "Stalls/1/1", BlockReason.HOUSE)(tx)
        return {"drawer_id": drawer_id, "block_id": block_id}

    def offered_shift(tx: Tx) -> int:
        """Hers, which begins soon and which she asks her colleagues to take."""
        begins, ends = tx.now + timedelta(minutes=10), tx.now + timedelta(hours=4)
        shift = Shift(0, theatre.venue_id, cleo_id, cleo_id, Role.BOX_OFFICE, begins, ends, begins, ends)
        shift_id = tx.shifts.put(shift)
        OfferShift(cleo_id, shift_id)(tx)
        return shift_id

    ids = await evening.house.foyer.uow.write(work)
    await evening.house.settle()  # the card has been sent
    ids |= {"shift_id": await evening.house.foyer.uow.write(offered_shift), "move": Move.HERE}
    return ids | {"reason": BlockReason.HOUSE, "hours": -1, "count": 1, "given": 10**6, "size": PaperSize.A4}


async def somebody(evening: Evening, role: Role) -> Person:
    """A person with this role at another house of the same organisation, in no way bound to the theatre."""
    person = await evening.guest(3000 + list(Role).index(role), role.value.title())
    person_id = await evening.id_of(person)

    def join(tx: Tx) -> None:
        venue = Venue(0, "elsewhere", LocalText.of(en="Elsewhere"), LocalText(), "Asia/Shanghai", "CNY")
        venue_id = tx.programme.put_venue(venue)
        if role is not Role.AUDIENCE:
            tx.people.grant(person_id, Grant(role, venue_id), None, tx.now)

    await evening.house.foyer.uow.write(join)
    return person


def buttons() -> Iterator[type[CallbackData]]:
    """The data that each callback handler takes."""
    for kind, handler in all_handlers(make_dispatcher()):
        if kind == "callback_query":
            (found,) = [f.callback for f in handler.filters or () if isinstance(f.callback, CallbackQueryFilter)]
            yield found.callback_data


def texts() -> Iterator[tuple[str | None, str]]:
    """(the state in which it is said, what is said) for each message handler that a text reaches."""
    for kind, handler in all_handlers(make_dispatcher()):
        if kind != "message":
            continue
        for found in (f.callback for f in handler.filters or ()):
            if isinstance(found, Command):
                yield from ((None, f"/{command}") for command in found.commands)
            elif isinstance(found, Awaits):
                yield found.state, "Anna"
    yield from (
        (None, text)
        for text in (
            *("/start ~T1", "/start T1", "~T1", "222222", "Anna"),
            *("/start ~P1", "/start ~H1", "/start ~S1", "~V1"),
        )
    )


def changed(before: Dump, after: Dump) -> dict[str, list[str]]:
    """Rows that came, went or are not as they were, by table."""
    return {
        table: sorted(set(before[table]) ^ set(after[table]))
        for table in before.keys() - PASSING
        if before[table] != after[table]
    }


def lost(before: Dump, after: Dump) -> dict[str, list[str]]:
    """Rows that went or are not as they were, by table."""
    return {
        table: sorted(rows) for table in before.keys() - PASSING if (rows := set(before[table]) - set(after[table]))
    }


@pytest.mark.parametrize("role", FAR_ROLES)
async def test_no_button_reaches_what_is_somebody_else_s(scene: Scene, role: Role) -> None:
    uow = scene.evening.house.foyer.uow
    others = await dump(uow)
    person = await somebody(scene.evening, role)
    kinds = list(buttons())
    assert len(kinds) > 50
    assert set(kinds) > FOR_ONESELF
    after = await dump(uow)
    for kind in kinds:
        data = kind(**{name: scene.ids[name] for name in kind.model_fields}).pack()
        before = after
        await scene.presses(person, data)
        after = await dump(uow)
        assert not lost(others, after), f"{kind.__name__} by {role}: {data}"
        assert kind in FOR_ONESELF or not changed(before, after), f"{kind.__name__} by {role}: {data}"


@pytest.mark.parametrize("role", FAR_ROLES)
async def test_no_word_reaches_what_is_somebody_else_s(scene: Scene, role: Role) -> None:
    uow, person = scene.evening.house.foyer.uow, await somebody(scene.evening, role)
    for state, text in texts():
        await uow.write(lambda tx, state=state: tx.conversations.put(Conversation(person.id, state)))  # type: ignore[misc]
        before = await dump(uow)
        await scene.says(person, text)
        assert not changed(before, await dump(uow)), f"{text!r} by {role}"


def test_a_handler_without_declared_roles_fails_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    async def careless(message: Message) -> None: ...

    router = Router(name="careless")
    router.message.register(careless)
    monkeypatch.setattr(areas, "routers", lambda: [router])
    with pytest.raises(RuntimeError, match=r"handlers without @allowed: .*careless"):
        make_dispatcher.__wrapped__()


async def test_without_roles_anybody_confirms_a_colleague(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control. Defences: roles, looked at by ``check_roles`` and again in the use case's transaction."""
    person = await somebody(scene.evening, Role.AUDIENCE)
    monkeypatch.setattr(Actor, "may", lambda *_: True)
    monkeypatch.setattr(usecases, "may_decide", lambda *_: True)
    before = await dump(scene.evening.house.foyer.uow)
    await scene.presses(person, DecideJoin(invitation_id=scene.ids["invitation_id"], confirmed=True).pack())
    assert "role_grant" in changed(before, await dump(scene.evening.house.foyer.uow))


async def test_without_the_look_at_the_buyer_a_stranger_gives_seats_back(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control. Defence: ``own_order``, for which somebody else's is none."""
    person = await somebody(scene.evening, Role.AUDIENCE)

    def anybodys(tx: Tx, _: int, order_id: int, *, lock: bool = False) -> Order | None:
        return tx.ticketing.order(order_id, lock=lock)

    monkeypatch.setattr(holding, "own_order", anybodys)
    before = await dump(scene.evening.house.foyer.uow)
    await scene.presses(person, GiveBack(order_id=scene.ids["order_id"]).pack())
    assert "claim" in changed(before, await dump(scene.evening.house.foyer.uow))


async def test_without_the_opened_link_a_stranger_takes_a_ticket(scene: Scene) -> None:
    """Negative control. Defence: the offer whose link was opened, kept in the conversation; here it is put there."""
    person = await somebody(scene.evening, Role.AUDIENCE)
    accept = Accept(hand_on_id=scene.ids["hand_on_id"]).pack()
    await scene.presses(person, accept)
    assert await scene.evening.tickets_of(person) == []
    opened = Conversation(person.id, data={OFFERED: scene.ids["hand_on_id"]})
    await scene.evening.house.foyer.uow.write(lambda tx: tx.conversations.put(opened))
    await scene.presses(person, accept)
    assert await scene.evening.tickets_of(person) == [scene.ids["ticket_id"]]
