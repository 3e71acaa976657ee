"""What storage keeps of the money in each ticket."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from domain.payments.model import RefundLine, TicketPayment


class TicketMoney(Protocol):
    def pay_tickets(self, payments: Sequence[TicketPayment]) -> None: ...

    def ticket_payments(self, ticket_ids: Collection[int]) -> Sequence[TicketPayment]:
        """By charge, then ticket."""

    def add_refund_lines(self, lines: Sequence[RefundLine]) -> None: ...

    def refund_lines(self, refund_id: int) -> Sequence[RefundLine]:
        """None for money that never became tickets."""

    def prove_refund(self, refund_id: int, proof: str) -> None: ...
