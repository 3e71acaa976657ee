"""What must hold in any database at rest, whatever happened to it: seats, money, codes, the door, the records.

Each rule is a query that finds what breaks it, so a rule can be read, and tried by hand in a database's own shell.
They are plain SQL on the tables: a mistake in a repository cannot hide itself from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, text

from domain.notices import NoticeKind
from storage.tables.base import UtcDateTime
from storage.unit_of_work import UnitOfWork

#: Rule → a query for the ids that break it.
SEATS = {
    "a place has one claim": "SELECT place FROM claim GROUP BY performance_id, place HAVING count(*) > 1",
    "a place has one valid ticket": """
        SELECT place FROM ticket WHERE state = 'valid' GROUP BY performance_id, place HAVING count(*) > 1""",
    "a valid ticket has its sale claim": """
        SELECT t.id FROM ticket t LEFT JOIN claim c ON c.performance_id = t.performance_id AND c.place = t.place
            AND c.order_id = t.order_id AND c.kind = 'sale' AND c.until IS NULL
        WHERE t.state = 'valid' AND c.place IS NULL""",
    "a sale claim has its valid ticket": """
        SELECT c.place FROM claim c LEFT JOIN ticket t ON t.performance_id = c.performance_id AND t.place = c.place
            AND t.order_id = c.order_id AND t.state = 'valid'
        WHERE c.kind = 'sale' AND t.id IS NULL""",
    "a hold claim belongs to an unpaid order, and ends with it": """
        SELECT c.place FROM claim c LEFT JOIN ticket_order o ON o.id = c.order_id AND o.state IN ('held', 'paying')
            AND o.until = c.until AND o.performance_id = c.performance_id
        WHERE c.kind = 'hold' AND o.id IS NULL""",
    "an order's claim is on a place of its lines": """
        SELECT c.place FROM claim c LEFT JOIN order_line l ON l.order_id = c.order_id AND l.place = c.place
        WHERE c.kind IN ('hold', 'sale') AND l.id IS NULL""",
    "an order whose time is not over has all its places": """
        SELECT o.id FROM ticket_order o JOIN order_line l ON l.order_id = o.id LEFT JOIN claim c
            ON c.order_id = o.id AND c.performance_id = o.performance_id AND c.place = l.place
        WHERE o.state IN ('held', 'paying') AND o.until > :now AND c.place IS NULL""",
    "a block claim belongs to a block that stands": """
        SELECT c.place FROM claim c LEFT JOIN block b ON b.id = c.block_id AND b.released_at IS NULL
            AND b.performance_id = c.performance_id
        WHERE (c.kind = 'block' OR c.block_id IS NOT NULL) AND (b.id IS NULL OR c.order_id IS NOT NULL)""",
    "a person has one unpaid order for a performance": """
        SELECT buyer_id FROM ticket_order WHERE state IN ('held', 'paying')
        GROUP BY buyer_id, performance_id HAVING count(*) > 1""",
    "a paid order has a ticket for each line, no other order has any": """
        SELECT o.id FROM ticket_order o JOIN order_line l ON l.order_id = o.id
            LEFT JOIN ticket t ON t.order_line_id = l.id AND t.order_id = o.id AND t.place = l.place
        WHERE (o.state = 'paid') = (t.id IS NULL)""",
    "an order has lines": """
        SELECT o.id FROM ticket_order o LEFT JOIN order_line l ON l.order_id = o.id WHERE l.id IS NULL""",
    "nobody has bought more than the limit": """
        SELECT o.id FROM performance p JOIN (
            SELECT o.performance_id, min(o.id) AS id, count(*) AS places FROM ticket_order o
            JOIN order_line l ON l.order_id = o.id WHERE o.state = 'paid' GROUP BY o.performance_id, o.buyer_id
        ) o ON o.performance_id = p.id WHERE o.places > p.purchase_limit""",
}
MONEY = {
    "a provider's charge is known once": """
        SELECT min(id) FROM charge GROUP BY provider, provider_charge_id HAVING count(*) > 1""",
    "captured = live tickets + refunds, whatever their state": """
        SELECT c.id FROM charge c
        LEFT JOIN (SELECT t.order_id, sum(l.price_minor) AS minor FROM ticket t
            JOIN order_line l ON l.id = t.order_line_id WHERE t.state = 'valid' GROUP BY t.order_id
        ) live ON live.order_id = c.order_id AND c.fate = 'tickets'
        LEFT JOIN (SELECT charge_id, sum(amount_minor) AS minor FROM refund GROUP BY charge_id
        ) back ON back.charge_id = c.id
        WHERE c.amount_minor <> coalesce(live.minor, 0) + coalesce(back.minor, 0)""",
    "an order that costs something is paid by one charge, no other order by any": """
        SELECT o.id FROM ticket_order o
            LEFT JOIN (SELECT order_id, count(*) AS times FROM charge WHERE fate = 'tickets' GROUP BY order_id
            ) c ON c.order_id = o.id
        WHERE coalesce(c.times, 0) <> CASE WHEN o.state = 'paid' AND o.total_minor > 0 THEN 1 ELSE 0 END""",
    "an order's total is the sum of its lines": """
        SELECT o.id FROM ticket_order o JOIN order_line l ON l.order_id = o.id
        GROUP BY o.id, o.total_minor HAVING o.total_minor <> sum(l.price_minor)""",
    "one order, one currency": """
        SELECT o.id FROM ticket_order o JOIN order_line l ON l.order_id = o.id WHERE l.currency <> o.currency""",
    "the journal of a charge = captured - confirmed refunds": """
        SELECT c.id FROM charge c
        LEFT JOIN (SELECT charge_id, sum(amount_minor) AS minor FROM journal_entry GROUP BY charge_id
        ) j ON j.charge_id = c.id
        LEFT JOIN (SELECT charge_id, sum(amount_minor) AS minor FROM refund WHERE state = 'confirmed'
            GROUP BY charge_id) r ON r.charge_id = c.id
        WHERE coalesce(j.minor, 0) <> c.amount_minor - coalesce(r.minor, 0)""",
    "the journal of an order = its charges - their confirmed refunds": """
        SELECT o.id FROM ticket_order o
        LEFT JOIN (SELECT order_id, sum(amount_minor) AS minor FROM journal_entry GROUP BY order_id
        ) j ON j.order_id = o.id
        LEFT JOIN (SELECT order_id, sum(amount_minor) AS minor FROM charge GROUP BY order_id
        ) c ON c.order_id = o.id
        LEFT JOIN (SELECT c.order_id, sum(r.amount_minor) AS minor FROM refund r JOIN charge c ON c.id = r.charge_id
            WHERE r.state = 'confirmed' GROUP BY c.order_id) r ON r.order_id = o.id
        WHERE coalesce(j.minor, 0) <> coalesce(c.minor, 0) - coalesce(r.minor, 0)""",
    "a refund is in the journal once it is confirmed, and once": """
        SELECT r.id FROM refund r
            LEFT JOIN (SELECT refund_id, count(*) AS times FROM journal_entry GROUP BY refund_id
            ) j ON j.refund_id = r.id
        WHERE coalesce(j.times, 0) <> CASE WHEN r.state = 'confirmed' THEN 1 ELSE 0 END""",
    "a settled refund is not asked for again": """
        SELECT id FROM refund WHERE (state IN ('confirmed', 'failed')) <> (settled_at IS NOT NULL)
            OR (state IN ('requested', 'submitted')) <> (next_try_at IS NOT NULL)""",
    "a failed refund has its task": """
        SELECT r.id FROM refund r
            LEFT JOIN task t ON t.kind = 'refund_by_hand' AND t.subject = 'refund' AND t.subject_id = r.id
        WHERE r.state = 'failed' AND t.id IS NULL""",
    "a paid order has one receipt if it cost something, and one line of journal if it did not": """
        SELECT o.id FROM ticket_order o LEFT JOIN receipt r ON r.order_id = o.id
            LEFT JOIN journal_entry j ON j.order_id = o.id AND j.kind = 'free'
        GROUP BY o.id, o.state, o.total_minor
        HAVING count(DISTINCT r.id) <> CASE WHEN o.state = 'paid' AND o.total_minor > 0 THEN 1 ELSE 0 END
            OR count(DISTINCT j.id) <> CASE WHEN o.state = 'paid' AND o.total_minor = 0 THEN 1 ELSE 0 END""",
}
CODES = {
    "a valid ticket has one standing credential, any other at most one": """
        SELECT t.id FROM ticket t
            LEFT JOIN ticket_credential c ON c.ticket_id = t.id AND c.revoked_at IS NULL
        GROUP BY t.id, t.state HAVING count(c.id) > 1 OR (t.state = 'valid' AND count(c.id) = 0)""",
    "an order has one standing party code at most": """
        SELECT order_id FROM ticket_credential WHERE order_id IS NOT NULL AND revoked_at IS NULL
        GROUP BY order_id HAVING count(*) > 1""",
    "each handing on has revoked one credential": """
        SELECT t.id FROM ticket t
            LEFT JOIN (SELECT ticket_id, count(*) AS times FROM hand_on WHERE taker_id IS NOT NULL GROUP BY ticket_id
            ) h ON h.ticket_id = t.id
            LEFT JOIN (SELECT ticket_id, count(*) AS times FROM ticket_credential WHERE revoked_why = 'handed_on'
                GROUP BY ticket_id) c ON c.ticket_id = t.id
        WHERE coalesce(h.times, 0) <> coalesce(c.times, 0)""",
    "the holder is who took the ticket last, else the buyer": """
        SELECT t.id FROM ticket t JOIN ticket_order o ON o.id = t.order_id
            LEFT JOIN hand_on h ON h.id = (SELECT max(x.id) FROM hand_on x
                WHERE x.ticket_id = t.id AND x.taker_id IS NOT NULL)
        WHERE t.holder_id <> coalesce(h.taker_id, o.buyer_id)""",
    "a ticket has one open offer at most, by its holder": """
        SELECT t.id FROM hand_on h JOIN ticket t ON t.id = h.ticket_id WHERE h.closed_at IS NULL
        GROUP BY t.id HAVING count(*) > 1 OR min(h.giver_id) <> min(t.holder_id)""",
    "an offer that was taken is closed": "SELECT id FROM hand_on WHERE taker_id IS NOT NULL AND closed_at IS NULL",
}
DOOR = {
    "a ticket is inside once": """
        SELECT ticket_id FROM admission WHERE inside GROUP BY ticket_id HAVING count(*) > 1""",
    "who was let in is inside until it is undone": """
        SELECT id FROM admission WHERE
            (outcome IN ('admitted', 're_admitted') AND undone_at IS NULL) <> inside""",
    "only what let somebody in is undone, by somebody": """
        SELECT id FROM admission WHERE (undone_at IS NULL) <> (undone_by IS NULL)
            OR (undone_at IS NOT NULL AND outcome NOT IN ('admitted', 're_admitted'))""",
    "who was let in came with a ticket for this performance, by a code that stood then": """
        SELECT a.id FROM admission a LEFT JOIN ticket t ON t.id = a.ticket_id AND t.performance_id = a.performance_id
            LEFT JOIN ticket_credential c ON c.id = a.credential_id
        WHERE a.outcome IN ('admitted', 're_admitted') AND (t.id IS NULL OR c.revoked_at < a.at
            OR (c.ticket_id IS NOT NULL AND c.ticket_id <> t.id)
            OR (c.order_id IS NOT NULL AND c.order_id <> t.order_id))""",
}


def _audited(action: str, subject: str, change: str) -> str:
    """Subjects whose audit rows of an action are not as many as their changes. ``change`` gives ids, one a change."""
    return f"""
        SELECT id FROM (
            SELECT subject_id AS id, 1 AS n FROM audit_entry WHERE action = '{action}' AND subject = '{subject}'
            UNION ALL SELECT id, -1 AS n FROM ({change}) c
        ) both_sides GROUP BY id HAVING sum(n) <> 0"""


RECORDS = {
    f"one audit row for each {action}": _audited(action, subject, change)
    for action, subject, change in (
        ("order.held", "order", "SELECT id FROM ticket_order"),
        ("order.paid", "order", "SELECT id FROM ticket_order WHERE state = 'paid'"),
        ("order.let_go", "order", "SELECT id FROM ticket_order WHERE state = 'let_go'"),
        ("order.expired", "order", "SELECT id FROM ticket_order WHERE state = 'expired'"),
        ("ticket.offered", "ticket", "SELECT ticket_id AS id FROM hand_on"),
        ("ticket.taken", "ticket", "SELECT ticket_id AS id FROM hand_on WHERE taker_id IS NOT NULL"),
        (
            "ticket.offer_withdrawn",
            "ticket",
            "SELECT ticket_id AS id FROM hand_on WHERE taker_id IS NULL AND closed_at IS NOT NULL",
        ),
        ("ticket.admitted", "ticket", "SELECT ticket_id AS id FROM admission WHERE outcome = 'admitted'"),
        ("ticket.re_admitted", "ticket", "SELECT ticket_id AS id FROM admission WHERE outcome = 're_admitted'"),
        ("admission.undone", "ticket", "SELECT ticket_id AS id FROM admission WHERE undone_at IS NOT NULL"),
        ("charge.captured", "charge", "SELECT id FROM charge"),
        ("refund.confirmed", "refund", "SELECT id FROM refund WHERE state = 'confirmed'"),
        # One that failed and was then made by hand has failed once too; a pending one can be made by hand as well.
        (
            "refund.failed",
            "refund",
            "SELECT id FROM refund WHERE state = 'failed' UNION ALL SELECT r.id FROM refund r"
            " JOIN journal_entry j ON j.refund_id = r.id AND j.method = 'by_hand'"
            " JOIN audit_entry a ON a.subject = 'refund' AND a.subject_id = r.id AND a.action = 'refund.failed'",
        ),
        ("staff.asked", "invitation", "SELECT id FROM invitation WHERE used_by IS NOT NULL"),
        ("staff.confirmed", "invitation", "SELECT id FROM invitation WHERE confirmed"),
        ("staff.declined", "invitation", "SELECT id FROM invitation WHERE NOT confirmed"),
        ("person.erased", "person", "SELECT id FROM person WHERE erased_at IS NOT NULL"),
        ("places.blocked", "block", "SELECT id FROM block"),
        ("task.opened", "task", "SELECT id FROM task"),
        ("task.done", "task", "SELECT id FROM task WHERE done_at IS NOT NULL"),
    )
} | {
    "an order is being paid by its buyer's own wish": """
        SELECT o.id FROM ticket_order o LEFT JOIN audit_entry a ON a.subject = 'order' AND a.subject_id = o.id
            AND a.action = 'order.paying' AND a.actor_id = o.buyer_id
        WHERE o.state = 'paying' AND a.id IS NULL""",
    "a card asks about an invitation that somebody has used": """
        SELECT c.id FROM card c LEFT JOIN invitation i ON i.id = c.subject_id AND i.used_by IS NOT NULL
        WHERE c.kind = 'invitation' AND i.id IS NULL""",
    "an erased person has no name, no account and no role": """
        SELECT p.id FROM person p LEFT JOIN account a ON a.person_id = p.id
            LEFT JOIN role_grant g ON g.person_id = p.id AND g.revoked_at IS NULL
        WHERE p.erased_at IS NOT NULL AND (p.display_name <> '' OR a.id IS NOT NULL OR g.id IS NOT NULL)""",
    "a role is granted by somebody's confirmed word, or by the house itself": """
        SELECT g.id FROM role_grant g LEFT JOIN invitation i ON i.used_by = g.person_id AND i.confirmed
            AND i.role = g.role AND i.decided_by = g.granted_by
        WHERE g.granted_by IS NOT NULL AND (i.id IS NULL OR g.granted_by = g.person_id)""",
}
INBOX = {
    "an effect belongs to an update that is known": """
        SELECT e.inbox_id FROM effect e LEFT JOIN inbox_update u ON u.id = e.inbox_id WHERE u.id IS NULL""",
    "an effect has an outcome": "SELECT inbox_id FROM effect WHERE outcome IS NULL",
    "a handled update has lost its payload, a waiting one has not": """
        SELECT id FROM inbox_update WHERE (state = 'done' AND payload IS NOT NULL)
            OR (state = 'new' AND payload IS NULL)""",
}
RULES: Mapping[str, str] = {**SEATS, **MONEY, **CODES, **DOOR, **RECORDS, **INBOX}

#: Kind of notice → a query for (dedupe key, person) of each cause; of one that must be told, where it says so.
MUST_TELL = {
    NoticeKind.TICKETS_ISSUED: """
        SELECT 'tickets:' || id, buyer_id FROM ticket_order WHERE state = 'paid'
        UNION SELECT 'tickets:taken:' || id, taker_id FROM hand_on WHERE taker_id IS NOT NULL""",
    NoticeKind.TICKET_TAKEN: "SELECT 'taken:' || id, giver_id FROM hand_on WHERE taker_id IS NOT NULL",
    # By the clock: whoever holds anew in its place knows.
    NoticeKind.HOLD_ENDED: """
        SELECT 'hold_ended:' || o.id, o.buyer_id FROM ticket_order o JOIN audit_entry a ON a.subject = 'order'
            AND a.subject_id = o.id AND a.action = 'order.expired' AND a.actor_id IS NULL""",
    NoticeKind.MONEY_REFUNDED: """
        SELECT 'refund:' || r.id, coalesce(c.payer_id, o.buyer_id) FROM refund r JOIN charge c ON c.id = r.charge_id
            LEFT JOIN ticket_order o ON o.id = c.order_id WHERE coalesce(c.payer_id, o.buyer_id) IS NOT NULL""",
    NoticeKind.REFUND_CONFIRMED: """
        SELECT 'refund_confirmed:' || r.id, coalesce(c.payer_id, o.buyer_id) FROM refund r
            JOIN charge c ON c.id = r.charge_id LEFT JOIN ticket_order o ON o.id = c.order_id
        WHERE r.state = 'confirmed' AND coalesce(c.payer_id, o.buyer_id) IS NOT NULL""",
    NoticeKind.STAFF_WELCOME: "SELECT 'staff_welcome:' || id, used_by FROM invitation WHERE confirmed",
    NoticeKind.STAFF_DECLINED: "SELECT 'staff_declined:' || id, used_by FROM invitation WHERE NOT confirmed",
}
MAY_TELL = {
    NoticeKind.TASK_DUE: "SELECT 'task:' || t.id || ':' || p.id, p.id FROM task t, person p",
    NoticeKind.SALES_OPEN: """
        SELECT 'sales_open:' || f.id || ':' || p.id, p.id FROM performance f, person p WHERE f.sales_open_at <= :now""",
    NoticeKind.APOLOGY: """
        SELECT n.dedupe_key, n.person_id FROM notice n JOIN inbox_update u ON n.dedupe_key = 'apology:' || u.id
        WHERE u.state = 'dead'""",
}
_NOTICES = "SELECT kind, dedupe_key, person_id FROM notice"
#: What had not been sent to them yet was taken away with everything else.
_ERASED = "SELECT id FROM person WHERE erased_at IS NOT NULL"


async def check_invariants(uow: UnitOfWork) -> None:
    """Raises AssertionError with every rule that is broken and the ids that break it.

    It reads statement by statement, so the database has to be at rest.
    """
    broken = await violations(uow)
    assert not broken, "\n".join(broken)


async def violations(uow: UnitOfWork) -> list[str]:
    """Each as ``rule: ids``."""
    return await uow._database.read(lambda connection: list(_violations(connection, uow._clock.now())))


def _violations(connection: Connection, now: Any) -> Iterator[str]:
    def rows(sql: str) -> list[Any]:
        statement = text(sql)
        if ":now" in sql:
            statement = statement.bindparams(bindparam("now", now, type_=UtcDateTime))
        return list(connection.execute(statement))

    for rule, sql in RULES.items():
        if found := [row[0] for row in rows(sql)]:
            yield f"{rule}: {found[:10]}"
    erased = {person_id for (person_id,) in rows(_ERASED)}
    told = {(kind, key, person_id) for kind, key, person_id in rows(_NOTICES)}
    must = {(kind.value, key, person_id) for kind, sql in MUST_TELL.items() for key, person_id in rows(sql)}
    may = {(kind.value, key, person_id) for kind, sql in MAY_TELL.items() for key, person_id in rows(sql)}
    if untold := {cause for cause in must - told if cause[2] not in erased}:
        yield f"what happened is told to whom it concerns: {sorted(untold)[:10]}"
    if causeless := told - must - may:
        yield f"a notice has its cause (a new kind needs its query here): {sorted(causeless)[:10]}"
