"""Every use case × everybody who may not: the same refusal as for what does not exist, and not a row changed."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import domain
from domain.admission.evening_model import HoldReason, ItemKind
from domain.admission.finding import AdmitFound, EnterTicked, LookAtGuest, LookUp, ReissueTicket
from domain.admission.gates import CloseGate, KeepItem, OpenGate, ReturnItem
from domain.admission.house import LetLatecomersIn, SayRun, StopLatecomers, WatchDoor
from domain.admission.model import DoorMode, DoorPost, Outcome
from domain.admission.offline import AdmitPartyOnce, Bound, OfflineScan, ScanOnce, UploadScans
from domain.admission.running import SetRun, TakeBackRun
from domain.admission.scanning import AdmitParty, Scan, SetDoorMode, TakeDoorPost, UndoAdmission, UndoParty
from domain.assistance.asking import AnswerEnquiry, AskPerson, CloseEnquiry, LeaveEnquiry, TakeEnquiry
from domain.assistance.drinks import (
    BeginDrinkPayment,
    CancelDrinks,
    ChangeStock,
    HandOutDrinks,
    MakeReady,
    OrderDrinks,
    PutInCart,
    SetStock,
)
from domain.assistance.helping import AskForHelp, CancelHelp, SayHelp, SayMore, TakeHelp
from domain.assistance.house import ImportAssistance
from domain.assistance.model import HelpKind, HelpState
from domain.errors import BadInput, NotAllowed, NotFound, PaymentRefused, Rejected, Stale
from domain.feedback.answering import Answer, BeginEntry, BeginSurvey, Choose, FinishSurvey, HideName
from domain.feedback.cases import AnswerCase, CloseCase, WriteBack
from domain.feedback.model import Channel as SurveyChannel
from domain.improvement.model import Source
from domain.improvement.usecases import AlsoFrom, AssignAction, DropAction, FinishAction, OpenAction, PostponeAction
from domain.incidents.announcing import ConsentAnnouncement, ProposeAnnouncement, StopAnnouncement
from domain.incidents.handling import (
    HearIncident,
    ReviewIncident,
    SayIncident,
    SetSeverity,
    StartProcedure,
    TakeIncident,
)
from domain.incidents.model import ActionCard, IncidentKind, IncidentState, NoteKind, Severity, Template
from domain.incidents.reporting import AddNote, BeginIncident, DropIncident, SendIncident, ShowNoteAgain
from domain.lost_property.usecases import (
    AskForLost,
    CloseLoss,
    DisposeFind,
    MatchLoss,
    NotTheirs,
    RecordFind,
    ReturnFind,
    WithdrawLoss,
)
from domain.payments.accounts import MonthsOfBooks, ScopesOfBooks
from domain.payments.accounts_model import Month
from domain.payments.checkout import OpenCheckout
from domain.payments.checkout_model import Way
from domain.payments.drawer import CloseDrawer, OpenDrawer, PayOut, SignForDrawer
from domain.payments.model import RefundState
from domain.payments.paying import BeginPayment, OrderToPay, PayNothing
from domain.payments.refunding import SettleRefund
from domain.payments.together import LetSeatGo, ShareSeats
from domain.payments.vouchers import (
    DropVouchers,
    GiveVoucher,
    PutVoucherRules,
    SellVoucher,
    UseVoucher,
    UseVoucherAtWindow,
)
from domain.people.duty import AnswerTest, Move, MoveDuty
from domain.people.list_keeping import BeginList, TickItem
from domain.people.model import Grant, Role
from domain.people.shift_import import ImportShifts
from domain.people.shift_sheet import ShiftDraft
from domain.people.shifts import Shift
from domain.people.swapping import KeepShift, OfferShift, TakeShift
from domain.people.usecases import DecideInvitation, Invite, RevokeRole, UseInvitation
from domain.ports import Tx, Work
from domain.programme.answering import KeepTickets, LookAtCalls, MoneyBack, TakeOtherDate, TickCalled
from domain.programme.model import RunState
from domain.programme.moving import CancelPerformance, MovePerformance, PayBackNow, SteerChange
from domain.records.digest_model import DigestChoice, Rhythm
from domain.records.digests import ChooseDigests
from domain.records.usecases import FinishTask, ForgetMe
from domain.ticketing.blocking import BlockPlaces, ReleaseBlock, SellFromBlock
from domain.ticketing.cancelling import CancelTickets, ReturnToGiver
from domain.ticketing.changing_seats import ChangeSeats
from domain.ticketing.group_ports import HandoutKind
from domain.ticketing.handing_on import OfferTicket, WithdrawOffer
from domain.ticketing.handing_out import CloseHandout, HandOut
from domain.ticketing.holding import LetGo, ProlongHold
from domain.ticketing.mail import MailTickets
from domain.ticketing.member_ports import MemberTier
from domain.ticketing.members import AddTier, EndMembership, GrantMemberships, UseMembership
from domain.ticketing.members_at_window import LookUpMembers, UseMembershipAtWindow
from domain.ticketing.model import BlockReason, Wish
from domain.ticketing.promotion_ports import Promotion
from domain.ticketing.promotions import AddPromotion, UsePromotion, UsePromotionAtWindow, WithdrawPromotion
from domain.ticketing.resale import ListForResale, Unlist
from domain.ticketing.reserving import GivePhone, LookUpReservations, PayHere, Reserve
from domain.ticketing.waiting import RefuseOffered, TakeOffered
from domain.ticketing.window import BeginSale, HoldAtWindow, LeaveContact, StopSale
from domain.ticketing.window_paying import GiveComplimentary, TakeCard, TakeCash, TakeNothing, VoidSale
from storage.unit_of_work import UnitOfWork
from tests.support.assistance import house_document
from tests.support.clock import FakeClock
from tests.support.dump import dump
from tests.support.house import SmallHouse, small_house, somebody
from tests.support.invariants import check_invariants
from tests.support.selling import PRICE, buy, captured, code_of, hold, people, usher_at
from tests.support.survey import unhappy
from tests.support.window import clerk_at, holds_at_window

NOWHERE = 987_654_321

#: Use cases without somebody else's ids in them, and why that is.
NOBODY_ELSES = {
    # whoever acts, acts for themselves alone
    "ComeIn", "ChooseLanguage", "HoldPlaces", "HoldBest", "WatchSales", "MyData", "ForgetMe", "LeaveDoorPost",
    "ChooseReminders",
    "GiveAddress", "GiveCalendar", "ConfirmAddress", "ForgetAddress", "JoinWaiting", "LeaveWaiting",
    # a sealed link is the authority; what it is worth is told in other tests
    "AcceptTicket", "TakeHandout", "TakeMembership", "TakeGroupPlaces", "UseInvitation",
    "ClaimPaper", "TakeSeat",
    # within the bounds that ScopesOfBooks gives
    "EntriesOfBooks", "AdvancesOfBooks", "VouchersOfBooks",
    # whoever pays owns it; whoever has a voucher's code may spend it, on their own order
    "BuyVoucher", "CaptureVoucher", "OpenVoucherCheckout", "CheckVoucherSale", "KeepVoucher", "CaptureDrinks",
    # their own wish, and the form that they are typing
    "WantSurveys", "DropEntry", "AskPerson",
    # the clock and the provider
    "CompareRefunds", "MissRefunds", "CountEvacuations", "ShowEvacuations",
    "IncidentsDue", "WatchIncidents", "PhotosDue", "DropPhoto", "AnnouncementsGoing", "CarryAnnouncement",
    "VisitsBehind", "FollowVisits", "DueSoon",
    "PageHelp", "TendDrinks",
    "DueReminders", "Remind", "RemindOfReservations", "AnyReservationEnds",
    "CountDoors", "ShowDoors", "OfferListed", "PageDuty", "TendLists", "TendLostProperty",
    "AskForFeedback", "CloseSurveys", "RemindActions",
    "ServeQueue", "QueuedPerformances", "CarryOn", "DueChanges",
    "ReleaseDueBlocks", "ExpireOrders", "TellSalesOpen", "DueRefunds", "SubmitRefund", "SettleRefund", "Reconcile",
    # what their own digest says, and leaves out for a day; the clock
    "MakeDigest", "SnoozeNeed", "DigestsDue", "SendDigests",
    "CapturePayment",
    "DueCheckouts", "IsPayable", "LookAtCheckout", "CheckoutOpened", "SettleCheckout", "CloseCheckout",
    "CompareCheckout", "DueBills", "AskForBill", "SettleBill",
    # the office's command line
    "ImportHouse", "ImportPlan", "ImportProgramme", "MovePerformanceToPlan", "ImportSurvey", "ImportAssistance",
    # a figure for the digest, which looks at who reads it
    "EnquiriesBetween",
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
    sale_id: int  # a clerk's at the window, with what is held for it
    held_id: int
    block_id: int
    drawer_id: int  # closed, nobody has signed for it
    change_id: int  # the performance is moved, its holders are asked
    promotion_id: int
    tier_id: int
    membership_id: int
    case_id: int  # somebody has answered a survey and was not content
    action_id: int
    seat_id: int  # that waits for a friend to pay
    item_id: int  # kept for somebody at the door
    asked: Asked  # help, drinks and an enquiry
    incident_id: int  # an usher has reported it, nobody has taken it
    note_id: int  # a photo of it
    draft_id: int  # of a manager's report
    announcement_id: int  # waits for a second manager
    shift_id: int  # an usher's, who asks to be replaced
    run_id: int  # a list on its way
    find_id: int  # what an usher has found, and what somebody asks for
    loss_id: int


Make = Callable[[Scene, int], Work[Any]]


@dataclass(frozen=True, slots=True)
class Asked:
    request_id: int
    drinks_id: int
    menu_id: int
    enquiry_id: int


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
USHERS = ("another usher",)
TEAM = ("another usher", "the box office")

CASES: dict[str, Case] = {
    "ChooseDigests": Case(
        NotAllowed,
        lambda s, a: ChooseDigests(a, DigestChoice(Rhythm.DAILY, 8, s.house.venue_id)),
        lambda s, a: ChooseDigests(a, DigestChoice(Rhythm.DAILY, 8, NOWHERE)),
        TEAM,
    ),
    "ProlongHold": Case(NotFound, lambda s, a: ProlongHold(a, s.order_id), lambda s, a: ProlongHold(a, NOWHERE), STAFF),
    "LetGo": Case(NotFound, lambda s, a: LetGo(a, s.order_id), lambda s, a: LetGo(a, NOWHERE), STAFF),
    "PayNothing": Case(NotFound, lambda s, a: PayNothing(a, s.order_id), lambda s, a: PayNothing(a, NOWHERE), STAFF),
    "OrderToPay": Case(NotFound, lambda s, a: OrderToPay(a, s.order_id), lambda s, a: OrderToPay(a, NOWHERE), STAFF),
    "OpenCheckout": Case(
        NotFound,
        lambda s, a: OpenCheckout(a, s.order_id, Way.STRIPE, "x"),
        lambda s, a: OpenCheckout(a, NOWHERE, Way.STRIPE, "x"),
        STAFF,
    ),
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
    "SetDoorMode": Case(NotAllowed, lambda s, a: SetDoorMode(a, DoorMode.OUT), too=("the box office",)),
    "SayRun": Case(
        NotAllowed, lambda s, a: SayRun(a, s.house.performance_id, RunState.STARTED), too=("the box office",)
    ),
    "LetLatecomersIn": Case(
        NotAllowed, lambda s, a: LetLatecomersIn(a, s.house.performance_id), too=("the box office",)
    ),
    "StopLatecomers": Case(NotAllowed, lambda s, a: StopLatecomers(a, s.house.performance_id), too=("the box office",)),
    "WatchDoor": Case(NotAllowed, lambda s, a: WatchDoor(a, s.house.performance_id), too=TEAM),
    "LookUp": Case(NotAllowed, lambda s, a: LookUp(a, s.house.performance_id, "1"), too=("the box office",)),
    "LookAtGuest": Case(
        NotAllowed, lambda s, a: LookAtGuest(a, s.ticket_id), lambda s, a: LookAtGuest(a, NOWHERE), ("the box office",)
    ),
    "AdmitFound": Case(
        NotAllowed, lambda s, a: AdmitFound(a, s.ticket_id), lambda s, a: AdmitFound(a, NOWHERE), ("the box office",)
    ),
    "ReissueTicket": Case(
        NotAllowed,
        lambda s, a: ReissueTicket(a, s.ticket_id),
        lambda s, a: ReissueTicket(a, NOWHERE),
        ("the box office",),
    ),
    "EnterTicked": Case(
        NotAllowed, lambda s, a: EnterTicked(a, s.house.performance_id, (s.ticket_id,)), too=("the box office",)
    ),
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


def _hold_at(s: Scene, a: int, sale_id: int) -> HoldAtWindow:
    return HoldAtWindow(a, sale_id, hold(s.house, a, 9))


def _block(s: Scene, a: int, performance_id: int) -> BlockPlaces:
    return BlockPlaces(a, performance_id, "1", BlockReason.HOUSE)


LATER = datetime(2031, 1, 1, tzinfo=UTC)


def _bound(s: Scene) -> Bound:
    return Bound(s.house.performance_id, None)


def _scan(s: Scene) -> OfflineScan:
    return OfflineScan("n", s.house.performance_id, None, LATER, Outcome.ADMITTED, s.ticket_id, s.code)


def _promotion(venue_id: int) -> Promotion:
    return Promotion(0, venue_id, "WINTER", 20, 0, PRICE.currency, 9, 1, LATER)


CASES |= {
    "AskForHelp": Case(
        NotFound,
        lambda s, a: AskForHelp(a, s.ticket_id, HelpKind.UNWELL),
        lambda s, a: AskForHelp(a, NOWHERE, HelpKind.UNWELL),
        STAFF,
    ),
    "SayMore": Case(
        NotFound,
        lambda s, a: SayMore(a, s.asked.request_id, "quick"),
        lambda s, a: SayMore(a, NOWHERE, "quick"),
        STAFF,
    ),
    "CancelHelp": Case(
        NotFound, lambda s, a: CancelHelp(a, s.asked.request_id), lambda s, a: CancelHelp(a, NOWHERE), STAFF
    ),
    "TakeHelp": Case(NotAllowed, lambda s, a: TakeHelp(a, s.asked.request_id), lambda s, a: TakeHelp(a, NOWHERE)),
    "SayHelp": Case(
        NotAllowed,
        lambda s, a: SayHelp(a, s.asked.request_id, HelpState.DONE),
        lambda s, a: SayHelp(a, NOWHERE, HelpState.DONE),
    ),
    "PutInCart": Case(
        NotFound,
        lambda s, a: PutInCart(a, s.house.performance_id, s.asked.menu_id, 1),
        lambda s, a: PutInCart(a, NOWHERE, s.asked.menu_id, 1),
        STAFF,
    ),
    "OrderDrinks": Case(
        NotFound, lambda s, a: OrderDrinks(a, s.asked.drinks_id), lambda s, a: OrderDrinks(a, NOWHERE), STAFF
    ),
    "BeginDrinkPayment": Case(PaymentRefused, lambda s, a: BeginDrinkPayment(a, s.asked.drinks_id, PRICE), too=STAFF),
    "CancelDrinks": Case(
        NotFound, lambda s, a: CancelDrinks(a, s.asked.drinks_id), lambda s, a: CancelDrinks(a, NOWHERE), USHERS
    ),
    "MakeReady": Case(
        NotAllowed, lambda s, a: MakeReady(a, s.asked.drinks_id), lambda s, a: MakeReady(a, NOWHERE), USHERS
    ),
    "HandOutDrinks": Case(
        NotAllowed,
        lambda s, a: HandOutDrinks(a, s.asked.drinks_id, "terminal"),
        lambda s, a: HandOutDrinks(a, NOWHERE, "terminal"),
        USHERS,
    ),
    "SetStock": Case(
        NotAllowed, lambda s, a: SetStock(a, s.asked.menu_id, True), lambda s, a: SetStock(a, NOWHERE, True), USHERS
    ),
    "ChangeStock": Case(
        NotAllowed, lambda s, a: ChangeStock(a, s.asked.menu_id, 1), lambda s, a: ChangeStock(a, NOWHERE, 1), USHERS
    ),
    "TakeEnquiry": Case(
        NotAllowed, lambda s, a: TakeEnquiry(a, s.asked.enquiry_id), lambda s, a: TakeEnquiry(a, NOWHERE), USHERS
    ),
    "LeaveEnquiry": Case(
        NotAllowed, lambda s, a: LeaveEnquiry(a, s.asked.enquiry_id), lambda s, a: LeaveEnquiry(a, NOWHERE), USHERS
    ),
    "AnswerEnquiry": Case(
        NotAllowed,
        lambda s, a: AnswerEnquiry(a, s.asked.enquiry_id, "No."),
        lambda s, a: AnswerEnquiry(a, NOWHERE, "No."),
        USHERS,
    ),
    "CloseEnquiry": Case(
        NotFound, lambda s, a: CloseEnquiry(a, s.asked.enquiry_id), lambda s, a: CloseEnquiry(a, NOWHERE), USHERS
    ),
}
#: At the window. Whose ids they are is told apart in tests/contract/test_window.py; here who may work there at all.
USHER = ("another usher",)
CASES |= {
    "BeginSale": Case(
        NotAllowed, lambda s, a: BeginSale(a, s.house.performance_id), lambda s, a: BeginSale(a, NOWHERE), USHER
    ),
    "HoldAtWindow": Case(
        NotAllowed, lambda s, a: _hold_at(s, a, s.sale_id), lambda s, a: _hold_at(s, a, NOWHERE), USHER
    ),
    "StopSale": Case(NotAllowed, lambda s, a: StopSale(a, s.sale_id), lambda s, a: StopSale(a, NOWHERE), USHER),
    "LeaveContact": Case(
        NotAllowed, lambda s, a: LeaveContact(a, s.held_id, "Eve"), lambda s, a: LeaveContact(a, NOWHERE, "Eve"), USHER
    ),
    "TakeCash": Case(
        NotAllowed, lambda s, a: TakeCash(a, s.held_id, 9999), lambda s, a: TakeCash(a, NOWHERE, 9999), USHER
    ),
    "TakeCard": Case(
        NotAllowed, lambda s, a: TakeCard(a, s.held_id, "1"), lambda s, a: TakeCard(a, NOWHERE, "1"), USHER
    ),
    "TakeNothing": Case(
        NotAllowed, lambda s, a: TakeNothing(a, s.held_id), lambda s, a: TakeNothing(a, NOWHERE), USHER
    ),
    "VoidSale": Case(NotAllowed, lambda s, a: VoidSale(a, s.held_id), lambda s, a: VoidSale(a, NOWHERE), USHER),
    "GiveComplimentary": Case(
        NotAllowed,
        lambda s, a: GiveComplimentary(a, s.held_id, "a friend"),
        lambda s, a: GiveComplimentary(a, NOWHERE, "a friend"),
        USHER,
    ),
    "LookUpReservations": Case(NotAllowed, lambda s, a: LookUpReservations(a, "Ada"), too=USHER),
    "BlockPlaces": Case(
        NotAllowed, lambda s, a: _block(s, a, s.house.performance_id), lambda s, a: _block(s, a, NOWHERE), USHER
    ),
    "ReleaseBlock": Case(
        NotAllowed, lambda s, a: ReleaseBlock(a, s.block_id), lambda s, a: ReleaseBlock(a, NOWHERE), USHER
    ),
    "SellFromBlock": Case(
        NotAllowed, lambda s, a: SellFromBlock(a, s.block_id, 1), lambda s, a: SellFromBlock(a, NOWHERE, 1), USHER
    ),
    "OpenDrawer": Case(
        NotAllowed, lambda s, a: OpenDrawer(a, s.house.venue_id, 0), lambda s, a: OpenDrawer(a, NOWHERE, 0), USHER
    ),
    "PayOut": Case(NotAllowed, lambda s, a: PayOut(a, 1, "a present"), too=USHER),
    "CloseDrawer": Case(NotAllowed, lambda s, a: CloseDrawer(a, 0), too=USHER),
    "SignForDrawer": Case(
        NotAllowed, lambda s, a: SignForDrawer(a, s.drawer_id), lambda s, a: SignForDrawer(a, NOWHERE), USHER
    ),
    # in the chat
    "Reserve": Case(NotFound, lambda s, a: Reserve(a, s.order_id), lambda s, a: Reserve(a, NOWHERE), STAFF),
    "PayHere": Case(NotFound, lambda s, a: PayHere(a, s.order_id), lambda s, a: PayHere(a, NOWHERE), STAFF),
    "GivePhone": Case(
        NotFound, lambda s, a: GivePhone(a, s.order_id, "12345678"), lambda s, a: GivePhone(a, NOWHERE, "1"), STAFF
    ),
}
# A change of mind: somebody else's ticket is no ticket, whatever the role.
CASES |= {
    "CancelTickets": Case(
        NotFound, lambda s, a: CancelTickets(a, (s.ticket_id,)), lambda s, a: CancelTickets(a, (NOWHERE,)), STAFF
    ),
    "ReturnToGiver": Case(
        NotFound, lambda s, a: ReturnToGiver(a, s.ticket_id), lambda s, a: ReturnToGiver(a, NOWHERE), STAFF
    ),
    "ListForResale": Case(
        NotFound, lambda s, a: ListForResale(a, (s.ticket_id,)), lambda s, a: ListForResale(a, (NOWHERE,)), STAFF
    ),
    "Unlist": Case(NotFound, lambda s, a: Unlist(a, s.ticket_id), lambda s, a: Unlist(a, NOWHERE), STAFF),
    "ChangeSeats": Case(
        NotFound,
        lambda s, a: ChangeSeats(a, (s.ticket_id,), (Wish(9, s.house.concession_id),)),
        lambda s, a: ChangeSeats(a, (NOWHERE,), (Wish(9, s.house.concession_id),)),
        STAFF,
    ),
}
CASES["MailTickets"] = Case(
    NotFound, lambda s, a: MailTickets(a, s.house.performance_id), lambda s, a: MailTickets(a, NOWHERE), STAFF
)
CASES |= {
    "ShareSeats": Case(NotFound, lambda s, a: ShareSeats(a, s.order_id), lambda s, a: ShareSeats(a, NOWHERE), STAFF),
    "LetSeatGo": Case(NotFound, lambda s, a: LetSeatGo(a, s.seat_id), lambda s, a: LetSeatGo(a, NOWHERE), STAFF),
    "MonthsOfBooks": Case(NotAllowed, lambda s, a: MonthsOfBooks(a), too=TEAM),
    "ScopesOfBooks": Case(NotAllowed, lambda s, a: ScopesOfBooks(a, Month(2027, 3)), too=TEAM),
}
# How it was: answers are their person's own, cases and actions their venue's.
CASES |= {
    "BeginSurvey": Case(
        NotFound, lambda s, a: BeginSurvey(a, s.house.performance_id), lambda s, a: BeginSurvey(a, NOWHERE), STAFF
    ),
    "Answer": Case(
        NotFound,
        lambda s, a: Answer(a, s.house.performance_id, False, 0, 9),
        lambda s, a: Answer(a, NOWHERE, False, 0, 9),
        STAFF,
    ),
    "Choose": Case(
        NotFound,
        lambda s, a: Choose(a, s.house.performance_id, False, 3, "queue"),
        lambda s, a: Choose(a, NOWHERE, False, 3, "queue"),
        STAFF,
    ),
    "HideName": Case(
        NotFound, lambda s, a: HideName(a, s.house.performance_id), lambda s, a: HideName(a, NOWHERE), STAFF
    ),
    "FinishSurvey": Case(
        NotFound, lambda s, a: FinishSurvey(a, s.house.performance_id), lambda s, a: FinishSurvey(a, NOWHERE), STAFF
    ),
    "BeginEntry": Case(
        NotAllowed,
        lambda s, a: BeginEntry(a, s.house.performance_id, SurveyChannel.PAPER),
        lambda s, a: BeginEntry(a, NOWHERE, SurveyChannel.PAPER),
    ),
    "AnswerCase": Case(
        NotAllowed, lambda s, a: AnswerCase(a, s.case_id, "x"), lambda s, a: AnswerCase(a, NOWHERE, "x"), USHER
    ),
    "CloseCase": Case(NotAllowed, lambda s, a: CloseCase(a, s.case_id), lambda s, a: CloseCase(a, NOWHERE), USHER),
    "WriteBack": Case(
        NotFound, lambda s, a: WriteBack(a, s.case_id, "x"), lambda s, a: WriteBack(a, NOWHERE, "x"), STAFF
    ),
    "OpenAction": Case(
        NotAllowed,
        lambda s, a: OpenAction(a, Source.CASE, s.case_id, "x", LATER),
        lambda s, a: OpenAction(a, Source.CASE, NOWHERE, "x", LATER),
        TEAM,
    ),
    "AlsoFrom": Case(
        NotAllowed,
        lambda s, a: AlsoFrom(a, s.action_id, Source.REVIEW, 1),
        lambda s, a: AlsoFrom(a, NOWHERE, Source.REVIEW, 1),
        TEAM,
    ),
    "AssignAction": Case(
        NotAllowed, lambda s, a: AssignAction(a, s.action_id, a), lambda s, a: AssignAction(a, NOWHERE, a), TEAM
    ),
    "PostponeAction": Case(
        NotAllowed, lambda s, a: PostponeAction(a, s.action_id, LATER), lambda s, a: PostponeAction(a, NOWHERE, LATER),
        TEAM,
    ),
    "DropAction": Case(
        NotAllowed, lambda s, a: DropAction(a, s.action_id, "x"), lambda s, a: DropAction(a, NOWHERE, "x"), TEAM
    ),
    "FinishAction": Case(
        NotFound, lambda s, a: FinishAction(a, s.action_id, "x"), lambda s, a: FinishAction(a, NOWHERE, "x"), TEAM
    ),
}  # fmt: skip
# The scanner's page, at this door
CASES |= {
    "ScanOnce": Case(NotAllowed, lambda s, a: ScanOnce(a, _bound(s), "a nonce", s.code), too=("the box office",)),
    "AdmitPartyOnce": Case(
        NotAllowed, lambda s, a: AdmitPartyOnce(a, _bound(s), s.party_id, {s.ticket_id: "n"}), too=("the box office",)
    ),
    "UploadScans": Case(NotAllowed, lambda s, a: UploadScans(a, (_scan(s),)), too=("the box office",)),
}
# A performance that is moved, and what may be taken off prices
CASES |= {
    "MovePerformance": Case(
        NotAllowed,
        lambda s, a: MovePerformance(a, s.house.performance_id, LATER),
        lambda s, a: MovePerformance(a, NOWHERE, LATER),
        TEAM,
    ),
    "CancelPerformance": Case(
        NotAllowed,
        lambda s, a: CancelPerformance(a, s.house.performance_id),
        lambda s, a: CancelPerformance(a, NOWHERE),
        TEAM,
    ),
    "SteerChange": Case(
        NotAllowed, lambda s, a: SteerChange(a, s.change_id, False), lambda s, a: SteerChange(a, NOWHERE, False), TEAM
    ),
    "PayBackNow": Case(NotAllowed, lambda s, a: PayBackNow(a, s.change_id), lambda s, a: PayBackNow(a, NOWHERE), TEAM),
    "LookAtCalls": Case(
        NotAllowed, lambda s, a: LookAtCalls(a, s.change_id, 9), lambda s, a: LookAtCalls(a, NOWHERE, 9), USHER
    ),
    "TickCalled": Case(
        NotAllowed, lambda s, a: TickCalled(a, s.change_id, 1), lambda s, a: TickCalled(a, NOWHERE, 1), USHER
    ),
    "KeepTickets": Case(
        NotFound, lambda s, a: KeepTickets(a, s.change_id), lambda s, a: KeepTickets(a, NOWHERE), STAFF
    ),
    "MoneyBack": Case(NotFound, lambda s, a: MoneyBack(a, s.change_id), lambda s, a: MoneyBack(a, NOWHERE), STAFF),
    "TakeOtherDate": Case(
        NotFound,
        lambda s, a: TakeOtherDate(a, s.change_id, s.house.performance_id),
        lambda s, a: TakeOtherDate(a, NOWHERE, s.house.performance_id),
        STAFF,
    ),
    "TakeOffered": Case(NotFound, lambda s, a: TakeOffered(a, s.order_id), lambda s, a: TakeOffered(a, NOWHERE), STAFF),
    "RefuseOffered": Case(
        NotFound, lambda s, a: RefuseOffered(a, s.order_id), lambda s, a: RefuseOffered(a, NOWHERE), STAFF
    ),
    "AddPromotion": Case(NotAllowed, lambda s, a: AddPromotion(a, _promotion(s.house.venue_id)), too=TEAM),
    "WithdrawPromotion": Case(
        NotAllowed,
        lambda s, a: WithdrawPromotion(a, s.promotion_id),
        lambda s, a: WithdrawPromotion(a, NOWHERE),
        TEAM,
    ),
    "AddTier": Case(NotAllowed, lambda s, a: AddTier(a, MemberTier(0, s.house.venue_id, "Gold", 5, {}, 2)), too=TEAM),
    "GrantMemberships": Case(
        NotAllowed,
        lambda s, a: GrantMemberships(a, s.tier_id, ("M-1",), LATER),
        lambda s, a: GrantMemberships(a, NOWHERE, ("M-1",), LATER),
        TEAM,
    ),
    "EndMembership": Case(
        NotAllowed, lambda s, a: EndMembership(a, s.membership_id), lambda s, a: EndMembership(a, NOWHERE), TEAM
    ),
    "UseMembership": Case(
        NotFound, lambda s, a: UseMembership(a, s.order_id), lambda s, a: UseMembership(a, NOWHERE), STAFF
    ),
    "LookUpMembers": Case(
        NotAllowed,
        lambda s, a: LookUpMembers(a, s.held_id, "M-1"),
        lambda s, a: LookUpMembers(a, NOWHERE, "M-1"),
        USHER,
    ),
    "UseMembershipAtWindow": Case(
        NotAllowed,
        lambda s, a: UseMembershipAtWindow(a, s.held_id, s.membership_id),
        lambda s, a: UseMembershipAtWindow(a, NOWHERE, s.membership_id),
        USHER,
    ),
    "HandOut": Case(
        NotFound,
        lambda s, a: HandOut(a, s.order_id, HandoutKind.GIFT),
        lambda s, a: HandOut(a, NOWHERE, HandoutKind.GIFT),
        STAFF,
    ),
    "CloseHandout": Case(
        NotFound, lambda s, a: CloseHandout(a, s.order_id), lambda s, a: CloseHandout(a, NOWHERE), STAFF
    ),
    "UseVoucher": Case(
        NotFound,
        lambda s, a: UseVoucher(a, s.order_id, "2346789BCDFG"),
        lambda s, a: UseVoucher(a, NOWHERE, "x"),
        STAFF,
    ),
    "DropVouchers": Case(
        NotFound, lambda s, a: DropVouchers(a, s.order_id), lambda s, a: DropVouchers(a, NOWHERE), STAFF
    ),
    "UseVoucherAtWindow": Case(
        NotAllowed,
        lambda s, a: UseVoucherAtWindow(a, s.held_id, "2346789BCDFG"),
        lambda s, a: UseVoucherAtWindow(a, NOWHERE, "x"),
        USHER,
    ),
    "SellVoucher": Case(
        NotAllowed,
        lambda s, a: SellVoucher(a, s.house.venue_id, 100, "4711"),
        lambda s, a: SellVoucher(a, NOWHERE, 100, "4711"),
        USHER,
    ),
    "GiveVoucher": Case(
        NotAllowed,
        lambda s, a: GiveVoucher(a, s.house.venue_id, 100, LATER, "sorry"),
        lambda s, a: GiveVoucher(a, NOWHERE, 100, LATER, "sorry"),
        TEAM,
    ),
    "PutVoucherRules": Case(
        NotAllowed,
        lambda s, a: PutVoucherRules(a, s.house.venue_id, 12, (100,)),
        lambda s, a: PutVoucherRules(a, NOWHERE, 12, (100,)),
        TEAM,
    ),
    "UsePromotionAtWindow": Case(
        NotAllowed,
        lambda s, a: UsePromotionAtWindow(a, s.held_id, "SUMMER"),
        lambda s, a: UsePromotionAtWindow(a, NOWHERE, "SUMMER"),
        USHER,
    ),
    "UsePromotion": Case(
        NotFound,
        lambda s, a: UsePromotion(a, s.order_id, "SUMMER"),
        lambda s, a: UsePromotion(a, NOWHERE, "SUMMER"),
        STAFF,
    ),
}
# How it goes: stage and managers of the venue
CASES |= {
    "SetRun": Case(
        NotAllowed,
        lambda s, a: SetRun(a, s.house.performance_id, RunState.STARTED, HoldReason.OTHER),
        lambda s, a: SetRun(a, NOWHERE, RunState.STARTED),
        USHER,
    ),
    "CloseGate": Case(
        NotAllowed, lambda s, a: CloseGate(a, s.house.gate_id, 1), lambda s, a: CloseGate(a, NOWHERE, 1), ()
    ),
    "OpenGate": Case(NotAllowed, lambda s, a: OpenGate(a, s.house.gate_id), lambda s, a: OpenGate(a, NOWHERE), ()),
    "KeepItem": Case(
        NotAllowed,
        lambda s, a: KeepItem(a, s.house.performance_id, ItemKind.BAG),
        lambda s, a: KeepItem(a, NOWHERE, ItemKind.BAG),
        ("the box office",),
    ),
    "ReturnItem": Case(
        NotAllowed, lambda s, a: ReturnItem(a, s.item_id), lambda s, a: ReturnItem(a, NOWHERE), ("the box office",)
    ),
    "TakeBackRun": Case(
        NotAllowed,
        lambda s, a: TakeBackRun(a, s.house.performance_id, 1),
        lambda s, a: TakeBackRun(a, NOWHERE, 1),
        USHER,
    ),
}
#: Not refused so. Tasks are the whole house's: a manager of any venue may take one up. Whoever is an usher anywhere
#: may take back their own party, and has none here.
OTHERWISE: dict[tuple[str, str], type[Rejected] | None] = {
    # Whoever is an usher anywhere is told that there is no such ticket at their door.
    **{
        (name, who): NotFound
        for name in ("LookAtGuest", "AdmitFound", "ReissueTicket")
        for who in ("an usher of another venue", "a manager of another venue")
    },
    ("FinishTask", "a manager of another venue"): None,
    ("UndoParty", "an usher of another venue"): Stale,
    ("UndoParty", "a manager of another venue"): Stale,
}


def _shift(venue_id: int, person_id: int, starts_at: datetime) -> Shift:
    ends_at = starts_at + timedelta(hours=5)
    return Shift(0, venue_id, person_id, person_id, Role.USHER, starts_at, ends_at, starts_at, ends_at)


def _plan(venue_id: int, person_id: int) -> ImportShifts:
    return ImportShifts((ShiftDraft(2, "starts_at", _shift(venue_id, person_id, LATER)),), person_id)


# Shifts: one's own, and those that a colleague offers
CASES |= {
    "AnswerTest": Case(NotFound, lambda s, a: AnswerTest(a, s.shift_id), lambda s, a: AnswerTest(a, NOWHERE), STAFF),
    "MoveDuty": Case(
        NotFound, lambda s, a: MoveDuty(a, s.shift_id, Move.OFF), lambda s, a: MoveDuty(a, NOWHERE, Move.OFF), STAFF
    ),
    "OfferShift": Case(NotFound, lambda s, a: OfferShift(a, s.shift_id), lambda s, a: OfferShift(a, NOWHERE), STAFF),
    "KeepShift": Case(NotFound, lambda s, a: KeepShift(a, s.shift_id), lambda s, a: KeepShift(a, NOWHERE), STAFF),
    "TakeShift": Case(
        NotFound, lambda s, a: TakeShift(a, s.shift_id), lambda s, a: TakeShift(a, NOWHERE), ("the box office",)
    ),
    "ImportShifts": Case(NotAllowed, lambda s, a: _plan(s.house.venue_id, a), too=TEAM),
}

# Lists and lost property: for all who work there
CASES |= {
    "BeginList": Case(
        NotFound, lambda s, a: BeginList(a, s.house.venue_id, "closing"), lambda s, a: BeginList(a, NOWHERE, "closing")
    ),
    "TickItem": Case(
        NotFound, lambda s, a: TickItem(a, s.run_id, 0, done=True), lambda s, a: TickItem(a, NOWHERE, 0, done=True)
    ),
    "RecordFind": Case(
        NotFound,
        lambda s, a: RecordFind(a, s.house.venue_id, "x", "y", "z"),
        lambda s, a: RecordFind(a, NOWHERE, "x", "y", "z"),
    ),
    "MatchLoss": Case(
        NotFound, lambda s, a: MatchLoss(a, s.loss_id, s.find_id), lambda s, a: MatchLoss(a, NOWHERE, NOWHERE)
    ),
    "NotTheirs": Case(NotFound, lambda s, a: NotTheirs(a, s.loss_id), lambda s, a: NotTheirs(a, NOWHERE)),
    "CloseLoss": Case(NotFound, lambda s, a: CloseLoss(a, s.loss_id), lambda s, a: CloseLoss(a, NOWHERE)),
    "WithdrawLoss": Case(
        NotFound, lambda s, a: WithdrawLoss(a, s.loss_id), lambda s, a: WithdrawLoss(a, NOWHERE), STAFF
    ),
    "ReturnFind": Case(NotFound, lambda s, a: ReturnFind(a, s.find_id, "x"), lambda s, a: ReturnFind(a, NOWHERE, "x")),
    "DisposeFind": Case(NotFound, lambda s, a: DisposeFind(a, s.find_id), lambda s, a: DisposeFind(a, NOWHERE)),
    "AskForLost": Case(
        NotFound,
        lambda s, a: AskForLost(a, "x", performance_id=s.house.performance_id),
        lambda s, a: AskForLost(a, "x", performance_id=NOWHERE),
        STAFF,
    ),
}

# Who is staff elsewhere finds no gate and no performance here.
OTHERWISE |= {
    (name, who): NotFound
    for name in ("TakeHelp", "SayHelp")
    for who in ("an usher of another venue", "a manager of another venue")
}
OTHERWISE |= {
    (name, "a manager of another venue"): NotFound
    for name in (
        "MakeReady", "HandOutDrinks", "SetStock", "ChangeStock", "TakeEnquiry", "LeaveEnquiry", "AnswerEnquiry",
    )
}  # fmt: skip
OTHERWISE |= {
    (name, who): NotFound
    for name in ("CloseGate", "OpenGate", "KeepItem", "ReturnItem")
    for who in ("an usher of another venue", "a manager of another venue")
}


CASES |= {
    "BeginIncident": Case(NotFound, lambda s, a: BeginIncident(a, IncidentKind.FIRE)),
    "SendIncident": Case(
        NotFound, lambda s, a: SendIncident(a, s.draft_id), lambda s, a: SendIncident(a, NOWHERE), TEAM
    ),
    "DropIncident": Case(
        NotFound, lambda s, a: DropIncident(a, s.draft_id), lambda s, a: DropIncident(a, NOWHERE), TEAM
    ),
    "AddNote": Case(
        NotFound,
        lambda s, a: AddNote(a, s.incident_id, NoteKind.TEXT, "x"),
        lambda s, a: AddNote(a, NOWHERE, NoteKind.TEXT, "x"),
    ),
    "ShowNoteAgain": Case(NotFound, lambda s, a: ShowNoteAgain(a, s.note_id), lambda s, a: ShowNoteAgain(a, NOWHERE)),
    "TakeIncident": Case(NotFound, lambda s, a: TakeIncident(a, s.incident_id), lambda s, a: TakeIncident(a, NOWHERE)),
    "SayIncident": Case(
        NotFound,
        lambda s, a: SayIncident(a, s.incident_id, IncidentState.RESOLVED),
        lambda s, a: SayIncident(a, NOWHERE, IncidentState.RESOLVED),
        ("another usher",),
    ),
    "HearIncident": Case(
        NotFound, lambda s, a: HearIncident(a, s.incident_id), lambda s, a: HearIncident(a, NOWHERE), STAFF
    ),
    "SetSeverity": Case(
        NotFound,
        lambda s, a: SetSeverity(a, s.incident_id, Severity.S3),
        lambda s, a: SetSeverity(a, NOWHERE, Severity.S3),
    ),
    "StartProcedure": Case(
        NotFound,
        lambda s, a: StartProcedure(a, s.incident_id, ActionCard.EVACUATE),
        lambda s, a: StartProcedure(a, NOWHERE, ActionCard.EVACUATE),
        ("another usher",),
    ),
    "ReviewIncident": Case(
        NotFound,
        lambda s, a: ReviewIncident(a, s.incident_id, "x", "", ""),
        lambda s, a: ReviewIncident(a, NOWHERE, "x", "", ""),
        ("another usher",),
    ),
    "ProposeAnnouncement": Case(
        NotAllowed,
        lambda s, a: ProposeAnnouncement(a, s.house.performance_id, Template.APOLOGY),
        lambda s, a: ProposeAnnouncement(a, NOWHERE, Template.APOLOGY),
        TEAM,
    ),
    "ConsentAnnouncement": Case(
        NotFound,
        lambda s, a: ConsentAnnouncement(a, s.announcement_id),
        lambda s, a: ConsentAnnouncement(a, NOWHERE),
        TEAM,
    ),
    "StopAnnouncement": Case(
        NotFound, lambda s, a: StopAnnouncement(a, s.announcement_id), lambda s, a: StopAnnouncement(a, NOWHERE), TEAM
    ),
}
# They report what happens in their own house; at the house's own staff's word more is needed than to work there.
OTHERWISE |= {
    ("BeginIncident", "an usher of another venue"): None,
    ("BeginIncident", "a manager of another venue"): None,
    ("ProposeAnnouncement", "a manager of another venue"): NotFound,
    **{(name, "another usher"): NotAllowed for name in ("SayIncident", "StartProcedure", "ReviewIncident")},
    **{("HearIncident", who): Stale for who in STAFF},
}

# A manager elsewhere works at a window elsewhere: what is here does not exist for them, and they have no drawer.
OTHERWISE |= {
    (name, "a manager of another venue"): NotFound
    for name in (
        "BeginSale", "HoldAtWindow", "StopSale", "LeaveContact", "TakeCash", "TakeCard", "TakeNothing",
        "VoidSale", "GiveComplimentary", "BlockPlaces", "ReleaseBlock", "SellFromBlock", "OpenDrawer", "SignForDrawer",
    )
}  # fmt: skip
OTHERWISE |= {
    (name, "a manager of another venue"): NotFound
    for name in (
        "BeginEntry", "AnswerCase", "CloseCase", "OpenAction", "AlsoFrom", "AssignAction", "PostponeAction",
        "DropAction",
    )
} | {("BeginEntry", "an usher of another venue"): NotFound}  # fmt: skip
OTHERWISE |= {
    # They see the books of their own venue: tests/contract/test_accounts.py.
    ("MonthsOfBooks", "a manager of another venue"): None,
    ("ScopesOfBooks", "a manager of another venue"): None,
    ("LookUpReservations", "a manager of another venue"): None,  # and finds nothing
    ("PayOut", "a manager of another venue"): BadInput,
    ("CloseDrawer", "a manager of another venue"): BadInput,
}
OTHERWISE |= {
    (name, "a manager of another venue"): NotFound
    for name in (
        "MovePerformance", "CancelPerformance", "SteerChange", "PayBackNow", "LookAtCalls", "TickCalled",
        "AddPromotion", "WithdrawPromotion", "AddTier", "GrantMemberships", "EndMembership",
        "UsePromotionAtWindow", "UseMembershipAtWindow", "LookUpMembers", "UseVoucherAtWindow",
        "SellVoucher", "GiveVoucher", "PutVoucherRules",
        "SetRun", "TakeBackRun",
    )
}  # fmt: skip


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
    await uow.write(FinishTask(manager, scene.task_id, "bank 4711"))
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
    (manager,) = await people(uow, 1)
    await uow.write(lambda tx: tx.people.grant(manager, Grant(Role.MANAGER, house.venue_id), None, tx.now))
    order_id = await uow.write(hold(house, holder, 1))
    ticket_id, in_party = await buy(uow, house, buyer, 2, 3)
    (offered_id,) = await buy(uow, house, giver, 4)
    await uow.write(OfferTicket(giver, offered_id))
    late = await uow.write(captured(order_id, giver, PRICE.minor))  # somebody else's money: a refund, which fails
    (refund,) = await uow.read(lambda tx: tx.payments.refunds_of_charge(late["charge_id"]))
    await uow.write(SettleRefund(refund.id, RefundState.FAILED, error="no such card"))
    invitation_id = await uow.write(Invite(None, Role.USHER, house.venue_id))
    await uow.write(UseInvitation(guest, invitation_id))
    starts_at = clock.now() + timedelta(days=3)
    change_id = await uow.write(MovePerformance(manager, house.performance_id, starts_at))
    promotion_id = await uow.write(AddPromotion(manager, replace(_promotion(house.venue_id), code="SUMMER")))
    tier_id = await uow.write(AddTier(manager, MemberTier(0, house.venue_id, "Friends", 10, {}, 2)))
    (membership_id,) = await uow.write(GrantMemberships(manager, tier_id, ("M-1",), LATER))
    performance = await uow.read(lambda tx: tx.programme.performance(house.performance_id))
    ticket = await uow.read(lambda tx: tx.ticketing.ticket(ticket_id))
    assert performance is not None
    assert ticket is not None
    party = await uow.read(lambda tx: tx.ticketing.party_credential(ticket.order_id))
    (task,) = await uow.read(lambda tx: tx.records.open_tasks(9))
    assert party is not None
    clerk = await clerk_at(uow, house, float_minor=0)
    drawer_id = await uow.write(CloseDrawer(clerk, 0))
    block_id = await uow.write(BlockPlaces(clerk, house.performance_id, "1", BlockReason.HOUSE))
    held_id = await holds_at_window(uow, house, clerk, 7)
    sale = await uow.read(lambda tx: tx.window.open_sale(clerk))
    assert sale is not None
    shared_id = await uow.write(ShareSeats(guest, await uow.write(hold(house, guest, 11, 12))))
    (seat,) = await uow.read(lambda tx: tx.payments.shared_seats(shared_id))
    usher_id = await usher_at(uow, house)
    shift_id = await uow.write(lambda tx: tx.shifts.put(_shift(house.venue_id, usher_id, performance.doors_at)))
    await uow.write(OfferShift(usher_id, shift_id))
    lists = await uow.write(lambda tx: _lists_and_finds(tx, house.venue_id, usher_id, buyer))
    clock.advance(performance.doors_at - clock.now())
    item = await uow.write(
        lambda tx: tx.evening.keep_item(house.performance_id, ItemKind.BAG, None, usher_id, tx.now).id
    )
    asked = await uow.write(lambda tx: _asks(tx, house.venue_id, house.performance_id, buyer, ticket_id))
    incident_id = await uow.write(BeginIncident(usher_id, IncidentKind.UNWELL))
    await uow.write(SendIncident(usher_id, incident_id))
    note_id = await uow.write(AddNote(usher_id, incident_id, NoteKind.PHOTO, file_id="photo"))
    draft_id = await uow.write(BeginIncident(manager, IncidentKind.CROWD))
    announcement_id = await uow.write(ProposeAnnouncement(manager, house.performance_id, Template.APOLOGY))
    admitted = await uow.write(Scan(usher_id, await code_of(uow, in_party)))
    case_id = await uow.write(lambda tx: unhappy(tx, buyer, house.performance_id, house.venue_id))
    action_id = await uow.write(OpenAction(manager, Source.CASE, case_id, "More light", LATER))
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
        sale_id=sale.id,
        held_id=held_id,
        block_id=block_id,
        drawer_id=drawer_id,
        seat_id=seat.id,
        item_id=item,
        asked=asked,
        incident_id=incident_id,
        note_id=note_id,
        draft_id=draft_id,
        announcement_id=announcement_id,
        shift_id=shift_id,
        **lists,
        change_id=change_id,
        case_id=case_id,
        action_id=action_id,
        promotion_id=promotion_id,
        tier_id=tier_id,
        membership_id=membership_id,
    )


def _asks(tx: Tx, venue_id: int, performance_id: int, holder_id: int, ticket_id: int) -> Asked:
    """Somebody needs help, has ordered a drink and asks a question."""
    venue = tx.programme.venue(venue_id)
    assert venue is not None
    ImportAssistance(house_document(venue=venue.key))(tx)
    menu_id = tx.assistance.menu(venue_id)[0].id
    return Asked(
        request_id=AskForHelp(holder_id, ticket_id, HelpKind.OTHER)(tx),
        drinks_id=OrderDrinks(holder_id, PutInCart(holder_id, performance_id, menu_id, 1)(tx))(tx),
        menu_id=menu_id,
        enquiry_id=AskPerson(holder_id, "May I bring a dog?", venue_id)(tx),
    )


def _lists_and_finds(tx: Tx, venue_id: int, usher_id: int, holder_id: int) -> dict[str, int]:
    item = {"key": "safe", "text": {"en": "Safe"}}
    closing = {"key": "closing", "kind": "closing", "name": {"en": "Closing"}, "minutes": 30, "item": [item]}
    tx.lists.put_upkeep(venue_id, {"list": [closing]})
    return {
        "run_id": BeginList(usher_id, venue_id, "closing")(tx),
        "find_id": RecordFind(usher_id, venue_id, "a hat", "bar", "box")(tx),
        "loss_id": AskForLost(holder_id, "a glove")(tx),
    }


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
