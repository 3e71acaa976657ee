"""What vouchers need from storage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from domain.money import Money
from domain.payments.accounts_model import Scope
from domain.payments.voucher_model import Voucher, VoucherRules, VoucherSale, VoucherUse


class VoucherSum(NamedTuple):
    """What the house owed for vouchers when a month began."""

    currency: str
    minor: int


class VouchersRepository(Protocol):
    def voucher_rules(self) -> VoucherRules: ...

    def put_voucher_rules(self, rules: VoucherRules) -> None: ...

    def add_voucher(self, voucher: Voucher) -> int:
        """Raises Contended where the code is in use already."""

    def voucher(self, voucher_id: int, *, lock: bool = False) -> Voucher | None: ...

    def voucher_by_code(self, code: str) -> Voucher | None:
        """Locked: what is left of it is counted by one after another."""

    def vouchers_of(self, holder_id: int, limit: int) -> Sequence[Voucher]:
        """The newest first."""

    def vouchers_given(self, limit: int) -> Sequence[Voucher]:
        """By the house, for nothing; the newest first."""

    def keep_voucher(self, voucher_id: int, holder_id: int) -> None: ...

    def forget_vouchers(self, holder_id: int) -> None:
        """They stand in nobody's list from now on; who has the code can spend them."""

    def voucher_spent(self, voucher_id: int, *, but_order: int = 0) -> int:
        """By orders that are paid or may still be, less what has come back."""

    def voucher_uses(self, order_id: int) -> Sequence[VoucherUse]:
        """By voucher."""

    def use_voucher(self, use: VoucherUse, now: datetime) -> None:
        """So much less is to be paid of the order."""

    def drop_vouchers(self, order_id: int) -> None:
        """The whole order is to be paid again."""

    def charge_voucher(self, use: VoucherUse, charge_id: int) -> None: ...

    def voucher_bought(self, charge_id: int) -> Voucher | None:
        """That this charge has paid for."""

    def voucher_of_charge(self, charge_id: int) -> Voucher | None:
        """That this charge has spent."""

    def prolong_voucher(self, voucher_id: int, until: datetime) -> None: ...

    def ask_voucher_sale(self, buyer_id: int, amount: Money, now: datetime) -> int:
        """The one that this buyer has not paid yet, for this sum; there is one at most. Gives its id."""

    def voucher_sale(self, voucher_sale_id: int, *, lock: bool = False) -> VoucherSale | None: ...

    def pay_voucher_sale(self, voucher_sale_id: int, charge_id: int) -> None: ...

    def vouchers_open(self, scope: Scope) -> Sequence[VoucherSum]:
        """What was owed for vouchers before the scope's start."""


class VoucherLeft(NamedTuple):
    voucher: Voucher
    left: Money
