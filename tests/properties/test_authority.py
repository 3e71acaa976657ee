"""Every use case × everybody who may not: the same refusal as for what does not exist, and not a row changed."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import domain
from domain.admission.model import DoorPost
from domain.admission.scanning import AdmitParty, Scan, TakeDoorPost, UndoAdmission, UndoParty
from domain.errors import NotAllowed, NotFound, PaymentRefused, Rejected, Stale
from domain.payments.model import RefundState
from domain.payments.paying import BeginPayment, OrderToPay, PayNothing
from domain.payments.refunding import SettleRefund
from domain.people.model import Grant, Role
from domain.people.usecases import DecideInvitation, Invite, RevokeRole, UseInvitation
from domain.ports import Tx, Work
from domain.records.usecases import FinishTask, ForgetMe
from domain.ticketing.handing_on import OfferTicket, WithdrawOffer
from domain.ticketing.holding import LetGo, ProlongHold
from storage.unit_of_work import UnitOfWork
from tests.support.clock import FakeClock
from tests.support.dump import dump
from tests.support.house import SmallHouse, small_house, somebody
from tests.support.invariants import check_invariants
from tests.support.selling import PRICE, buy, captured, code_of, hold, people, usher_at

NOWHERE = 987_654_321

#: Use cases without somebody else's ids in them, and why that is.
NOBODY_ELSES = {
    # whoever acts, acts for themselves alone
    "ComeIn", "ChooseLanguage", "HoldPlaces", "HoldBest", "WatchSales", "MyData", "ForgetMe", "LeaveDoorPost",
    # a sealed link is the authority; what it is worth is told in other tests
    "AcceptTicket", "UseInvitation",
    # the clock and the provider
    "ExpireOrders", "TellSalesOpen", "DueRefunds", "SubmitRefund", "SettleRefund", "Reconcile", "CapturePayment",
    # the office's command line
    "ImportHouse", "ImportPlan", "ImportProgramme", "MovePerformanceToPlan",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scene:
    """A house in which there is something of everything, and none of it belongs to the actors under test."""

    house: SmallHouse
    order_id: int
    ticket_id: int
    offered_id: int
    code: Any
    party_id: int
    admission_id: int
    invitation_id: int
    usher_id: int
    task_id: int


Make = Callable[[Scene, int], Work[Any]]


@dataclass(frozen=True, slots=True)
class Case:
    """``made``: aimed at the scene. ``void``: aimed at nothing; it must be refused in the same words. ``too``: who is
    refused beside those who have nothing to do with this venue."""

    refusal: type[Rejected]
    made: Make
    void: Make | None = None
    too: tuple[str, ...] = ()


OUTSIDERS: dict[str, tuple[tuple[Role, bool], ...]] = {  # roles, each here or elsewhere
    "a stranger": (),
    "a former usher": (),
    "an usher of another venue": ((Role.USHER, False),),
    "a manager of another venue": ((Role.MANAGER, False),),
}
INSIDERS: dict[str, tuple[tuple[Role, bool], ...]] = {
    "another usher": ((Role.USHER, True),),
    "the box office": ((Role.BOX_OFFICE, True), (Role.STAGE, True), (Role.FLOOR, True), (Role.SAFETY, True)),
    "the venue's manager": ((Role.MANAGER, True),),
}
STAFF = tuple(INSIDERS)
TEAM = ("another usher", "the box office")

CASES: dict[str, Case] = {
    "ProlongHold": Case(NotFound, lambda s, a: ProlongHold(a, s.order_id), lambda s, a: ProlongHold(a, NOWHERE), STAFF),
    "LetGo": Case(NotFound, lambda s, a: LetGo(a, s.order_id), lambda s, a: LetGo(a, NOWHERE), STAFF),
    "PayNothing": Case(NotFound, lambda s, a: PayNothing(a, s.order_id), lambda s, a: PayNothing(a, NOWHERE), STAFF),
    "OrderToPay": Case(NotFound, lambda s, a: OrderToPay(a, s.order_id), lambda s, a: OrderToPay(a, NOWHERE), STAFF),
    "BeginPayment": Case(PaymentRefused, lambda s, a: BeginPayment(a, s.order_id, PRICE), too=STAFF),
    "OfferTicket": Case(
        NotFound, lambda s, a: OfferTicket(a, s.ticket_id), lambda s, a: OfferTicket(a, NOWHERE), STAFF
    ),
    "WithdrawOffer": Case(
        NotFound, lambda s, a: WithdrawOffer(a, s.offered_id), lambda s, a: WithdrawOffer(a, NOWHERE), STAFF
    ),
    "TakeDoorPost": Case(
        NotAllowed,
        lambda s, a: TakeDoorPost(a, s.house.performance_id, s.house.gate_id),
        too=("the box office",),
    ),
    "Scan": Case(NotAllowed, lambda s, a: Scan(a, s.code), lambda s, a: Scan(a), ("the box office",)),
    "AdmitParty": Case(
        NotAllowed, lambda s, a: AdmitParty(a, s.party_id), lambda s, a: AdmitParty(a, NOWHERE), ("the box office",)
    ),
    "UndoAdmission": Case(NotAllowed, lambda s, a: UndoAdmission(a, s.admission_id), too=TEAM),
    "UndoParty": Case(
        NotAllowed, lambda s, a: UndoParty(a, s.party_id), lambda s, a: UndoParty(a, NOWHERE), ("the box office",)
    ),
    "Invite": Case(NotAllowed, lambda s, a: Invite(a, Role.USHER, s.house.venue_id), too=TEAM),
    "Invite to every venue": Case(NotAllowed, lambda s, a: Invite(a, Role.USHER), too=STAFF),
    "Invite a manager": Case(NotAllowed, lambda s, a: Invite(a, Role.MANAGER, s.house.venue_id), too=STAFF),
    "DecideInvitation": Case(NotAllowed, lambda s, a: DecideInvitation(a, s.invitation_id, True), too=TEAM),
    "RevokeRole": Case(
        NotAllowed, lambda s, a: RevokeRole(a, s.usher_id, Grant(Role.USHER, s.house.venue_id)), too=TEAM
    ),
    "RevokeRole in every venue": Case(NotAllowed, lambda s, a: RevokeRole(a, s.usher_id, Grant(Role.USHER)), too=STAFF),
    "FinishTask": Case(NotAllowed, lambda s, a: FinishTask(a, s.task_id), lambda s, a: FinishTask(a, NOWHERE), TEAM),
}
#: Not refused so. Tasks are the whole house's: a manager of any venue may take one up. Whoever is an usher anywhere
#: may take back their own party, and has none here.
OTHERWISE: dict[tuple[str, str], type[Rejected] | None] = {
    ("FinishTask", "a manager of another venue"): None,
    ("UndoParty", "an usher of another venue"): Stale,
    ("UndoParty", "a manager of another venue"): Stale,
}


async def test_nobody_does_what_they_may_not(uow: UnitOfWork, clock: FakeClock) -> None:
    scene = await set_scene(uow, clock)
    actors = await cast(uow, scene)
    before = await dump(uow)
    for name, case in CASES.items():
        for who in (*OUTSIDERS, *case.too):
            expected = OTHERWISE.get((name, who), case.refusal)
            if expected is None:
                continue
            refusal = await refused(uow, case.made(scene, actors[who]), f"{name} by {who}")
            assert type(refusal) is expected, f"{name} by {who}: {refusal!r}"
            if case.void is not None and (name, who) not in OTHERWISE:
                nothing = await refused(uow, case.void(scene, actors[who]), f"{name} of nothing by {who}")
                assert (type(nothing), nothing.params) == (type(refusal), refusal.params), f"{name} by {who}"
    assert await dump(uow) == before
    await check_invariants(uow)


async def test_those_who_may_are_not_refused(uow: UnitOfWork, clock: FakeClock) -> None:
    """Else the refusals above would prove little."""
    scene = await set_scene(uow, clock)
    manager = (await cast(uow, scene))["the venue's manager"]
    await uow.write(FinishTask(manager, scene.task_id))
    await uow.write(UndoAdmission(manager, scene.admission_id))
    await uow.write(DecideInvitation(manager, scene.invitation_id, True))
    await uow.write(Invite(manager, Role.USHER, scene.house.venue_id))
    assert await uow.write(RevokeRole(manager, scene.usher_id, Grant(Role.USHER, scene.house.venue_id)))
    await check_invariants(uow)


async def test_nobody_confirms_themselves(uow: UnitOfWork) -> None:
    house = await uow.write(small_house)
    invitation_id = await uow.write(Invite(None, Role.USHER, house.venue_id))
    (manager,) = await people(uow, 1)
    await uow.write(lambda tx: tx.people.grant(manager, Grant(Role.MANAGER, house.venue_id), None, tx.now))
    await uow.write(UseInvitation(manager, invitation_id))
    before = await dump(uow)
    assert isinstance(await refused(uow, DecideInvitation(manager, invitation_id, True), "themselves"), NotAllowed)
    assert await dump(uow) == before


async def test_somebody_who_was_erased_is_not_made_staff(uow: UnitOfWork) -> None:
    house = await uow.write(small_house)
    owner, guest = await people(uow, 2)
    await uow.write(lambda tx: tx.people.grant(owner, Grant(Role.OWNER), None, tx.now))
    invitation_id = await uow.write(Invite(owner, Role.MANAGER, house.venue_id))
    await uow.write(UseInvitation(guest, invitation_id))
    await uow.write(ForgetMe(guest))
    assert isinstance(await refused(uow, DecideInvitation(owner, invitation_id, True), "erased"), NotFound)
    await check_invariants(uow)


def test_no_use_case_is_left_out() -> None:
    """A new one belongs into ``CASES``, or with its reason into ``NOBODY_ELSES``."""
    known = {name.split()[0] for name in CASES} | NOBODY_ELSES
    assert {cls.__name__ for cls in use_cases()} == known


def use_cases() -> Iterator[type]:
    """Every class of the domain that is called with a transaction."""
    for module in pkgutil.walk_packages(domain.__path__, "domain."):
        for _, cls in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            call = vars(cls).get("__call__")
            if cls.__module__ == module.name and call and "tx" in inspect.signature(call).parameters:
                yield cls


async def refused(uow: UnitOfWork, work: Work[Any], what: str) -> Rejected:
    try:
        outcome = await uow.write(work)
    except Rejected as refusal:
        return refusal
    raise AssertionError(f"{what} was not refused: {outcome!r}")


async def set_scene(uow: UnitOfWork, clock: FakeClock) -> Scene:
    house = await uow.write(small_house)
    holder, buyer, giver, guest = await people(uow, 4)
    order_id = await uow.write(hold(house, holder, 1))
    ticket_id, in_party = await buy(uow, house, buyer, 2, 3)
    (offered_id,) = await buy(uow, house, giver, 4)
    await uow.write(OfferTicket(giver, offered_id))
    late = await uow.write(captured(order_id, giver, PRICE.minor))  # somebody else's money: a refund, which fails
    (refund,) = await uow.read(lambda tx: tx.payments.refunds_of_charge(late["charge_id"]))
    await uow.write(SettleRefund(refund.id, RefundState.FAILED, error="no such card"))
    invitation_id = await uow.write(Invite(None, Role.USHER, house.venue_id))
    await uow.write(UseInvitation(guest, invitation_id))
    performance = await uow.read(lambda tx: tx.programme.performance(house.performance_id))
    ticket = await uow.read(lambda tx: tx.ticketing.ticket(ticket_id))
    assert performance is not None
    assert ticket is not None
    party = await uow.read(lambda tx: tx.ticketing.party_credential(ticket.order_id))
    (task,) = await uow.read(lambda tx: tx.records.open_tasks(9))
    assert party is not None
    usher_id = await usher_at(uow, house)
    clock.advance(performance.doors_at - clock.now())
    admitted = await uow.write(Scan(usher_id, await code_of(uow, in_party)))
    return Scene(
        house=house,
        order_id=order_id,
        ticket_id=ticket_id,
        offered_id=offered_id,
        code=await code_of(uow, ticket_id),
        party_id=party.id,
        admission_id=admitted["admission_id"],
        invitation_id=invitation_id,
        usher_id=usher_id,
        task_id=task.id,
    )


async def cast(uow: UnitOfWork, scene: Scene) -> dict[str, int]:
    """Persons by who they are. All of them stood at this door once: a post is no authority."""

    def appear(tx: Tx) -> dict[str, int]:
        elsewhere = small_house(tx)
        persons = {}
        for who, roles in {**OUTSIDERS, **INSIDERS}.items():
            persons[who] = person_id = somebody(tx, who)
            for role, here in roles:
                venue_id = scene.house.venue_id if here else elsewhere.venue_id
                tx.people.grant(person_id, Grant(role, venue_id), None, tx.now)
            tx.admission.take_door_post(DoorPost(person_id, scene.house.performance_id, None, tx.now))
        return persons

    return await uow.write(appear)
