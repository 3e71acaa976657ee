"""Other seats for the same performance: the old ones stay theirs until the difference is settled."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import ChangeRefused
from domain.money import Money
from domain.ports import Tx
from domain.ticketing.holding import hold_instead, performance_on_sale
from domain.ticketing.model import Wish
from domain.ticketing.returning import bought_tickets, check_in_time
from domain.ticketing.setting_aside import Instead


@dataclass(frozen=True, slots=True)
class ChangeSeats:
    """Holds as many seats as there are tickets to change. Gives the new order's id: what is to be paid for it is the
    difference, and nothing where there is none; what is too much goes back once it is taken.

    Until then, whatever becomes of the new seats, the tickets stay as they are. Raises what ``HoldPlaces`` raises, and
    ChangeRefused with handed_on, admitted, never, late, listed, and count: not as many seats as tickets.
    """

    buyer_id: int
    ticket_ids: tuple[int, ...]
    wishes: tuple[Wish, ...]

    def __call__(self, tx: Tx) -> int:
        performance, bought = bought_tickets(tx, self.buyer_id, self.ticket_ids)
        for each in bought:
            check_in_time(each.policy.change_until(performance.starts_at), tx.now)
        if any(each.ticket.listed for each in bought):
            raise ChangeRefused("listed")
        if len(self.wishes) != len(bought):
            raise ChangeRefused("count", count=len(bought))
        performance, plan = performance_on_sale(tx, performance.id)
        credit = Money.total((each.line.price for each in bought), bought[0].line.price.currency)
        instead = Instead(tuple(each.ticket.id for each in bought), credit)
        order_id = hold_instead(tx, performance, plan, self.buyer_id, self.wishes, instead)
        tx.audit(self.buyer_id, "order.changes", "order", order_id, tickets=len(bought))
        return order_id
