"""What must hold in any database at rest, whatever happened to it: seats, money, codes, the door, the records.

Each rule is a query that finds what breaks it, so a rule can be read, and tried by hand in a database's own shell.
They are plain SQL on the tables: a mistake in a repository cannot hide itself from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, TextClause, bindparam, text

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
        WHERE t.state = 'valid' AND (c.place IS NULL) <> (t.offered_at IS NOT NULL)""",
    "what is offered for resale is listed, and good": """
        SELECT id FROM ticket WHERE (offered_at IS NOT NULL AND listed_at IS NULL)
            OR (listed_at IS NOT NULL AND state <> 'valid')""",
    "who is inside does not sell the place": """
        SELECT t.id FROM ticket t JOIN admission a ON a.ticket_id = t.id AND a.inside WHERE t.listed_at IS NOT NULL""",
    "seats are changed for tickets of the same buyer, which end with it; at another date where theirs was changed": """
        SELECT s.ticket_id FROM seat_change s JOIN ticket_order o ON o.id = s.order_id
            JOIN ticket t ON t.id = s.ticket_id JOIN ticket_order old ON old.id = t.order_id
        WHERE o.buyer_id <> old.buyer_id OR o.credit_minor IS NULL OR (o.state = 'paid' AND t.state <> 'cancelled')
            OR (o.performance_id <> old.performance_id AND NOT EXISTS (SELECT 1 FROM run_change r
                JOIN performance a ON a.id = r.performance_id JOIN performance b ON b.id = o.performance_id
                WHERE r.performance_id = old.performance_id AND a.event_id = b.event_id))""",
    "a ticket is changed once": """
        SELECT s.ticket_id FROM seat_change s JOIN ticket_order o ON o.id = s.order_id AND o.state = 'paid'
        GROUP BY s.ticket_id HAVING count(*) > 1""",
    "an order's credit is what its old tickets were paid": """
        SELECT o.id FROM ticket_order o JOIN seat_change s ON s.order_id = o.id JOIN ticket t ON t.id = s.ticket_id
            JOIN order_line l ON l.id = t.order_line_id
        GROUP BY o.id, o.credit_minor HAVING o.credit_minor <> sum(l.price_minor)""",
    "a sale claim has its valid ticket": """
        SELECT c.place FROM claim c LEFT JOIN ticket t ON t.performance_id = c.performance_id AND t.place = c.place
            AND t.order_id = c.order_id AND t.state = 'valid'
        WHERE c.kind = 'sale' AND t.id IS NULL""",
    "a hold claim belongs to an unpaid order, and ends with it": """
        SELECT c.place FROM claim c LEFT JOIN ticket_order o ON o.id = c.order_id AND o.state IN ('held', 'paying')
            AND o.until = c.until AND o.performance_id = c.performance_id
        WHERE c.kind = 'hold' AND o.id IS NULL""",
    "a reservation's claim belongs to a reserved order with its code, and ends with it": """
        SELECT c.place FROM claim c LEFT JOIN ticket_order o ON o.id = c.order_id AND o.state = 'reserved'
            AND o.until = c.until AND o.performance_id = c.performance_id LEFT JOIN reservation r ON r.order_id = o.id
        WHERE c.kind = 'reservation' AND r.order_id IS NULL""",
    "an order's claim is on a place of its lines": """
        SELECT c.place FROM claim c LEFT JOIN order_line l ON l.order_id = c.order_id AND l.place = c.place
        WHERE c.kind IN ('hold', 'reservation', 'sale') AND l.id IS NULL""",
    "an order whose time is not over has all its places": """
        SELECT o.id FROM ticket_order o JOIN order_line l ON l.order_id = o.id LEFT JOIN claim c
            ON c.order_id = o.id AND c.performance_id = o.performance_id AND c.place = l.place
        WHERE o.state IN ('held', 'paying', 'reserved') AND o.until > :now AND c.place IS NULL""",
    "a block claim belongs to a block that stands": """
        SELECT c.place FROM claim c LEFT JOIN block b ON b.id = c.block_id AND b.released_at IS NULL
            AND b.performance_id = c.performance_id
        WHERE (c.kind = 'block' OR c.block_id IS NOT NULL) AND (b.id IS NULL OR c.order_id IS NOT NULL)""",
    "a person has one unpaid order for a performance": """
        SELECT buyer_id FROM ticket_order WHERE state IN ('held', 'paying', 'reserved')
        GROUP BY buyer_id, performance_id HAVING count(*) > 1""",
    "a paid order has a ticket for each line, no other order has any": """
        SELECT o.id FROM ticket_order o JOIN order_line l ON l.order_id = o.id
            LEFT JOIN ticket t ON t.order_line_id = l.id AND t.order_id = o.id AND t.place = l.place
        WHERE (o.state = 'paid') = (t.id IS NULL)""",
    "a shared seat is an order of one line, by the clock of the hold that it was of": """
        SELECT o.id FROM ticket_order o LEFT JOIN shared_seat s ON s.order_id = o.id
            LEFT JOIN ticket_order host ON host.id = s.host_order_id
        WHERE (o.channel = 'together') <> (s.id IS NOT NULL) OR host.created_at <> o.created_at
            OR (s.id IS NOT NULL AND (SELECT count(*) FROM order_line l WHERE l.order_id = o.id) <> 1)""",
    "an order has lines": """
        SELECT o.id FROM ticket_order o LEFT JOIN order_line l ON l.order_id = o.id WHERE l.id IS NULL""",
    "nobody has bought more than the limit": """
        SELECT o.id FROM performance p JOIN (
            SELECT o.performance_id, min(o.id) AS id, count(*) AS places FROM ticket_order o
            JOIN ticket t ON t.order_id = o.id AND t.state = 'valid' GROUP BY o.performance_id, o.buyer_id
        ) o ON o.performance_id = p.id WHERE o.places > p.purchase_limit""",
}
LINE = {
    "a code is used no more often than it may be, in all and by one person": """
        SELECT p.id FROM promotion p JOIN (SELECT u.promotion_id, o.buyer_id, count(*) AS own FROM promotion_use u
            JOIN ticket_order o ON o.id = u.order_id AND o.state IN ('held', 'paying', 'reserved', 'paid')
            GROUP BY u.promotion_id, o.buyer_id) u ON u.promotion_id = p.id
        GROUP BY p.id, p.uses, p.per_person HAVING sum(u.own) > p.uses OR max(u.own) > p.per_person""",
    "a code takes something off": "SELECT order_id FROM promotion_use WHERE off_minor <= 0",
    "a person stands in line once": """
        SELECT min(id) FROM waiting WHERE state IN ('waiting', 'offered') GROUP BY person_id, performance_id
        HAVING count(*) > 1""",
    "who is offered seats has one open offer, nobody else has any": """
        SELECT w.id FROM waiting w LEFT JOIN waiting_offer f ON f.waiting_id = w.id AND f.ended_at IS NULL
        GROUP BY w.id, w.state HAVING count(f.order_id) <> CASE WHEN w.state = 'offered' THEN 1 ELSE 0 END""",
    "an offer is an order of who waits, for as many seats as they wait for": """
        SELECT f.order_id FROM waiting_offer f JOIN waiting w ON w.id = f.waiting_id
            JOIN ticket_order o ON o.id = f.order_id
            JOIN (SELECT order_id, count(*) AS places FROM order_line GROUP BY order_id) l ON l.order_id = o.id
        WHERE o.buyer_id <> w.person_id OR o.performance_id <> w.performance_id OR l.places <> w.seats""",
    "an offer does not end while its order is held": """
        SELECT f.order_id FROM waiting_offer f JOIN ticket_order o ON o.id = f.order_id
        WHERE f.ended_at IS NOT NULL AND o.state = 'held' AND o.until > :now""",
    "nothing of a cancelled performance is held or reserved": """
        SELECT o.id FROM ticket_order o JOIN performance p ON p.id = o.performance_id AND p.run_state = 'cancelled'
        WHERE o.state IN ('held', 'paying', 'reserved')""",
    "nobody waits for a cancelled performance": """
        SELECT w.id FROM waiting w JOIN performance p ON p.id = w.performance_id AND p.run_state = 'cancelled'
        WHERE w.state IN ('waiting', 'offered')""",
    "when a cancellation is done, nobody has a good ticket": """
        SELECT t.id FROM run_change c JOIN ticket t ON t.performance_id = c.performance_id AND t.state = 'valid'
        WHERE c.what = 'cancelled' AND c.state = 'done'""",
    "a change that is done is not looked at again, one that is stopped neither": """
        SELECT id FROM run_change WHERE (state = 'running') <> (due_at IS NOT NULL)""",
    "one change of a performance is under way": """
        SELECT min(id) FROM run_change WHERE state <> 'done' GROUP BY performance_id HAVING count(*) > 1""",
}
MONEY = {
    "a provider's charge is known once": """
        SELECT min(id) FROM charge GROUP BY provider, provider_charge_id HAVING count(*) > 1""",
    "captured = live tickets + fees kept + refunds, whatever their state": """
        SELECT c.id FROM charge c
        LEFT JOIN (SELECT p.charge_id, sum(p.amount_minor) AS minor FROM ticket_payment p
            JOIN ticket t ON t.id = p.ticket_id WHERE t.state = 'valid' GROUP BY p.charge_id
        ) live ON live.charge_id = c.id
        LEFT JOIN (SELECT r.charge_id, sum(l.fee_minor) AS minor FROM refund_line l
            JOIN refund r ON r.id = l.refund_id GROUP BY r.charge_id
        ) kept ON kept.charge_id = c.id
        LEFT JOIN (SELECT charge_id, sum(amount_minor) AS minor FROM refund GROUP BY charge_id
        ) back ON back.charge_id = c.id
        LEFT JOIN voucher v ON v.charge_id = c.id
        LEFT JOIN (SELECT o.charge_id, sum(l.count * l.price_minor) AS minor FROM drink_order o
            JOIN drink_line l ON l.order_id = o.id WHERE o.state <> 'cancelled' GROUP BY o.charge_id
        ) drunk ON drunk.charge_id = c.id
        WHERE c.amount_minor <> coalesce(live.minor, 0) + coalesce(kept.minor, 0) + coalesce(back.minor, 0)
            + coalesce(v.amount_minor, 0) + coalesce(drunk.minor, 0)""",
    "a ticket is paid its price, by charges for tickets": """
        SELECT t.id FROM ticket t JOIN order_line l ON l.id = t.order_line_id
            LEFT JOIN ticket_payment p ON p.ticket_id = t.id
            LEFT JOIN charge c ON c.id = p.charge_id AND c.fate = 'tickets' AND c.currency = l.currency
        GROUP BY t.id, l.price_minor
        HAVING coalesce(sum(p.amount_minor), 0) <> l.price_minor OR count(p.charge_id) <> count(c.id)""",
    "what goes back or is kept of a ticket was paid for it": """
        SELECT l.ticket_id FROM refund_line l JOIN refund r ON r.id = l.refund_id
            LEFT JOIN ticket_payment p ON p.ticket_id = l.ticket_id AND p.charge_id = r.charge_id
            LEFT JOIN ticket t ON t.id = l.ticket_id AND t.state <> 'valid'
            LEFT JOIN (SELECT s.ticket_id FROM seat_change s JOIN ticket_order o ON o.id = s.order_id
                AND o.state = 'paid') s ON s.ticket_id = l.ticket_id
        GROUP BY l.ticket_id, r.charge_id, p.amount_minor, t.id, s.ticket_id
        HAVING t.id IS NULL OR coalesce(p.amount_minor, 0) < sum(l.amount_minor + l.fee_minor)
            OR (s.ticket_id IS NULL AND p.amount_minor > sum(l.amount_minor + l.fee_minor))
            OR min(l.amount_minor) < 0 OR min(l.fee_minor) < 0""",
    "a refund of tickets is the sum of its lines": """
        SELECT r.id FROM refund r JOIN charge c ON c.id = r.charge_id
            LEFT JOIN (SELECT refund_id, sum(amount_minor) AS minor FROM refund_line GROUP BY refund_id
            ) l ON l.refund_id = r.id
        WHERE r.amount_minor <> coalesce(l.minor, r.amount_minor)
            OR (c.fate = 'tickets') <> (l.refund_id IS NOT NULL)""",
    "the journal of a charge balances at each tax rate": """
        SELECT charge_id FROM (
            SELECT charge_id, tax_rate_bp, amount_minor AS minor FROM journal_entry WHERE charge_id IS NOT NULL
            UNION ALL SELECT p.charge_id, l.tax_rate_bp, -p.amount_minor FROM ticket_payment p
                JOIN ticket t ON t.id = p.ticket_id AND t.state = 'valid' JOIN order_line l ON l.id = t.order_line_id
            UNION ALL SELECT r.charge_id, l.tax_rate_bp, -l.fee_minor FROM refund_line l
                JOIN refund r ON r.id = l.refund_id
            UNION ALL SELECT r.charge_id, l.tax_rate_bp, -l.amount_minor FROM refund_line l
                JOIN refund r ON r.id = l.refund_id AND r.state <> 'confirmed'
            UNION ALL SELECT charge_id, 0, -amount_minor FROM voucher WHERE charge_id IS NOT NULL
            UNION ALL SELECT r.charge_id, 0, -r.amount_minor FROM refund r
                LEFT JOIN refund_line l ON l.refund_id = r.id JOIN charge c ON c.id = r.charge_id
                WHERE l.refund_id IS NULL AND r.state <> 'confirmed' AND c.fate <> 'drinks'
            UNION ALL SELECT o.charge_id, l.tax_rate_bp, -l.count * l.price_minor FROM drink_order o
                JOIN drink_line l ON l.order_id = o.id LEFT JOIN refund r ON r.charge_id = o.charge_id
                WHERE o.charge_id IS NOT NULL AND (o.state <> 'cancelled' OR r.state <> 'confirmed')
        ) at GROUP BY charge_id, tax_rate_bp HAVING sum(minor) <> 0""",
    "a fee stands in the journal": """
        SELECT charge_id FROM (
            SELECT charge_id, tax_rate_bp, amount_minor AS minor FROM journal_entry WHERE kind = 'fee_kept'
            UNION ALL SELECT r.charge_id, l.tax_rate_bp, -l.fee_minor FROM refund_line l
                JOIN refund r ON r.id = l.refund_id
        ) kept GROUP BY charge_id, tax_rate_bp HAVING sum(minor) <> 0""",
    "an order that costs something is paid by one charge, no other order by any": """
        SELECT o.id FROM ticket_order o
            LEFT JOIN (SELECT order_id, count(*) AS times FROM charge WHERE fate = 'tickets'
                AND provider <> 'voucher' GROUP BY order_id
            ) c ON c.order_id = o.id
        WHERE coalesce(c.times, 0) <> CASE WHEN o.state = 'paid' AND o.total_minor > 0 THEN 1 ELSE 0 END""",
    "members' prices are taken off, and no more often than the tier allows": """
        SELECT o.id FROM ticket_order o LEFT JOIN member_price p ON p.order_id = o.id
        GROUP BY o.id, o.member_minor HAVING o.member_minor <> coalesce(sum(p.off_minor), 0)
        UNION ALL SELECT min(p.order_id) FROM member_price p JOIN ticket_order o ON o.id = p.order_id
            AND o.state IN ('held', 'paying', 'reserved', 'paid')
            JOIN membership m ON m.id = p.membership_id JOIN member_tier t ON t.id = m.tier_id
        GROUP BY m.id, o.performance_id, t.per_performance HAVING count(*) > t.per_performance""",
    "a voucher is never spent beyond what is on it": """
        SELECT v.id FROM voucher v LEFT JOIN (SELECT u.voucher_id, sum(u.amount_minor) AS minor FROM voucher_use u
            JOIN ticket_order o ON o.id = u.order_id AND o.state IN ('held', 'paying', 'reserved', 'paid')
            GROUP BY u.voucher_id) used ON used.voucher_id = v.id
        LEFT JOIN (SELECT u.voucher_id, sum(r.amount_minor) AS minor FROM voucher_use u
            JOIN refund r ON r.charge_id = u.charge_id GROUP BY u.voucher_id) back ON back.voucher_id = v.id
        WHERE v.amount_minor - coalesce(used.minor, 0) + coalesce(back.minor, 0) < 0""",
    "what the journal owes for a voucher is what is on it, holds apart": """
        SELECT v.id FROM voucher v LEFT JOIN (SELECT voucher_id, sum(amount_minor) AS minor FROM journal_entry
            GROUP BY voucher_id) j ON j.voucher_id = v.id
        LEFT JOIN (SELECT voucher_id, sum(amount_minor) AS minor FROM voucher_use WHERE charge_id IS NOT NULL
            GROUP BY voucher_id) used ON used.voucher_id = v.id
        LEFT JOIN (SELECT u.voucher_id, sum(r.amount_minor) AS minor FROM voucher_use u
            JOIN refund r ON r.charge_id = u.charge_id GROUP BY u.voucher_id) back ON back.voucher_id = v.id
        WHERE coalesce(j.minor, 0) <> v.amount_minor - coalesce(used.minor, 0) + coalesce(back.minor, 0)""",
    "what an order uses of vouchers is charged once it is paid, and stands on it": """
        SELECT o.id FROM ticket_order o LEFT JOIN voucher_use u ON u.order_id = o.id
            LEFT JOIN charge c ON c.id = u.charge_id AND c.provider = 'voucher' AND c.amount_minor = u.amount_minor
        GROUP BY o.id, o.state, o.voucher_minor HAVING o.voucher_minor <> coalesce(sum(u.amount_minor), 0)
            OR count(c.id) <> CASE WHEN o.state = 'paid' THEN count(u.voucher_id) ELSE 0 END""",
    "a voucher is bought with a charge of its own, or given for a reason": """
        SELECT v.id FROM voucher v LEFT JOIN charge c ON c.id = v.charge_id AND c.fate = 'voucher'
            AND c.amount_minor = v.amount_minor AND c.currency = v.currency
        WHERE (c.id IS NULL) <> (v.reason <> '' AND v.made_by IS NOT NULL)
            OR (v.charge_id IS NULL) <> (c.id IS NULL)""",
    "an order's total is the sum of its lines, less its credit and its vouchers": """
        SELECT o.id FROM ticket_order o JOIN order_line l ON l.order_id = o.id
        GROUP BY o.id, o.total_minor, o.credit_minor, o.voucher_minor HAVING o.total_minor + o.voucher_minor <> CASE
            WHEN sum(l.price_minor) > coalesce(o.credit_minor, 0) THEN sum(l.price_minor) - coalesce(o.credit_minor, 0)
            ELSE 0 END""",
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
            LEFT JOIN (SELECT refund_id, sum(amount_minor) AS minor FROM journal_entry GROUP BY refund_id
            ) j ON j.refund_id = r.id
        WHERE coalesce(j.minor, 0) <> CASE WHEN r.state = 'confirmed' THEN -r.amount_minor ELSE 0 END""",
    "a paid checkout has its charge, at its provider": """
        SELECT k.id FROM checkout k LEFT JOIN charge c ON c.id = k.charge_id AND c.provider = k.provider
        WHERE (k.state = 'paid') <> (c.id IS NOT NULL)""",
    "a checkout is for an order or for a voucher": """
        SELECT id FROM checkout WHERE (order_id IS NULL) = (voucher_sale_id IS NULL)""",
    "a voucher that was asked for is bought by one charge, and by a checkout of its own": """
        SELECT s.id FROM voucher_sale s LEFT JOIN voucher v ON v.charge_id = s.charge_id
            AND v.amount_minor = s.amount_minor AND v.currency = s.currency
            LEFT JOIN checkout k ON k.voucher_sale_id = s.id AND k.charge_id = s.charge_id
        WHERE s.charge_id IS NOT NULL AND (v.id IS NULL OR k.id IS NULL)""",
    "a checkout is asked about until it is paid or closed": """
        SELECT id FROM checkout WHERE (state IN ('asked', 'open') AND next_look_at IS NULL)
            OR (state = 'closed' AND next_look_at IS NOT NULL)""",
    "a settled refund is not asked for again": """
        SELECT r.id FROM refund r JOIN charge c ON c.id = r.charge_id
        WHERE (r.state IN ('confirmed', 'failed')) <> (r.settled_at IS NOT NULL) OR (r.next_try_at IS NOT NULL)
            <> (r.state IN ('requested', 'submitted') AND c.provider NOT IN ('cash', 'terminal', 'voucher'))""",
    "a refund that no machine makes has its task": """
        SELECT r.id FROM refund r
            LEFT JOIN task t ON t.kind = 'refund_by_hand' AND t.subject = 'refund' AND t.subject_id = r.id
            LEFT JOIN charge c ON c.id = r.charge_id AND c.provider IN ('cash', 'terminal')
        WHERE t.id IS NULL AND (r.state = 'failed' OR (c.id IS NOT NULL AND r.amount_minor > 0))""",
    "a refund made by hand has its proof": """
        SELECT DISTINCT r.id FROM refund r JOIN journal_entry j ON j.refund_id = r.id
        WHERE (j.method = 'by_hand' OR j.drawer_id IS NOT NULL) <> (r.proof <> '')""",
    "a paid order has one receipt if it cost something, and one line of journal if it did not": """
        SELECT o.id FROM ticket_order o LEFT JOIN receipt r ON r.order_id = o.id
            LEFT JOIN journal_entry j ON j.order_id = o.id AND j.kind IN ('free', 'complimentary')
        GROUP BY o.id, o.state, o.total_minor, o.voucher_minor
        HAVING count(DISTINCT r.id) <> CASE WHEN o.state = 'paid' AND o.total_minor + o.voucher_minor > 0
                THEN 1 ELSE 0 END
            OR count(DISTINCT j.id) <> CASE WHEN o.state = 'paid' AND o.total_minor + o.voucher_minor = 0
                THEN 1 ELSE 0 END""",
}
WINDOW = {
    "cash at the window lies in a drawer of its clerk that was open then": """
        SELECT j.id FROM journal_entry j LEFT JOIN drawer d ON d.id = j.drawer_id AND d.clerk_id = j.clerk_id
            AND d.opened_at <= j.at AND (d.closed_at IS NULL OR d.closed_at >= j.at) AND d.currency = j.currency
        WHERE d.id IS NULL
            AND (j.drawer_id IS NOT NULL OR (j.method = 'cash' AND j.kind IN ('charge', 'pay_out', 'voucher_sold')))""",
    "a closed drawer was to hold its float and the journal's cash, for ever": """
        SELECT d.id FROM drawer d LEFT JOIN journal_entry j ON j.drawer_id = d.id AND j.method = 'cash'
        WHERE d.closed_at IS NOT NULL GROUP BY d.id, d.float_minor, d.expected_minor
        HAVING d.expected_minor <> d.float_minor + coalesce(sum(j.amount_minor), 0)""",
    "what was paid out stands in the journal": """
        SELECT d.id FROM drawer d
            LEFT JOIN (SELECT drawer_id, sum(amount_minor) AS minor FROM drawer_pay_out GROUP BY drawer_id
            ) p ON p.drawer_id = d.id
            LEFT JOIN (SELECT drawer_id, sum(amount_minor) AS minor FROM journal_entry WHERE kind = 'pay_out'
                GROUP BY drawer_id) j ON j.drawer_id = d.id
        WHERE coalesce(p.minor, 0) + coalesce(j.minor, 0) <> 0""",
    "a drawer is signed for by two": """
        SELECT id FROM drawer WHERE signed_by = clerk_id OR (signed_by IS NULL) <> (signed_at IS NULL)
            OR (signed_at IS NOT NULL AND closed_at IS NULL) OR (closed_at IS NULL) <> (counted_minor IS NULL)""",
    "a difference has its task": """
        SELECT d.id FROM drawer d
            LEFT JOIN task t ON t.kind = 'drawer_differs' AND t.subject = 'drawer' AND t.subject_id = d.id
        WHERE d.counted_minor <> d.expected_minor AND t.id IS NULL""",
    "who buys at the window without a name has no account": """
        SELECT s.id FROM window_sale s JOIN account a ON a.person_id = s.buyer_id""",
    "a present costs nothing and says what it would have cost": """
        SELECT c.order_id FROM complimentary c JOIN ticket_order o ON o.id = c.order_id
        WHERE o.state <> 'paid' OR o.total_minor <> 0 OR c.value_minor <= 0 OR c.reason = ''""",
}
CODES = {
    "a valid ticket has one standing credential, any other none": """
        SELECT t.id FROM ticket t
            LEFT JOIN ticket_credential c ON c.ticket_id = t.id AND c.revoked_at IS NULL
        GROUP BY t.id, t.state HAVING count(c.id) <> CASE WHEN t.state = 'valid' THEN 1 ELSE 0 END""",
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
    "the holder is who took the ticket last, else who brought the paper into a chat, else the buyer": """
        SELECT t.id FROM ticket t JOIN ticket_order o ON o.id = t.order_id
            LEFT JOIN hand_on h ON h.id = (SELECT max(x.id) FROM hand_on x
                WHERE x.ticket_id = t.id AND x.taker_id IS NOT NULL)
            LEFT JOIN paper_claim p ON p.ticket_id = t.id
        WHERE t.holder_id <> coalesce(h.taker_id, p.taker_id, o.buyer_id)""",
    "a ticket has one open offer at most, by its holder": """
        SELECT t.id FROM hand_on h JOIN ticket t ON t.id = h.ticket_id WHERE h.closed_at IS NULL
        GROUP BY t.id HAVING count(*) > 1 OR min(h.giver_id) <> min(t.holder_id) OR min(t.state) <> 'valid'""",
    "a party code stands for a valid ticket of the buyer's": """
        SELECT c.id FROM ticket_credential c JOIN ticket_order o ON o.id = c.order_id
            LEFT JOIN ticket t ON t.order_id = o.id AND t.state = 'valid'
        WHERE c.revoked_at IS NULL GROUP BY c.id HAVING count(t.id) = 0""",
    "an offer that was taken is closed": "SELECT id FROM hand_on WHERE taker_id IS NOT NULL AND closed_at IS NULL",
}
DOOR = {
    "a ticket is inside once": """
        SELECT ticket_id FROM admission WHERE inside GROUP BY ticket_id HAVING count(*) > 1""",
    "who was let in is inside until they leave or it is undone": """
        SELECT id FROM admission WHERE
            (outcome IN ('admitted', 're_admitted') AND undone_at IS NULL AND left_at IS NULL) <> inside""",
    "only what let somebody in or out is undone, by somebody": """
        SELECT id FROM admission WHERE (undone_at IS NULL) <> (undone_by IS NULL)
            OR (undone_at IS NOT NULL AND outcome NOT IN ('admitted', 're_admitted', 'left'))""",
    "only who was let in leaves": """
        SELECT id FROM admission WHERE left_at IS NOT NULL AND outcome NOT IN ('admitted', 're_admitted')""",
    "nobody goes out more often than they have come in": """
        SELECT ticket_id FROM admission WHERE undone_at IS NULL GROUP BY ticket_id
        HAVING sum(CASE WHEN outcome = 'left' THEN 1 ELSE 0 END)
            > sum(CASE WHEN left_at IS NOT NULL THEN 1 ELSE 0 END)""",
    "who went out was inside until then": """
        SELECT x.id FROM admission x LEFT JOIN admission e ON e.ticket_id = x.ticket_id AND e.left_at = x.at
            AND e.id < x.id
        WHERE x.outcome = 'left' AND x.undone_at IS NULL AND e.id IS NULL""",
    "a fault is a line that says so, and was not taken back": """
        SELECT f.admission_id FROM door_fault f JOIN admission a ON a.id = f.admission_id
        WHERE a.outcome <> f.kind OR a.performance_id <> f.performance_id OR a.undone_at IS NOT NULL""",
    "a double has somebody who was inside before": """
        SELECT a.id FROM door_fault f JOIN admission a ON a.id = f.admission_id LEFT JOIN admission b
            ON b.ticket_id = a.ticket_id AND b.id <> a.id AND b.at <= a.at AND b.undone_at IS NULL
            AND b.outcome IN ('admitted', 're_admitted')
        WHERE f.kind = 'already_in' AND b.id IS NULL""",
    "a scan of the page belongs to one line": """
        SELECT admission_id FROM door_scan GROUP BY admission_id HAVING count(*) > 1""",
    "who was let in came with a ticket for this performance, by a code that stood then": """
        SELECT a.id FROM admission a LEFT JOIN ticket t ON t.id = a.ticket_id AND t.performance_id = a.performance_id
            LEFT JOIN ticket_credential c ON c.id = a.credential_id
        WHERE a.outcome IN ('admitted', 're_admitted') AND (t.id IS NULL OR c.revoked_at < a.at
            OR (c.ticket_id IS NOT NULL AND c.ticket_id <> t.id)
            OR (c.order_id IS NOT NULL AND c.order_id <> t.order_id))""",
}


DUTY = {
    "nobody is planned for two shifts at once": """
        SELECT a.id FROM shift a JOIN shift b ON b.person_id = a.person_id AND b.id > a.id AND b.withdrawn_at IS NULL
            AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
        WHERE a.withdrawn_at IS NULL""",
    "whose page was answered is not paged again": """
        SELECT id FROM shift WHERE answered_at IS NOT NULL AND page_due_at IS NOT NULL""",
    "who has left has no shift to come": """
        SELECT s.id FROM shift s JOIN person p ON p.id = s.person_id AND p.erased_at < s.off_at
        WHERE s.withdrawn_at IS NULL""",
}


INCIDENTS = {
    "an incident is somebody's from when it is taken until it lapses": """
        SELECT id FROM incident WHERE (state IN ('draft', 'open', 'dropped')) <> (taker_id IS NULL)""",
    "what is over is not looked at again": """
        SELECT id FROM incident WHERE (state IN ('resolved', 'dropped')) <> (ended_at IS NOT NULL)
            OR (ended_at IS NOT NULL AND due_at IS NOT NULL)""",
    "whoever is paged of an incident works there, or did": """
        SELECT p.incident_id FROM incident_person p JOIN incident i ON i.id = p.incident_id LEFT JOIN role_grant g
            ON g.person_id = p.person_id AND (g.venue_id IS NULL OR g.venue_id = i.venue_id) WHERE g.id IS NULL""",
    "no drill reaches an audience": """
        SELECT a.id FROM announcement a JOIN incident i ON i.id = a.incident_id WHERE i.drill""",
    "an announcement goes by the word of two, an evacuation by that of one": """
        SELECT id FROM announcement WHERE state IN ('going', 'done') AND (consented_by IS NULL
            OR (consented_by = proposed_by) <> (template = 'evacuate'))""",
    "somebody has one report in hand": """
        SELECT min(id) FROM incident WHERE state = 'draft' GROUP BY reporter_id HAVING count(*) > 1""",
    "whom an incident concerns has one card of it": """
        SELECT p.incident_id FROM incident_person p JOIN person w ON w.id = p.person_id AND w.erased_at IS NULL
            LEFT JOIN card c ON c.kind = 'incident' AND c.subject_id = p.incident_id AND c.person_id = p.person_id
        GROUP BY p.incident_id, p.person_id HAVING count(c.id) <> 1""",
    "who was told an announcement was meant": """
        SELECT n.id FROM notice n JOIN announcement a ON n.dedupe_key = 'announcement:' || a.id || ':' || n.person_id
        WHERE a.began_at IS NULL OR n.due_at < a.began_at""",
    "a picture that is gone is nowhere": """
        SELECT id FROM incident_note WHERE gone_at IS NOT NULL AND file_id <> ''""",
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
        # late money may have bought it after all
        ("order.expired", "order", "SELECT id FROM ticket_order WHERE closed_at IS NOT NULL AND state <> 'let_go'"),
        ("ticket.offered", "ticket", "SELECT ticket_id AS id FROM hand_on"),
        ("ticket.taken", "ticket", "SELECT ticket_id AS id FROM hand_on WHERE taker_id IS NOT NULL"),
        (
            "ticket.offer_withdrawn",
            "ticket",
            "SELECT ticket_id AS id FROM hand_on WHERE taker_id IS NULL AND closed_at IS NOT NULL",
        ),
        ("ticket.admitted", "ticket", "SELECT ticket_id AS id FROM admission WHERE outcome = 'admitted'"),
        ("ticket.re_admitted", "ticket", "SELECT ticket_id AS id FROM admission WHERE outcome = 're_admitted'"),
        ("ticket.left", "ticket", "SELECT ticket_id AS id FROM admission WHERE outcome = 'left'"),
        (
            "ticket.reissued",
            "ticket",
            "SELECT ticket_id AS id FROM ticket_credential WHERE revoked_why = 'reissued'",
        ),
        ("admission.undone", "ticket", "SELECT ticket_id AS id FROM admission WHERE undone_at IS NOT NULL"),
        ("ticket.cancelled", "ticket", "SELECT id FROM ticket WHERE state = 'cancelled'"),
        ("ticket.refunded", "ticket", "SELECT id FROM ticket WHERE state = 'refunded'"),
        ("charge.captured", "charge", "SELECT id FROM charge"),
        ("checkout.asked", "checkout", "SELECT id FROM checkout"),
        ("checkout.paid", "checkout", "SELECT id FROM checkout WHERE state = 'paid'"),
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
        ("mail.asked", "mail", "SELECT id FROM mail"),
        ("mail.dead", "mail", "SELECT id FROM mail WHERE state = 'dead'"),
        ("person.erased", "person", "SELECT id FROM person WHERE erased_at IS NOT NULL"),
        ("places.blocked", "block", "SELECT id FROM block"),
        ("places.released", "block", "SELECT id FROM block WHERE released_at IS NOT NULL"),
        ("order.reserved", "order", "SELECT order_id AS id FROM reservation"),
        ("ticket.claimed", "ticket", "SELECT ticket_id AS id FROM paper_claim"),
        ("window.given_away", "order", "SELECT order_id AS id FROM complimentary"),
        ("drawer.opened", "drawer", "SELECT id FROM drawer"),
        ("drawer.paid_out", "drawer", "SELECT drawer_id AS id FROM drawer_pay_out"),
        ("drawer.closed", "drawer", "SELECT id FROM drawer WHERE closed_at IS NOT NULL"),
        ("drawer.signed", "drawer", "SELECT id FROM drawer WHERE signed_at IS NOT NULL"),
        ("task.opened", "task", "SELECT id FROM task"),
        ("voucher.sold", "voucher", "SELECT id FROM voucher WHERE charge_id IS NOT NULL"),
        ("tier.added", "member_tier", "SELECT id FROM member_tier"),
        ("membership.granted", "membership", "SELECT id FROM membership"),
        ("membership.taken", "membership", "SELECT id FROM membership WHERE taken_at IS NOT NULL"),
        ("membership.ended", "membership", "SELECT id FROM membership WHERE ended_at IS NOT NULL"),
        ("voucher.given", "voucher", "SELECT id FROM voucher WHERE charge_id IS NULL"),
        ("case.opened", "case", "SELECT id FROM feedback_case"),
        ("case.closed", "case", "SELECT id FROM feedback_case WHERE state = 'closed'"),
        ("action.opened", "action", "SELECT id FROM improvement_action"),
        ("action.done", "action", "SELECT id FROM improvement_action WHERE state = 'done'"),
        ("action.dropped", "action", "SELECT id FROM improvement_action WHERE state = 'dropped'"),
        ("help.asked", "help", "SELECT id FROM help_request"),
        ("enquiry.asked", "enquiry", "SELECT id FROM enquiry"),
        ("drinks.ordered", "drinks", "SELECT id FROM drink_order WHERE number IS NOT NULL"),
        ("drinks.handed", "drinks", "SELECT id FROM drink_order WHERE state = 'handed'"),
        ("promotion.added", "promotion", "SELECT id FROM promotion"),
        ("promotion.withdrawn", "promotion", "SELECT id FROM promotion WHERE withdrawn_at IS NOT NULL"),
        ("promotion.used", "order", "SELECT order_id AS id FROM promotion_use"),
        ("waiting.joined", "waiting", "SELECT id FROM waiting"),
        ("waiting.left", "waiting", "SELECT id FROM waiting WHERE state = 'left'"),
        ("waiting.over", "waiting", "SELECT id FROM waiting WHERE state = 'over'"),
        ("waiting.served", "waiting", "SELECT id FROM waiting WHERE state = 'served'"),
        ("waiting.offered", "order", "SELECT order_id AS id FROM waiting_offer"),
        ("waiting.taken", "order", "SELECT order_id AS id FROM waiting_offer WHERE taken_at IS NOT NULL"),
        ("performance.cancelled", "run_change", "SELECT id FROM run_change WHERE what = 'cancelled'"),
        ("performance.moved", "run_change", "SELECT id FROM run_change WHERE what = 'moved'"),
        ("run_change.done", "run_change", "SELECT id FROM run_change WHERE state = 'done'"),
        ("run_change.called", "run_change", "SELECT change_id AS id FROM run_told WHERE called_at IS NOT NULL"),
        ("shift.withdrawn", "shift", "SELECT id FROM shift WHERE withdrawn_at IS NOT NULL"),
        ("task.done", "task", "SELECT id FROM task WHERE done_at IS NOT NULL"),
        ("incident.sent", "incident", "SELECT id FROM incident WHERE sent_at IS NOT NULL"),
        ("incident.resolved", "incident", "SELECT id FROM incident WHERE state = 'resolved'"),
        ("incident.dropped", "incident", "SELECT id FROM incident WHERE state = 'dropped'"),
        ("incident.note", "incident", "SELECT incident_id AS id FROM incident_note"),
        ("announcement.proposed", "announcement", "SELECT id FROM announcement"),
        ("announcement.begun", "announcement", "SELECT id FROM announcement WHERE began_at IS NOT NULL"),
        ("announcement.stopped", "announcement", "SELECT id FROM announcement WHERE stopped_by IS NOT NULL"),
    )
} | {
    "an order is being paid by its buyer's own wish": """
        SELECT o.id FROM ticket_order o LEFT JOIN audit_entry a ON a.subject = 'order' AND a.subject_id = o.id
            AND a.action = 'order.paying' AND a.actor_id = o.buyer_id
        WHERE o.state = 'paying' AND a.id IS NULL""",
    "a card of a drawer asks somebody else to sign": """
        SELECT c.id FROM card c LEFT JOIN drawer d ON d.id = c.subject_id AND d.closed_at IS NOT NULL
            AND d.clerk_id <> c.person_id
        WHERE c.kind = 'drawer' AND d.id IS NULL""",
    "a card asks about an invitation that somebody has used": """
        SELECT c.id FROM card c LEFT JOIN invitation i ON i.id = c.subject_id AND i.used_by IS NOT NULL
        WHERE c.kind = 'invitation' AND i.id IS NULL""",
    "an erased person has no name, no account and no role": """
        SELECT p.id FROM person p LEFT JOIN account a ON a.person_id = p.id
            LEFT JOIN role_grant g ON g.person_id = p.id AND g.revoked_at IS NULL
        WHERE p.erased_at IS NOT NULL AND (p.display_name <> '' OR a.id IS NOT NULL OR g.id IS NOT NULL)""",
    "an erased person has no address, and nothing goes there": """
        SELECT p.id FROM person p LEFT JOIN mail_address a ON a.person_id = p.id
            LEFT JOIN mail m ON m.person_id = p.id AND m.state IN ('due', 'sending')
        WHERE p.erased_at IS NOT NULL AND (a.person_id IS NOT NULL OR m.id IS NOT NULL)""",
    "a role is granted by somebody's confirmed word, or by the house itself": """
        SELECT g.id FROM role_grant g LEFT JOIN invitation i ON i.used_by = g.person_id AND i.confirmed
            AND i.role = g.role AND i.decided_by = g.granted_by
        WHERE g.granted_by IS NOT NULL AND (i.id IS NULL OR g.granted_by = g.person_id)""",
}
INBOX = {
    "an effect belongs to an update that is known": """
        SELECT e.inbox_id FROM effect e LEFT JOIN inbox_update u ON u.id = e.inbox_id WHERE u.id IS NULL
        AND e.inbox_id > 0""",  # below zero: an act of a page (bot/mini_app/pages.py)
    "an effect has an outcome": "SELECT inbox_id FROM effect WHERE outcome IS NULL",
    "a handled update has lost its payload, a waiting one has not": """
        SELECT id FROM inbox_update WHERE (state = 'done' AND payload IS NOT NULL)
            OR (state = 'new' AND payload IS NULL)""",
}
FEEDBACK = {
    "an anonymous survey that has ended leads to nobody": """
        SELECT performance_id FROM survey_call
        WHERE anonymous AND state IN ('done', 'closed') AND response_id IS NOT NULL""",
    "who is asked was let in": """
        SELECT c.person_id FROM survey_call c WHERE c.asked_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM admission a
            JOIN ticket t ON t.id = a.ticket_id WHERE a.performance_id = c.performance_id
            AND a.outcome IN ('admitted', 're_admitted'))""",
    "what is over is not answered any more": """
        SELECT r.id FROM survey_call c JOIN response r ON r.id = c.response_id
        WHERE c.state IN ('done', 'closed') AND NOT r.done""",
    "who spoke and was heard out is told of it once, by an action that is done": """
        SELECT n.id FROM notice n JOIN improvement_action i ON n.dedupe_key = 'we_did:' || i.id || ':' || n.person_id
        WHERE i.state <> 'done' OR n.due_at < i.ended_at""",
    "nobody listens in hiding to an answer that names them": """
        SELECT l.case_id FROM case_listener l JOIN feedback_case k ON k.id = l.case_id
            JOIN survey_call c ON c.response_id = k.response_id AND c.person_id = l.person_id
        WHERE l.hidden""",
    "an answer belongs to the performance that was asked about": """
        SELECT c.response_id FROM survey_call c JOIN response r ON r.id = c.response_id
        WHERE r.performance_id <> c.performance_id OR r.survey_id <> c.survey_id""",
    "an action has a source": """
        SELECT i.id FROM improvement_action i LEFT JOIN improvement_source s ON s.action_id = i.id
        WHERE s.id IS NULL""",
}
ASSISTANCE = {
    "who comes to help is known, and nobody else is called meanwhile": """
        SELECT id FROM help_request WHERE (state IN ('coming', 'here', 'done')) <> (taken_by IS NOT NULL AND
            state <> 'cancelled') OR (state <> 'asked' AND page_due_at IS NOT NULL)""",
    "help knows the seat: a ticket's, in its zone": """
        SELECT h.id FROM help_request h LEFT JOIN ticket t ON t.id = h.ticket_id AND t.performance_id = h.performance_id
            LEFT JOIN order_line l ON l.id = t.order_line_id AND l.zone = h.zone
        WHERE l.id IS NULL""",
    "somebody has one open request for help at a performance": """
        SELECT min(id) FROM help_request WHERE state IN ('asked', 'coming', 'here')
        GROUP BY person_id, performance_id HAVING count(*) > 1""",
    "a pick-up number is given once at a performance, from 1 on": """
        SELECT min(id) FROM drink_order WHERE number IS NOT NULL GROUP BY performance_id
        HAVING count(DISTINCT number) <> count(*) OR max(number) <> count(*) OR min(number) <> 1""",
    "drinks that are not ordered have neither number nor money": """
        SELECT id FROM drink_order WHERE state IN ('cart', 'paying') AND charge_id IS NOT NULL""",
    "what was charged for drinks has a receipt, and nothing else has": """
        SELECT o.id FROM drink_order o LEFT JOIN drink_receipt r ON r.order_id = o.id
        WHERE (o.charge_id IS NULL) <> (r.id IS NULL)""",
    "drinks that were ordered have a number and something in them": """
        SELECT o.id FROM drink_order o LEFT JOIN drink_line l ON l.order_id = o.id
        WHERE (o.number IS NULL) <> (o.state IN ('cart', 'paying')) OR (o.number IS NOT NULL AND l.order_id IS NULL)
            OR (o.state = 'handed' AND o.charge_id IS NULL)""",
    "what was charged for drinks is their price": """
        SELECT o.id FROM drink_order o JOIN drink_line l ON l.order_id = o.id
            JOIN charge c ON c.id = o.charge_id GROUP BY o.id, c.amount_minor, c.fate
        HAVING c.amount_minor <> sum(l.count * l.price_minor) OR c.fate <> 'drinks'""",
    "nothing is sold that was not there": "SELECT id FROM menu_item WHERE stock < 0",
    "an enquiry that is taken is somebody's": """
        SELECT id FROM enquiry WHERE state = 'taken' AND taken_by IS NULL""",
}
RULES: Mapping[str, str] = {
    **ASSISTANCE,
    **FEEDBACK,
    **SEATS,
    **LINE,
    **MONEY,
    **WINDOW,
    **CODES,
    **DOOR,
    **DUTY,
    **INCIDENTS,
    **RECORDS,
    **INBOX,
}

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
            LEFT JOIN ticket_order o ON o.id = c.order_id
        WHERE coalesce(c.payer_id, o.buyer_id) IS NOT NULL AND r.amount_minor > 0""",
    NoticeKind.REFUND_CONFIRMED: """
        SELECT 'refund_confirmed:' || r.id, coalesce(c.payer_id, o.buyer_id) FROM refund r
            JOIN charge c ON c.id = r.charge_id LEFT JOIN ticket_order o ON o.id = c.order_id
        WHERE r.state = 'confirmed' AND coalesce(c.payer_id, o.buyer_id) IS NOT NULL AND r.amount_minor > 0
            AND c.provider <> 'voucher'""",
    NoticeKind.VOUCHER_BOUGHT: """
        SELECT 'voucher:' || v.id, s.buyer_id FROM voucher_sale s JOIN voucher v ON v.charge_id = s.charge_id""",
    NoticeKind.SEATS_OFFERED: """
        SELECT 'offered:' || f.order_id, w.person_id FROM waiting_offer f JOIN waiting w ON w.id = f.waiting_id""",
    NoticeKind.RUN_CHANGED: "SELECT 'run:' || change_id || ':' || person_id, person_id FROM run_told",
    NoticeKind.CALENDAR_CHANGED: """
        SELECT 'calendar:' || t.change_id || ':' || t.person_id, t.person_id FROM run_told t
            JOIN run_change r ON r.id = t.change_id
            JOIN calendar_copy c ON c.performance_id = r.performance_id AND c.person_id = t.person_id
        WHERE c.given_at < t.told_at""",
    NoticeKind.MAIL_FAILED: "SELECT 'mail_failed:' || id, person_id FROM mail WHERE state = 'dead'",
    NoticeKind.STAFF_WELCOME: "SELECT 'staff_welcome:' || id, used_by FROM invitation WHERE confirmed",
    NoticeKind.STAFF_DECLINED: "SELECT 'staff_declined:' || id, used_by FROM invitation WHERE NOT confirmed",
}
MAY_TELL = {
    # Whoever is forgotten has no calendar with us any more.
    NoticeKind.CALENDAR_CHANGED: "SELECT 'calendar:' || change_id || ':' || person_id, person_id FROM run_told",
    NoticeKind.TICKETS_ISSUED: """
        SELECT 'tickets:reissued:' || c.id, p.id FROM ticket_credential c, person p
        WHERE c.revoked_why = 'reissued'""",
    # A voucher of the messenger's own invoice is shown at once; one whose news was lost is told of.
    NoticeKind.VOUCHER_BOUGHT: """
        SELECT 'voucher:' || v.id, c.payer_id FROM voucher v JOIN charge c ON c.id = v.charge_id
        WHERE c.payer_id IS NOT NULL""",
    NoticeKind.LATECOMERS_IN: """
        SELECT n.dedupe_key, n.person_id FROM notice n JOIN admission a ON a.outcome = 'late_wait'
            AND n.dedupe_key LIKE 'latecomers:' || a.performance_id || ':%'""",
    NoticeKind.TICKET_CHANGED: "SELECT 'changed:' || t.id || ':' || n.revision, t.holder_id FROM ticket t"
    " JOIN (SELECT revision FROM ticket UNION SELECT revision - 1 FROM ticket) n ON n.revision < t.revision",
    NoticeKind.DOORS_OPEN: """
        SELECT n.dedupe_key, n.person_id FROM notice n JOIN visit v ON v.person_id = n.person_id
            AND n.dedupe_key LIKE 'doors:' || v.id || ':%'""",
    NoticeKind.GATE_CHANGED: """
        SELECT n.dedupe_key, n.person_id FROM notice n JOIN visit v ON v.person_id = n.person_id
            AND n.dedupe_key LIKE 'gate:' || v.id || ':%'""",
    NoticeKind.REMINDER: """
        SELECT n.dedupe_key, n.person_id FROM notice n JOIN ticket t ON n.kind = 'reminder'
            AND n.dedupe_key LIKE 'remind:%:' || t.performance_id || ':%:' || n.person_id""",
    NoticeKind.RESERVATION_ENDS: """
        SELECT 'reservation_ends:' || r.order_id, o.buyer_id FROM reservation r
            JOIN ticket_order o ON o.id = r.order_id""",
    NoticeKind.SHOW_REPORT: """
        SELECT 'report:' || e.performance_id || ':' || e.id || ':' || p.id, p.id FROM run_entry e, person p
        WHERE e.state = 'ended'""",
    NoticeKind.HELP_URGENT: """
        SELECT n.dedupe_key, n.person_id FROM notice n JOIN help_request h ON h.kind = 'unwell'
            AND n.dedupe_key LIKE 'help:' || h.id || ':%'""",
    NoticeKind.HELP_CALL: """
        SELECT n.dedupe_key, n.person_id FROM notice n JOIN help_request h ON h.kind <> 'unwell'
            AND n.dedupe_key LIKE 'help:' || h.id || ':%'""",
    NoticeKind.DRINKS_READY: """
        SELECT 'drinks_ready:' || id, person_id FROM drink_order WHERE told_at IS NOT NULL""",
    NoticeKind.ENQUIRY_ASKED: """
        SELECT n.dedupe_key, n.person_id FROM notice n JOIN audit_entry a ON a.action = 'enquiry.asked'
            AND n.dedupe_key LIKE 'enquiry_asked:%'""",
    NoticeKind.ENQUIRY_ANSWERED: """
        SELECT n.dedupe_key, e.person_id FROM notice n JOIN enquiry e ON e.answered_at IS NOT NULL
            AND n.dedupe_key LIKE 'enquiry_answered:%'""",
    NoticeKind.SURVEY: """
        SELECT 'survey:' || performance_id || ':' || person_id, person_id FROM survey_call
        WHERE asked_at IS NOT NULL""",
    NoticeKind.FEEDBACK_CASE: """
        SELECT 'case:' || k.id || ':' || j.kind || ':' || p.id, p.id FROM person p, feedback_case k
            JOIN (SELECT 'service' AS kind UNION SELECT 'conduct' UNION SELECT 'manager') j ON k.id > 0
        UNION SELECT 'case_back:' || y.id || ':' || p.id, p.id FROM case_reply y, person p
            WHERE y.author_id IS NULL""",
    NoticeKind.CASE_ANSWERED: """
        SELECT 'case_answered:' || y.id || ':' || l.person_id, l.person_id FROM case_reply y
            JOIN case_listener l ON l.case_id = y.case_id WHERE y.author_id IS NOT NULL""",
    NoticeKind.ACTION_GIVEN: """
        SELECT n.dedupe_key, n.person_id FROM notice n JOIN improvement_action i
            ON n.dedupe_key LIKE 'action_given:' || i.id || ':' || n.person_id || ':%'""",
    NoticeKind.ACTION_DUE: """
        SELECT n.dedupe_key, n.person_id FROM notice n JOIN improvement_action i
            ON n.dedupe_key LIKE 'action_due:' || i.id || ':%:' || n.person_id""",
    NoticeKind.ACTION_OVERDUE: """
        SELECT n.dedupe_key, n.person_id FROM notice n JOIN improvement_action i
            ON n.dedupe_key LIKE 'action_overdue:' || i.id || ':%:' || n.person_id""",
    NoticeKind.WE_DID: """
        SELECT 'we_did:' || i.id || ':' || p.id, p.id FROM improvement_action i, person p WHERE i.state = 'done'""",
    NoticeKind.DIGEST: """
        SELECT n.dedupe_key, n.person_id FROM notice n JOIN role_grant g ON g.person_id = n.person_id
            AND g.role IN ('manager', 'owner') AND n.dedupe_key LIKE 'digest:%:' || n.person_id""",
    NoticeKind.TASK_DUE: "SELECT 'task:' || t.id || ':' || p.id, p.id FROM task t, person p",
    NoticeKind.SALES_OPEN: """
        SELECT 'sales_open:' || f.id || ':' || p.id, p.id FROM performance f, person p WHERE f.sales_open_at <= :now""",
    NoticeKind.APOLOGY: """
        SELECT n.dedupe_key, n.person_id FROM notice n JOIN inbox_update u ON n.dedupe_key = 'apology:' || u.id
        WHERE u.state = 'dead'""",
}
MAY_TELL |= {
    kind: f"""
        SELECT n.dedupe_key, n.person_id FROM notice n JOIN audit_entry a ON a.action = '{action}'
            AND n.dedupe_key LIKE '{kind.value}:' || a.subject_id || ':%'"""
    for kind, action in (
        (NoticeKind.DUTY_TEST, "shift.paged"),
        (NoticeKind.DUTY_SILENT, "shift.silent"),
        (NoticeKind.DUTY_CHANGED, "shift.moved"),
        (NoticeKind.SHIFT_OFFERED, "shift.offered"),
        (NoticeKind.SHIFT_SWAPPED, "shift.taken"),
    )
} | {
    NoticeKind.SHIFTS_PLANNED: """
        SELECT n.dedupe_key, n.person_id FROM notice n JOIN shift s
            ON n.person_id IN (s.person_id, s.planned_for)""",
}
MAY_TELL |= {
    kind: f"""
        SELECT n.dedupe_key, n.person_id FROM notice n JOIN audit_entry a ON a.action = '{action}'
            AND n.dedupe_key LIKE '{key}:' || a.subject_id || ':%'"""
    for kind, key, action in (
        (NoticeKind.INCIDENT_ALARM, "incident_page", "incident.paged"),
        (NoticeKind.INCIDENT_PAGE, "incident_page", "incident.paged"),
        (NoticeKind.INCIDENT_PROCEDURE, "incident_procedure", "incident.procedure"),
        (NoticeKind.DRILL_REPORT, "drill_report", "incident.resolved"),
        (NoticeKind.ANNOUNCEMENT_ASKED, "announcement_asked", "announcement.proposed"),
        (NoticeKind.ANNOUNCEMENT, "announcement", "announcement.begun"),
        (NoticeKind.EVACUATE, "announcement", "announcement.begun"),
    )
} | {
    NoticeKind.INCIDENT_NOTE: """
        SELECT n.dedupe_key, n.person_id FROM notice n JOIN incident_note i
            ON n.dedupe_key LIKE 'incident_note:' || i.id || ':%'
            AND (n.person_id <> i.author_id OR n.dedupe_key LIKE '%:again:%')""",
}
MAY_TELL |= {
    kind: f"""
        SELECT n.dedupe_key, n.person_id FROM notice n JOIN audit_entry a ON a.action = '{action}'
            AND n.dedupe_key LIKE '{kind.value}:' || a.subject_id || ':%'"""
    for kind, action in (
        (NoticeKind.LIST_UNFINISHED, "list.late"),
        (NoticeKind.LOST_ASKED, "loss.asked"),
        (NoticeKind.LOST_FOUND, "loss.found"),
        (NoticeKind.LOST_CLOSED, "loss.given_up"),
    )
}
_NOTICES = text("SELECT kind, dedupe_key, person_id FROM notice")
#: What had not been sent to them yet was taken away with everything else.
_ERASED = text("SELECT id FROM person WHERE erased_at IS NOT NULL")
#: So many queries are one statement: each statement costs far more than what most of these find.
_A_STATEMENT = 50


