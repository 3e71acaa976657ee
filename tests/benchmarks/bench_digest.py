"""A manager's weekly digest and the report of feedback for a season of 300 performances and 100,000 tickets in one
hall: each third visitor scanned and asked how it was, each ninth with an answer.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from time import perf_counter

from sqlalchemy import insert

from domain.feedback.figures import Scope
from domain.people.model import Grant, Role
from domain.records.digest_model import Period
from handlers.feedback.report_queries import EVENT, FindReport
from handlers.feedback.themes import themes_of
from handlers.records.digest.queries import FindDigest
from handlers.records.digest.views import digest_screen
from handlers.ui.i18n import texts
from storage.tables.admission import admission
from storage.tables.feedback import answer, response, survey_call
from storage.tables.payments import journal_entry
from storage.tables.ticketing import ticket
from storage.transaction import StorageTx
from tests.benchmarks.filling import _connection, add_people, sell
from tests.benchmarks.house import CURRENCY, FULL_PRICE, BenchHouse, add_performance, build_house
from tests.benchmarks.measuring import KINDS, TITLES, Bench, Figure, opened
from tests.support.survey import survey_document

PERFORMANCES, A_SHOW, COMING = 300, 333, 12
AIM = 5.0  # seconds
_ROUNDS = 3


async def _fill(bench: Bench) -> int:
    """Gives the manager."""
    house = await bench.uow.write(build_house)
    people = await add_people(bench.uow, 1, A_SHOW + 1)
    manager, buyers = people[0], people[1:]
    grant = Grant(Role.MANAGER, house.venue_id)
    await bench.uow.write(lambda tx: tx.people.grant(manager, grant, None, tx.now))
    survey_id, _ = await bench.uow.write(lambda tx: tx.feedback.add_survey("visit", survey_document(), tx.now))
    for number in range(PERFORMANCES):
        # The last ones are to come.
        ago = timedelta(days=PERFORMANCES - COMING - number) - timedelta(hours=1)
        performance_id = await bench.uow.write(
            lambda tx, ago=ago, number=number: add_performance(tx, house, number, ago=ago)  # type: ignore[misc]
        )
        await sell(bench.uow, performance_id, house.concessions[0], buyers)
        over = number < PERFORMANCES - COMING
        await bench.uow.write(
            lambda tx, id=performance_id, over=over: _evening(tx, house, id, survey_id, manager, over)  # type: ignore[misc]
        )
    return manager


def _evening(tx: StorageTx, house: BenchHouse, performance_id: int, survey_id: int, usher: int, over: bool) -> None:
    """The journal of its sales and, of one that is over, the door and the answers."""
    connection, now = _connection(tx), tx.now
    performance = tx.programme.performance(performance_id)
    assert performance is not None
    opened = performance.sales_open_at
    connection.execute(ticket.update().where(ticket.c.performance_id == performance_id).values(issued_at=opened))
    rows = connection.execute(
        ticket.select()
        .with_only_columns(ticket.c.id, ticket.c.holder_id, ticket.c.order_id)
        .where(ticket.c.performance_id == performance_id)
    ).all()
    line = {"kind": "charge", "method": "telegram", "currency": CURRENCY, "amount_minor": FULL_PRICE}
    sold_at = min(now - timedelta(days=2), performance.starts_at)
    connection.execute(
        insert(journal_entry),
        [{**line, "at": sold_at, "performance_id": performance_id, "order_id": order} for _, _, order in rows],
    )
    if not over:
        return
    came = {"performance_id": performance_id, "usher_id": usher, "outcome": "admitted", "inside": True}
    scanned = [{**came, "ticket_id": id, "at": performance.doors_at, "gate_id": house.gate_id} for id, _, _ in rows]
    connection.execute(insert(admission), scanned[::3])
    asked = rows[::3]
    first = performance_id * 10_000
    said = {"survey_id": survey_id, "performance_id": performance_id}
    answered = asked[::3]
    connection.execute(
        insert(response),
        [{**said, "id": first + n, "channel": "chat", "done": True} for n in range(len(answered))],
    )
    of = {holder: first + n for n, (_, holder, _) in enumerate(answered)}
    calls = {**said, "asked_at": now, "closes_at": now, "anonymous": False}
    connection.execute(
        insert(survey_call),
        [
            {**calls, "person_id": holder, "response_id": of.get(holder), "state": "done" if holder in of else "closed"}
            for _, holder, _ in asked
        ],
    )
    scores = [("recommend", "nps", "whole", 11), ("staff", "stars", "staff", 5)]
    connection.execute(
        insert(answer),
        [
            {
                "response_id": id,
                "question": question,
                "kind": kind,
                "stage": stage,
                "score": (id * 7 + 3) % most + (most == 5),
                "value": None,
            }
            for id in of.values()
            for question, kind, stage, most in scores
        ]
        + [
            {
                "response_id": id,
                "question": "words",
                "kind": "text",
                "stage": "whole",
                "score": None,
                "value": f"The queue at the bar was long, the music wonderful ({id}).",
            }
            for id in of.values()
        ],
    )


async def _measure(kind: str) -> list[Figure]:
    async with opened(kind) as bench:
        manager = await _fill(bench)
        facts = await bench.uow.read(FindDigest(manager, Period.WEEK))
        assert len(facts.digest.coming) == COMING - 1 or len(facts.digest.coming) == COMING
        assert facts.digest.takings
        assert facts.digest.answers.answered
        event_id = next(iter(facts.showings.values())).event.id
        whole = await bench.uow.read(lambda tx: tx.feedback.figures(Scope((facts.digest.venues[0].id,))))
        assert whole.answered > PERFORMANCES * 30
        digest = min([await _digest(bench, manager) for _ in range(_ROUNDS)])
        report = min([await _report(bench, manager, event_id) for _ in range(_ROUNDS)])
        title = TITLES[kind]
        return [
            {"name": f"{title}: a digest", "value": round(digest, 2), "unit": "s", "aim": AIM},
            {"name": f"{title}: a report of the whole season", "value": round(report, 2), "unit": "s", "aim": AIM},
        ]


async def _digest(bench: Bench, manager: int) -> float:
    begun = perf_counter()
    digest_screen(texts("zh_Hans"), await bench.uow.read(FindDigest(manager, Period.WEEK)))
    return perf_counter() - begun


async def _report(bench: Bench, manager: int, event_id: int) -> float:
    """All shows are of one event: its report is the season's."""
    begun = perf_counter()
    facts = await bench.uow.read(FindReport(manager, EVENT, str(event_id)))
    await asyncio.to_thread(themes_of, facts.comments)
    return perf_counter() - begun


def run() -> list[Figure]:
    """Figures as in ``bench_pictures``."""
    return [figure for kind in KINDS for figure in asyncio.run(_measure(kind))]


if __name__ == "__main__":
    for figure in run():
        print(figure)
