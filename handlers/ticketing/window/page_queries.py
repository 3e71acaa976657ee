"""What the window's page shows beside what the chat shows."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import Stale
from domain.money import Money
from domain.payments.drawer import expected
from domain.ports import Tx
from domain.ticketing.window import clerk, own_sale
from handlers.ticketing.queries import FindSale, SaleFacts
from handlers.ticketing.window.queries import BlocksFacts, FindBlocks


@dataclass(frozen=True, slots=True)
class FindCounter:
    """The sale that this clerk is in the middle of. Raises NotAllowed, NotFound, and Stale when it is over."""

    clerk_id: int
    sale_id: int

    def __call__(self, tx: Tx) -> SaleFacts:
        sale = own_sale(tx, self.clerk_id, self.sale_id)
        facts = FindSale(self.clerk_id, sale.performance_id, sale.id)(tx)
        if facts.sale_id is None:
            raise Stale(reason="sale_over")
        return facts


@dataclass(frozen=True, slots=True)
class FindCounterOfOrder:
    """The clerk's own sale that an unpaid order belongs to. Raises NotAllowed, NotFound, Stale."""

    clerk_id: int
    order_id: int

    def __call__(self, tx: Tx) -> SaleFacts:
        sale = tx.window.sale_of_order(self.order_id)
        if sale is None:
            raise Stale(reason="sale_over")
        return FindCounter(self.clerk_id, sale.id)(tx)


@dataclass(frozen=True, slots=True)
class FindDue:
    """What should lie in the clerk's own drawer; None where none is open. Raises NotAllowed."""

    clerk_id: int

    def __call__(self, tx: Tx) -> Money | None:
        drawer = tx.drawers.open_of(clerk(tx, self.clerk_id).person_id)
        return expected(tx, drawer) if drawer is not None else None


@dataclass(frozen=True)
class BlockDesk:
    """``sale``: the hall as it is now, for nobody's sale."""

    blocks: BlocksFacts
    sale: SaleFacts


@dataclass(frozen=True, slots=True)
class FindBlockDesk:
    """Raises NotAllowed, NotFound."""

    clerk_id: int
    performance_id: int

    def __call__(self, tx: Tx) -> BlockDesk:
        blocks = FindBlocks(self.clerk_id, self.performance_id)(tx)
        return BlockDesk(blocks, FindSale(self.clerk_id, self.performance_id)(tx))
