"""``foyer move-plan``."""

from __future__ import annotations

from collections.abc import Sequence

import typer
from rich.console import Console

from domain.programme.model import SeatingPlan
from domain.programme.usecases import MovePerformanceToPlan
from storage.transaction import StorageTx
from storage.unit_of_work import UnitOfWork

_console = Console(stderr=True, highlight=False, markup=False)


async def move_plan(uow: UnitOfWork, performance_key: str) -> None:
    """Moves a performance to its hall's newest plan, or says which seats somebody would lose. Raises typer.Exit(1)."""

    def find(tx: StorageTx) -> tuple[int, SeatingPlan, SeatingPlan] | None:
        performance = tx.programme.performance_by_key(performance_key)
        if performance is None or performance.plan_id is None:
            return None
        old, new = tx.programme.plan(performance.plan_id), tx.programme.newest_plan(performance.hall_id)
        return (performance.id, old, new) if old is not None and new is not None else None

    found = await uow.read(find)
    if found is None:
        _console.print(
            f"There is no performance {performance_key} with a seating plan. Its key is in the programme sheet."
        )
        raise typer.Exit(1)
    performance_id, old, new = found
    outcome = await uow.write(MovePerformanceToPlan(performance_id, new.id))
    if not outcome["moved"]:
        _console.print("Nothing was moved. Somebody would lose these seats; reseat or refund them first:")
        _list(old, outcome["lost"])
        raise typer.Exit(1)
    _console.print(f"{performance_key} is on version {new.version} of its hall's plan now.")
    if outcome["relabelled"]:
        _console.print("These sold or held seats have another row or number now; tell their holders:")
        _list(new, outcome["relabelled"])
    if outcome["unpriced"]:
        _console.print(f"No price yet for: {', '.join(outcome['unpriced'])}. Name one in the programme sheet.")


def _list(plan: SeatingPlan, places: Sequence[int]) -> None:
    for seat in map(plan.seat, places):
        _console.print(f"  {seat.zone}, row {seat.row}, seat {seat.number}")
