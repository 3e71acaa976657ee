"""What no machine can finish is asked of a person."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.notices import Notice, NoticeKind
from domain.people.model import Role
from domain.ports import Tx

#: The kind of task whose end is a refund that a person has made.
REFUND_BY_HAND = "refund_by_hand"
SHIFT_UNFILLED = "shift_unfilled"
TASK_DUE_IN = timedelta(days=2)


def ask_for_a_hand(tx: Tx, kind: str, subject: str, subject_id: int, due_at: datetime | None = None) -> None:
    """A task with a due date (``due_at`` where that is sooner), and a word to those who see to it. The same cause asks
    once."""
    usual = tx.now + TASK_DUE_IN
    task_id = tx.records.add_task(kind, subject, subject_id, min(usual, due_at or usual), tx.now)
    if task_id is None:
        return
    tx.audit(None, "task.opened", "task", task_id)
    for person_id in tx.people.holders_of([Role.MANAGER, Role.OWNER]):
        tx.notify(
            Notice(
                person_id,
                NoticeKind.TASK_DUE,
                dedupe_key=f"task:{task_id}:{person_id}",
                params={"task_id": task_id, "kind": kind, "subject_id": subject_id},
            )
        )
