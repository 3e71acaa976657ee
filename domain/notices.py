"""What must reach somebody else, or must not be lost: rows that the courier works off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any


class Lane(IntEnum):
    """Alarms overtake safety (a full house that is told to leave is a long queue), safety overtakes money, money
    overtakes courtesy."""

    ALARM = -1
    SAFETY = 0
    TICKETS = 1
    COURTESY = 2


class NoticeKind(StrEnum):
    TICKETS_ISSUED = "tickets_issued"  # order_id, ticket_ids, holder_id: only what is still theirs is sent
    TICKET_TAKEN = "ticket_taken"  # ticket_id: the giver hears that it has arrived
    TICKET_CHANGED = "ticket_changed"  # ticket_id: another seat or date, or none
    MONEY_REFUNDED = "money_refunded"  # refund_id, why; requested, not yet confirmed
    REFUND_CONFIRMED = "refund_confirmed"  # refund_id
    VOUCHER_BOUGHT = "voucher_bought"  # voucher_id, buyer_id: the money for it has come
    MAIL_FAILED = "mail_failed"  # kind, performance_id: a mail could not be delivered
    HOLD_ENDED = "hold_ended"  # order_id
    SALES_OPEN = "sales_open"  # performance_id
    SEATS_OFFERED = "seats_offered"  # order_id: who waits in line may have them
    RUN_CHANGED = "run_changed"  # change_id, person_id: moved or cancelled, and what now
    CALENDAR_CHANGED = "calendar_changed"  # change_id, person_id: the entry that they have says the wrong time now
    STAFF_WELCOME = "staff_welcome"  # invitation_id
    STAFF_DECLINED = "staff_declined"  # invitation_id
    TASK_DUE = "task_due"  # task_id: something needs a hand
    LATECOMERS_IN = "latecomers_in"  # performance_id: who waits at the door may come in now
    DOORS_OPEN = "doors_open"  # visit_id: at your gate
    GATE_CHANGED = "gate_changed"  # visit_id: yours is closed, or open again
    REMINDER = "reminder"  # performance_id, person_id, kind, starts_at: what it was then
    RESERVATION_ENDS = "reservation_ends"  # order_id: to be paid at the window, and soon
    SHOW_REPORT = "show_report"  # performance_id: it has ended, and how it went
    DUTY_TEST = "duty_test"  # shift_id: answered by one tap at its beginning
    DUTY_SILENT = "duty_silent"  # shift_id: the test pages were not answered
    DUTY_CHANGED = "duty_changed"  # shift_id: somebody comes later or goes earlier than planned
    SHIFTS_PLANNED = "shifts_planned"  # person_id: a new or another plan
    SHIFT_OFFERED = "shift_offered"  # shift_id, giver_id: a colleague would like to be replaced
    SHIFT_SWAPPED = "shift_swapped"  # shift_id, giver_id, taker_id
    LIST_UNFINISHED = "list_unfinished"  # run_id: it was due, and not all of it is ticked off
    LOST_ASKED = "lost_asked"  # loss_id: somebody asks for what they have lost
    LOST_FOUND = "lost_found"  # loss_id: what was found may be it
    LOST_CLOSED = "lost_closed"  # loss_id: the house has not got it
    INCIDENT_ALARM = "incident_alarm"  # incident_id, round: nobody has taken it, and lives are at stake
    INCIDENT_PAGE = "incident_page"  # incident_id, round: nobody has taken it
    INCIDENT_PROCEDURE = "incident_procedure"  # incident_id: evacuate, keep inside, lock, inform
    INCIDENT_NOTE = "incident_note"  # note_id: somebody on it has added something
    DRILL_REPORT = "drill_report"  # incident_id: how long everything took
    ANNOUNCEMENT_ASKED = "announcement_asked"  # announcement_id: a second manager is to agree
    ANNOUNCEMENT = "announcement"  # announcement_id: to the audience
    EVACUATE = "evacuate"  # announcement_id: to the audience, to leave the building
    APOLOGY = "apology"  # reference
    HELP_URGENT = "help_urgent"  # request_id: somebody is unwell
    HELP_CALL = "help_call"  # request_id: somebody needs help at their seat
    DRINKS_READY = "drinks_ready"  # order_id: to be fetched
    ENQUIRY_ASKED = "enquiry_asked"  # word_id: to the window
    ENQUIRY_ANSWERED = "enquiry_answered"  # word_id: to whoever asked
    SURVEY = "survey"  # performance_id: how was it?
    FEEDBACK_CASE = "feedback_case"  # case_id: somebody was unhappy and waits for an answer
    CASE_ANSWERED = "case_answered"  # reply_id: the house answers
    ACTION_GIVEN = "action_given"  # action_id: something is theirs to change
    ACTION_DUE = "action_due"  # action_id
    ACTION_OVERDUE = "action_overdue"  # action_id
    WE_DID = "we_did"  # action_id: what their words have led to
    DIGEST = "digest"  # person_id, period: what a manager should know this morning


class CardKind(StrEnum):
    """What changes under people's eyes: one message a person and thing, edited when the thing has changed."""

    DOUBLE_ADMISSION = "double_admission"  # performance_id: whom the door let in and should not have
    TOGETHER = "together"  # order_id: who of the friends has paid for their seat
    DRAWER = "drawer"  # drawer_id: a colleague has counted, a second signature is wanted
    DOOR = "door"  # a manager sees who comes in: the performance, by gate and zone
    VISIT = "visit"  # visit_id: somebody's evening, from the seat to the way out
    HELP = "help"  # request_id: for those who are paged
    HELP_ASKED = "help_asked"  # request_id: who comes, for whoever asked
    DRINKS = "drinks"  # order_id: the pick-up number, and whether it is ready
    ENQUIRY = "enquiry"  # enquiry_id: for the window
    INVITATION = "invitation"  # a manager is asked to confirm; afterwards it says who decided
    INCIDENT = "incident"  # incident_id: the same state on every phone


