"""``foyer schedule``: what is due in the next days, in words."""

from __future__ import annotations

from handlers.records.schedule import FindSchedule, schedule_text
from handlers.ui.i18n import texts
from storage.unit_of_work import UnitOfWork


async def tell(uow: UnitOfWork, days: int, locale: str) -> None:
    print(schedule_text(texts(locale), await uow.read(FindSchedule(days))))  # noqa: T201 - what was asked for
