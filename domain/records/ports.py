"""What the records need from storage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from domain.records.digest_ports import DigestRepository


@dataclass(frozen=True, slots=True)
class Task:
    """Something that no machine can finish: a person has to."""

    id: int
    kind: str
    subject: str
    subject_id: int
    due_at: datetime
    done_at: datetime | None


class RecordsRepository(DigestRepository, Protocol):
    def add_task(self, kind: str, subject: str, subject_id: int, due_at: datetime, now: datetime) -> int | None:
        """None where the same cause has its task already."""

    def open_tasks(self, limit: int) -> Sequence[Task]: ...

    def task(self, task_id: int) -> Task | None: ...

    def finish_task(self, task_id: int, by: int, now: datetime) -> bool: ...

    def finish_cause(self, kind: str, subject: str, subject_id: int, by: int | None, now: datetime) -> int | None:
        """The id of the open task that this cause had; it is done now. ``by`` None: by itself."""

    def export_person(self, person_id: int) -> dict[str, Any]:
        """Everything stored about a person, by table, JSON-able."""

    def forget_messages(self, person_id: int) -> None:
        """Takes away what the messenger side keeps: conversation, notices not yet sent, stored updates."""
