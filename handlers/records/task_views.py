"""The screens of what needs a person's hand."""

from __future__ import annotations

from datetime import UTC, datetime, time

from domain.payments.checkout_model import ForeignCharge, ProviderBill
from domain.people.shifts import Shift
from domain.programme.model import Venue
from domain.records.ports import Task
from handlers.people.roles import role_name
from handlers.programme.words import one_line
from handlers.records.callbacks import OpenTask, OpenTasks, TaskDone
from handlers.records.queries import TaskFacts, TaskList
from handlers.ticketing.wording import back, bold, escaped, home, way
from handlers.ui.callbacks import OpenStaff
from handlers.ui.i18n import N_, Html, Texts
from handlers.ui.screen import Row, Screen, button

_NAMES: dict[str, str] = {
    "refund_by_hand": N_("Refund by hand"),
    "charge_differs": N_("An amount differs"),
    "refund_unknown": N_("A refund that we do not know"),
    "drawer_differs": N_("A drawer that does not add up"),
    "refund_missing": N_("A refund that did not arrive"),
    "charge_unknown": N_("Money that we do not know"),
    "charge_missing": N_("Money that the payment service does not know"),
    "bill_unread": N_("A list of payments that cannot be read"),
    "shift_unfilled": N_("A shift that nobody has"),
}
_WHAT_TO_DO: dict[str, str] = {
    "drawer_differs": N_(
        "What was counted in the drawer is not what its sales say. Find out why with the clerk, note it, then press"
        " Done."
    ),
    "refund_by_hand": N_(
        "No machine can give this money back. Give it back by hand, by a transfer or at the window; then press Done and"
        " write or photograph the proof."
    ),
    "charge_differs": N_(
        "The payment service names another amount than we do. Compare its statement with ours, settle the"
        " difference, then press Done."
    ),
    "refund_unknown": N_(
        "The payment service has given back more than we asked for. Find out who did it and why, then press Done."
    ),
    "refund_missing": N_(
        "The payment service has given back less than it confirmed to us. Ask it what became of the refund, see that"
        " the buyer gets the money, then press Done."
    ),
    "charge_unknown": N_(
        "The payment service has taken money that carries our mark and belongs to no order here. Find out whose it is"
        " and give it back there if it is nobody's, then press Done."
    ),
    "charge_missing": N_(
        "We have tickets for this money, and the payment service does not have it. Compare its statement with ours,"
        " settle the difference, then press Done."
    ),
    "shift_unfilled": N_(
        "Whoever had this shift has left the house for good. Find somebody, put them into the plan, then press Done."
    ),
    "bill_unread": N_(
        "The payment service's list of that day cannot be had or read, so payments whose news was lost are not found by"
        " it. We try again every day for a week. See there that we may download bills, compare that day's statement"
        " with ours, then press Done."
    ),
}
_OTHERWISE = N_("Settle it, then press Done.")
_WORD_MOST = 80


def tasks_screen(t: Texts, found: TaskList) -> Screen:
    lines = [bold("📋 " + t.plain("Tasks"))]
    lines.append(t("These need a hand, the most urgent first.") if found.tasks else t("Nothing is waiting. Well done!"))
    if found.more:
        lines.append(t("There are more; they appear when these are done."))
    rows: list[Row] = [
        (button(f"{task_name(t, task)} · {_due(t, task, found.zone)}", OpenTask(task_id=task.id)),)
        for task in found.tasks
    ]
    rows.append(way(t, back(t, OpenStaff())))
    return Screen("\n".join(lines), tuple(rows), here=OpenTasks().pack())


def task_screen(t: Texts, facts: TaskFacts) -> Screen:
    task = facts.task
    rows: list[Row] = []
    if task.done_at is None:
        rows.append((button("✅ " + t.plain("Done"), TaskDone(task_id=task.id)),))
    rows.append(way(t, back(t, OpenTasks())))
    lines = [*_description(t, facts), t("This is done.") if task.done_at else _what_to_do(t, task)]
    return Screen("\n".join(lines), tuple(rows), here=OpenTask(task_id=task.id).pack())


def proof_screen(t: Texts, facts: TaskFacts) -> Screen:
    """Awaits a text or a photo."""
    ask = t("What proves it? Write the number of the transfer or of the receipt, without names, or send a photo of it.")
    lines = [*_description(t, facts), "", bold(ask)]
    return Screen("\n".join(lines), (way(t, back(t, OpenTask(task_id=facts.task.id))),), here="")


def task_notice(t: Texts, facts: TaskFacts) -> Screen:
    lines = [bold("📋 " + t.plain("Something needs a hand")), *_description(t, facts)]
    return Screen("\n".join(lines), ((button(t.plain("Look at it"), OpenTask(task_id=facts.task.id)), home(t)),))


def _description(t: Texts, facts: TaskFacts) -> list[Html]:
    task, refund, charge = facts.task, facts.refund, facts.charge
    lines = [bold(task_name(t, task)), t("Due: {when}", when=_due(t, task, facts.zone))]
    if refund is not None:
        lines.append(t("To give back: {amount}", amount=t.money(refund.amount)))
    if charge is not None:
        lines.append(t("Paid: {amount}, {when}", amount=t.money(charge.amount), when=_paid_at(t, facts)))
        provider, number = one_line(charge.provider, _WORD_MOST), one_line(charge.provider_charge_id, _WORD_MOST)
        lines.append(t("Payment service: {name}, number {number}", name=provider, number=number))
        if charge.order_id is not None:
            lines.append(t("Order: {number}", number=str(charge.order_id)))
    if facts.foreign is not None:
        lines += _foreign(t, facts.foreign, facts.zone)
    elif facts.shift is not None and facts.venue is not None:
        lines += _shift(t, facts.shift, facts.venue)
    elif facts.bill is not None:
        lines += _bill(t, facts.bill)
    elif refund is None and charge is None:
        lines.append(escaped(f"{one_line(task.subject, _WORD_MOST)} {task.subject_id}"))
    return lines


def _foreign(t: Texts, charge: ForeignCharge, zone: str) -> list[Html]:
    provider, number = one_line(charge.provider, _WORD_MOST), one_line(charge.provider_charge_id, _WORD_MOST)
    return [
        t("Paid: {amount}, {when}", amount=t.money(charge.amount), when=t.when(charge.captured_at, zone)),
        t("Payment service: {name}, number {number}", name=provider, number=number),
    ]


def _shift(t: Texts, shift: Shift, venue: Venue) -> list[Html]:
    when = f"{t.when(shift.on_at, venue.timezone)}–{t.time(shift.off_at, venue.timezone)}"
    return [escaped(f"{role_name(t, shift.role)} · {when}"), escaped(one_line(t.of(venue.name), _WORD_MOST))]


def _bill(t: Texts, bill: ProviderBill) -> list[Html]:
    day = t.day(datetime.combine(bill.day, time(12), UTC), "UTC")  # a day as such, in no zone
    return [t("Payment service: {name}", name=one_line(bill.provider, _WORD_MOST)), t("List of: {day}", day=day)]


def _what_to_do(t: Texts, task: Task) -> Html:
    return t(_WHAT_TO_DO.get(task.kind, _OTHERWISE))


def task_name(t: Texts, task: Task) -> str:
    known = _NAMES.get(task.kind)
    return t.plain(known) if known else one_line(task.kind, _WORD_MOST)


def _due(t: Texts, task: Task, zone: str) -> str:
    return t.when(task.due_at, zone)


def _paid_at(t: Texts, facts: TaskFacts) -> str:
    return t.when(facts.charge.captured_at, facts.zone) if facts.charge else ""