LANES: Mapping[NoticeKind, Lane] = {
    NoticeKind.INCIDENT_ALARM: Lane.ALARM,
    NoticeKind.INCIDENT_PROCEDURE: Lane.ALARM,
    NoticeKind.INCIDENT_PAGE: Lane.SAFETY,
    NoticeKind.INCIDENT_NOTE: Lane.SAFETY,
    NoticeKind.EVACUATE: Lane.SAFETY,
    NoticeKind.DRILL_REPORT: Lane.COURTESY,
    NoticeKind.HELP_URGENT: Lane.SAFETY,
    NoticeKind.DUTY_TEST: Lane.SAFETY,  # it tests the way of the pages that matter
    NoticeKind.DUTY_SILENT: Lane.SAFETY,
    NoticeKind.SHIFTS_PLANNED: Lane.COURTESY,
    NoticeKind.SHIFT_OFFERED: Lane.COURTESY,
    NoticeKind.LOST_ASKED: Lane.COURTESY,
    NoticeKind.LOST_CLOSED: Lane.COURTESY,
    NoticeKind.HOLD_ENDED: Lane.COURTESY,
    NoticeKind.SALES_OPEN: Lane.COURTESY,
    NoticeKind.STAFF_DECLINED: Lane.COURTESY,
    NoticeKind.TICKET_TAKEN: Lane.COURTESY,
    NoticeKind.SURVEY: Lane.COURTESY,
    NoticeKind.WE_DID: Lane.COURTESY,
    NoticeKind.DIGEST: Lane.COURTESY,
    NoticeKind.ACTION_GIVEN: Lane.COURTESY,
    NoticeKind.ACTION_DUE: Lane.COURTESY,
    NoticeKind.ACTION_OVERDUE: Lane.COURTESY,
    NoticeKind.REMINDER: Lane.COURTESY,
    NoticeKind.RESERVATION_ENDS: Lane.COURTESY,
    NoticeKind.SHOW_REPORT: Lane.COURTESY,  # it is on record
    NoticeKind.TASK_DUE: Lane.COURTESY,  # the task itself is kept, and listed until it is done
}


@dataclass(frozen=True, slots=True)
class Notice:
    """``dedupe_key`` names the cause: the same cause tells the same person once, however often it is written."""

    person_id: int
    kind: NoticeKind
    dedupe_key: str
    params: Mapping[str, Any] = field(default_factory=dict)
    due_at: datetime | None = None  # None: at once

    @property
    def lane(self) -> Lane:
        return LANES.get(self.kind, Lane.TICKETS)
