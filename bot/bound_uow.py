"""The unit of work, bound to the update that is being handled."""

from __future__ import annotations

from typing import TypeVar

from domain.ports import Work
from storage.unit_of_work import UnitOfWork

R = TypeVar("R")


class BoundUow:
    """Marks each write as a step of its update, so that a replay is given the outcome instead of the effect."""

    def __init__(self, uow: UnitOfWork, inbox_id: int | None, replay: bool) -> None:
        self._uow = uow
        self._inbox_id = inbox_id
        self._replay = replay
        self._step = 0

    async def write(self, work: Work[R]) -> R:
        if self._inbox_id is None:
            return await self._uow.write(work)
        step, self._step = self._step, self._step + 1
        return await self._uow.write(work, handled=(self._inbox_id, step), replay=self._replay)

    async def read(self, work: Work[R]) -> R:
        return await self._uow.read(work)