def _together(queries: Iterable[tuple[str, str]], columns: str) -> list[TextClause]:
    """Statements that give (name of the query, what it gives) of all of them."""
    each = []
    for name, sql in queries:
        quoted = name.replace("'", "''")
        named = f"WITH q({columns}) AS ({sql}) SELECT * FROM q"
        each.append(f"SELECT '{quoted}' AS name, {columns} FROM ({named}) AS q")
    statements = [text(" UNION ALL ".join(each[at : at + _A_STATEMENT])) for at in range(0, len(each), _A_STATEMENT)]
    now = bindparam("now", type_=UtcDateTime)
    return [statement.bindparams(now) if ":now" in statement.text else statement for statement in statements]


_BROKEN = _together(RULES.items(), "id")
_MUST = _together(((kind.value, sql) for kind, sql in MUST_TELL.items()), "dedupe_key, person_id")
_MAY = _together(((kind.value, sql) for kind, sql in MAY_TELL.items()), "dedupe_key, person_id")


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
    def rows(*statements: TextClause) -> Iterator[tuple[Any, ...]]:
        for statement in statements:
            binds = {"now": now} if ":now" in statement.text else {}
            yield from map(tuple, connection.execute(statement, binds))

    broken: dict[str, list[int]] = {}
    for rule, id in rows(*_BROKEN):
        broken.setdefault(rule, []).append(id)
    for rule in filter(broken.__contains__, RULES):
        yield f"{rule}: {broken[rule][:10]}"
    erased = {person_id for (person_id,) in rows(_ERASED)}
    told, must, may = set(rows(_NOTICES)), set(rows(*_MUST)), set(rows(*_MAY))
    if untold := {cause for cause in must - told if cause[2] not in erased}:
        yield f"what happened is told to whom it concerns: {sorted(untold)[:10]}"
    if causeless := told - must - may:
        yield f"a notice has its cause (a new kind needs its query here): {sorted(causeless)[:10]}"
