"""Tasks, and everything that is stored about one person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, bindparam, delete, or_, select, update

from domain.records.ports import Task
from storage.base import both, plain, words
from storage.repositories.digests import Digests
from storage.tables.admission import admission, door_post
from storage.tables.assistance import drink_line, drink_order, drink_receipt, enquiry, enquiry_word, help_request
from storage.tables.base import BigInt
from storage.tables.checkouts import checkout, listed_refund
from storage.tables.evening import closed_gate, held_item, reminder_choice, run_entry, visit
from storage.tables.feedback import (
    answer,
    case_listener,
    case_reply,
    feedback_case,
    response,
    survey_call,
    survey_choice,
)
from storage.tables.improvement import improvement_action
from storage.tables.incidents import (
    announcement,
    incident,
    incident_entry,
    incident_note,
    incident_person,
    incident_review,
)
from storage.tables.lists import list_tick
from storage.tables.lost_property import find, loss
from storage.tables.mail import calendar_copy, mail, mail_address
from storage.tables.messaging import card, conversation, inbox_update, notice
from storage.tables.payments import charge, journal_entry, receipt, refund, refund_line, ticket_payment
from storage.tables.people import account, invitation, person, role_grant
from storage.tables.promotions import promotion, promotion_use
from storage.tables.records import audit_entry, digest_choice, digest_snooze, task
from storage.tables.run_changes import run_change, run_told
from storage.tables.shifts import shift
from storage.tables.ticketing import block, hand_on, order_line, sales_watch, ticket, ticket_credential, ticket_order
from storage.tables.together import shared_seat
from storage.tables.vouchers import (
    group_order,
    handout,
    member_price,
    member_tier,
    membership,
    voucher,
    voucher_sale,
    voucher_use,
)
from storage.tables.waiting import waiting, waiting_offer
from storage.tables.window import (
    complimentary,
    contact,
    drawer,
    drawer_pay_out,
    paper_claim,
    reservation,
    window_sale,
)

_t = task.c
_ADD_TASK = both(lambda insert: insert(task).on_conflict_do_nothing().returning(_t.id))
_TASKS = select(_t.id, _t.kind, _t.subject, _t.subject_id, _t.due_at, _t.done_at)
_OPEN_TASKS = _TASKS.where(_t.done_at.is_(None)).order_by(_t.due_at, _t.id).limit(bindparam("most"))
_TASK = _TASKS.where(_t.id == bindparam("task_id"))
_FINISH = update(task).where(_t.id == bindparam("of_task"), _t.done_at.is_(None))
_FINISH_CAUSE = (
    update(task)
    .where(_t.kind == bindparam("of_kind"), _t.subject == bindparam("of_subject"))
    .where(_t.subject_id == bindparam("of_id"), _t.done_at.is_(None))
    .returning(_t.id)
)

_WHO = bindparam("person_id", type_=BigInt)
_CHATS = bindparam("chats", expanding=True, type_=BigInt)
_ORDERS = select(ticket_order.c.id).where(ticket_order.c.buyer_id == _WHO)
_TICKETS = select(ticket.c.id).where(or_(ticket.c.holder_id == _WHO, ticket.c.order_id.in_(_ORDERS)))
_CALLED = select(survey_call.c.response_id).where(survey_call.c.person_id == _WHO)
_RESPONSES = select(response.c.id).where(or_(response.c.entered_by == _WHO, response.c.id.in_(_CALLED)))
_CASES = select(feedback_case.c.id).where(
    or_(
        feedback_case.c.response_id.in_(_CALLED),
        feedback_case.c.id.in_(select(case_listener.c.case_id).where(case_listener.c.person_id == _WHO)),
    )
)
_VOUCHER_SALES = select(voucher_sale.c.id).where(voucher_sale.c.buyer_id == _WHO)
_CHARGES = select(charge.c.id).where(or_(charge.c.payer_id == _WHO, charge.c.order_id.in_(_ORDERS)))

#: What "about a person" means, table by table. A test finds a table that points at persons and is missing here.
ABOUT: dict[Table, ColumnElement[bool]] = {
    person: person.c.id == _WHO,
    account: account.c.person_id == _WHO,
    role_grant: or_(role_grant.c.person_id == _WHO, role_grant.c.granted_by == _WHO),
    invitation: or_(invitation.c.created_by == _WHO, invitation.c.used_by == _WHO, invitation.c.decided_by == _WHO),
    shift: or_(shift.c.person_id == _WHO, shift.c.planned_for == _WHO),
    list_tick: list_tick.c.by_id == _WHO,
    find: or_(
        find.c.found_by == _WHO,
        find.c.ended_by == _WHO,
        find.c.id.in_(select(loss.c.find_id).where(loss.c.person_id == _WHO)),
    ),
    loss: loss.c.person_id == _WHO,
    ticket_order: ticket_order.c.buyer_id == _WHO,
    order_line: order_line.c.order_id.in_(_ORDERS),
    ticket: ticket.c.id.in_(_TICKETS),
    ticket_credential: or_(ticket_credential.c.ticket_id.in_(_TICKETS), ticket_credential.c.order_id.in_(_ORDERS)),
    hand_on: or_(hand_on.c.giver_id == _WHO, hand_on.c.taker_id == _WHO),
    sales_watch: sales_watch.c.person_id == _WHO,
    promotion: promotion.c.created_by == _WHO,
    voucher: or_(voucher.c.holder_id == _WHO, voucher.c.made_by == _WHO),
    voucher_use: voucher_use.c.order_id.in_(_ORDERS),
    member_tier: member_tier.c.created_by == _WHO,
    membership: or_(membership.c.person_id == _WHO, membership.c.granted_by == _WHO),
    member_price: member_price.c.order_id.in_(_ORDERS),
    group_order: group_order.c.order_id.in_(_ORDERS),
    handout: handout.c.giver_id == _WHO,
    promotion_use: promotion_use.c.order_id.in_(_ORDERS),
    waiting: waiting.c.person_id == _WHO,
    waiting_offer: waiting_offer.c.order_id.in_(_ORDERS),
    run_change: run_change.c.decided_by == _WHO,
    run_told: or_(run_told.c.person_id == _WHO, run_told.c.called_by == _WHO),
    block: block.c.owner_id == _WHO,
    window_sale: or_(window_sale.c.clerk_id == _WHO, window_sale.c.buyer_id == _WHO),
    reservation: reservation.c.order_id.in_(_ORDERS),
    complimentary: or_(complimentary.c.clerk_id == _WHO, complimentary.c.order_id.in_(_ORDERS)),
    contact: contact.c.person_id == _WHO,
    paper_claim: or_(paper_claim.c.giver_id == _WHO, paper_claim.c.taker_id == _WHO),
    drawer: or_(drawer.c.clerk_id == _WHO, drawer.c.signed_by == _WHO),
    drawer_pay_out: drawer_pay_out.c.drawer_id.in_(select(drawer.c.id).where(drawer.c.clerk_id == _WHO)),
    checkout: or_(checkout.c.order_id.in_(_ORDERS), checkout.c.voucher_sale_id.in_(_VOUCHER_SALES)),
    voucher_sale: voucher_sale.c.buyer_id == _WHO,
    listed_refund: listed_refund.c.charge_id.in_(_CHARGES),
    shared_seat: or_(shared_seat.c.host_id == _WHO, shared_seat.c.order_id.in_(_ORDERS)),
    charge: charge.c.id.in_(_CHARGES),
    refund: refund.c.charge_id.in_(_CHARGES),
    refund_line: refund_line.c.ticket_id.in_(_TICKETS),
    ticket_payment: ticket_payment.c.ticket_id.in_(_TICKETS),
    receipt: receipt.c.order_id.in_(_ORDERS),
    journal_entry: or_(
        journal_entry.c.order_id.in_(_ORDERS), journal_entry.c.charge_id.in_(_CHARGES), journal_entry.c.clerk_id == _WHO
    ),
    door_post: door_post.c.person_id == _WHO,
    admission: or_(admission.c.ticket_id.in_(_TICKETS), admission.c.usher_id == _WHO, admission.c.undone_by == _WHO),
    run_entry: or_(run_entry.c.by_id == _WHO, run_entry.c.undone_by == _WHO),
    reminder_choice: reminder_choice.c.person_id == _WHO,
    visit: visit.c.person_id == _WHO,
    closed_gate: closed_gate.c.closed_by == _WHO,
    held_item: or_(held_item.c.kept_by == _WHO, held_item.c.returned_by == _WHO),
    help_request: or_(help_request.c.person_id == _WHO, help_request.c.taken_by == _WHO),
    drink_order: or_(drink_order.c.person_id == _WHO, drink_order.c.ended_by == _WHO),
    drink_line: drink_line.c.order_id.in_(select(drink_order.c.id).where(drink_order.c.person_id == _WHO)),
    drink_receipt: drink_receipt.c.order_id.in_(select(drink_order.c.id).where(drink_order.c.person_id == _WHO)),
    enquiry: or_(enquiry.c.person_id == _WHO, enquiry.c.taken_by == _WHO),
    enquiry_word: or_(
        enquiry_word.c.author_id == _WHO,
        enquiry_word.c.enquiry_id.in_(select(enquiry.c.id).where(enquiry.c.person_id == _WHO)),
    ),
    survey_call: survey_call.c.person_id == _WHO,
    survey_choice: survey_choice.c.person_id == _WHO,
    response: response.c.id.in_(_RESPONSES),
    answer: answer.c.response_id.in_(_RESPONSES),
    feedback_case: or_(feedback_case.c.id.in_(_CASES), feedback_case.c.closed_by == _WHO),
    case_listener: case_listener.c.person_id == _WHO,
    case_reply: or_(case_reply.c.author_id == _WHO, case_reply.c.case_id.in_(_CASES)),
    improvement_action: or_(
        improvement_action.c.owner_id == _WHO,
        improvement_action.c.opened_by == _WHO,
        improvement_action.c.ended_by == _WHO,
    ),
    incident: or_(incident.c.reporter_id == _WHO, incident.c.taker_id == _WHO),
    incident_entry: incident_entry.c.actor_id == _WHO,
    incident_person: incident_person.c.person_id == _WHO,
    incident_note: incident_note.c.author_id == _WHO,
    incident_review: incident_review.c.by_id == _WHO,
    announcement: or_(
        announcement.c.proposed_by == _WHO, announcement.c.consented_by == _WHO, announcement.c.stopped_by == _WHO
    ),
    digest_choice: digest_choice.c.person_id == _WHO,
    digest_snooze: digest_snooze.c.person_id == _WHO,
    mail_address: mail_address.c.person_id == _WHO,
    mail: mail.c.person_id == _WHO,
    calendar_copy: calendar_copy.c.person_id == _WHO,
    notice: notice.c.person_id == _WHO,
    card: card.c.person_id == _WHO,
    audit_entry: audit_entry.c.actor_id == _WHO,
    task: task.c.done_by == _WHO,
    conversation: conversation.c.chat_id.in_(_CHATS),
    inbox_update: inbox_update.c.chat_id.in_(_CHATS),
}


def _everything(table: Table, about: ColumnElement[bool]) -> Select[Any]:
    return select(table).where(about).order_by(*table.primary_key)


_EXPORT = {table.name: _everything(table, about) for table, about in ABOUT.items()}
_TELEGRAM = select(account.c.external_id).where(account.c.person_id == _WHO, account.c.channel == "telegram")
_FORGET_NOTICES = delete(notice).where(notice.c.person_id == _WHO, notice.c.state.in_(words("due", "sending")))
_FORGET_CARDS = delete(card).where(card.c.person_id == _WHO)
_FORGET_WATCHES = delete(sales_watch).where(sales_watch.c.person_id == _WHO)
_FORGET_CALENDARS = delete(calendar_copy).where(calendar_copy.c.person_id == _WHO)
_FORGET_CHOICE = delete(reminder_choice).where(reminder_choice.c.person_id == _WHO)
_FORGET_VISITS = delete(visit).where(visit.c.person_id == _WHO)
_FORGET_DIGESTS = delete(digest_choice).where(digest_choice.c.person_id == _WHO)
_FORGET_SNOOZES = delete(digest_snooze).where(digest_snooze.c.person_id == _WHO)
_FORGET = (
    _FORGET_NOTICES,
    _FORGET_CARDS,
    _FORGET_WATCHES,
    _FORGET_CALENDARS,
    _FORGET_CHOICE,
    _FORGET_VISITS,
    _FORGET_DIGESTS,
    _FORGET_SNOOZES,
)
_FORGET_CONVERSATIONS = delete(conversation).where(conversation.c.chat_id.in_(_CHATS))
# The numbers of updates stay for duplicates; that they came from this chat does not. The update that is being
# handled now is still new: whoever handles it finishes it.
_FORGET_UPDATES = update(inbox_update).where(inbox_update.c.chat_id.in_(_CHATS), inbox_update.c.state != "new")


class RecordsRepository(Digests):
    """Implements ``domain.records.ports.RecordsRepository``."""

    def add_task(self, kind: str, subject: str, subject_id: int, due_at: datetime, now: datetime) -> int | None:
        row = {"kind": kind, "subject": subject, "subject_id": subject_id, "created_at": now, "due_at": due_at}
        return self._execute(_ADD_TASK[self._dialect], row).scalar_one_or_none()

    def open_tasks(self, limit: int) -> Sequence[Task]:
        return [Task(*row) for row in self._execute(_OPEN_TASKS, {"most": limit})]

    def task(self, task_id: int) -> Task | None:
        found = self._execute(_TASK, {"task_id": task_id}).first()
        return Task(*found) if found else None

    def finish_task(self, task_id: int, by: int, now: datetime) -> bool:
        return self._execute(_FINISH, {"of_task": task_id, "done_by": by, "done_at": now}).rowcount > 0

    def finish_cause(self, kind: str, subject: str, subject_id: int, by: int | None, now: datetime) -> int | None:
        cause = {"of_kind": kind, "of_subject": subject, "of_id": subject_id}
        return self._execute(_FINISH_CAUSE, {**cause, "done_by": by, "done_at": now}).scalar_one_or_none()

    def export_person(self, person_id: int) -> dict[str, Any]:
        binds = {"person_id": person_id, "chats": self._chats(person_id)}
        return {name: plain(self._execute(rows, binds).mappings()) for name, rows in _EXPORT.items()}

    def forget_messages(self, person_id: int) -> None:
        chats = self._chats(person_id)
        for forget in _FORGET:
            self._execute(forget, {"person_id": person_id})
        self._execute(_FORGET_CONVERSATIONS, {"chats": chats})
        self._execute(_FORGET_UPDATES, {"chats": chats, "chat_id": 0, "payload": None})

    def _chats(self, person_id: int) -> list[int]:
        """A private chat with a person has the number of their account (Bot API, "Chat")."""
        return [int(external_id) for external_id in self._execute(_TELEGRAM, {"person_id": person_id}).scalars()]
