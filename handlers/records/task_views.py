"""The screens of what needs a person's hand."""

from __future__ import annotations

from domain.records.ports import Task
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
}
_WHAT_TO_DO: dict[str, str] = {
    "refund_by_hand": N_(
        "The payment service could not give this money back. Refund it there by hand, keep the proof, then press Done."
    ),
    "charge_differs": N_(
        "The payment service names another amount than we do. Compare its statement with ours, settle the"
        " difference, then press Done."
    ),
    "refund_unknown": N_(
        "The payment service has given back more than we asked for. Find out who did it and why, then press Done."
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
        (button(f"{_name(t, task)} · {_due(t, task, found.zone)}", OpenTask(task_id=task.id)),) for task in found.tasks
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


def task_notice(t: Texts, facts: TaskFacts) -> Screen:
    lines = [bold("📋 " + t.plain("Something needs a hand")), *_description(t, facts)]
    return Screen("\n".join(lines), ((button(t.plain("Look at it"), OpenTask(task_id=facts.task.id)), home(t)),))


def _description(t: Texts, facts: TaskFacts) -> list[Html]:
    task, refund, charge = facts.task, facts.refund, facts.charge
    lines = [bold(_name(t, task)), t("Due: {when}", when=_due(t, task, facts.zone))]
    if refund is not None:
        lines.append(t("To give back: {amount}", amount=t.money(refund.amount)))
    if charge is not None:
        lines.append(t("Paid: {amount}, {when}", amount=t.money(charge.amount), when=_paid_at(t, facts)))
        provider, number = one_line(charge.provider, _WORD_MOST), one_line(charge.provider_charge_id, _WORD_MOST)
        lines.append(t("Payment service: {name}, number {number}", name=provider, number=number))
        if charge.order_id is not None:
            lines.append(t("Order: {number}", number=str(charge.order_id)))
    if refund is None and charge is None:
        lines.append(escaped(f"{one_line(task.subject, _WORD_MOST)} {task.subject_id}"))
    return lines


def _what_to_do(t: Texts, task: Task) -> Html:
    return t(_WHAT_TO_DO.get(task.kind, _OTHERWISE))


def _name(t: Texts, task: Task) -> str:
    known = _NAMES.get(task.kind)
    return t.plain(known) if known else one_line(task.kind, _WORD_MOST)


def _due(t: Texts, task: Task, zone: str) -> str:
    return t.when(task.due_at, zone)


def _paid_at(t: Texts, facts: TaskFacts) -> str:
    return t.when(facts.charge.captured_at, facts.zone) if facts.charge else ""
