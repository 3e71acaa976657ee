"""What help, drinks and enquiries need from storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from domain.assistance.model import (
    DrinkLine,
    DrinkOrder,
    DrinkState,
    Enquiry,
    EnquiryState,
    EnquiryWord,
    HelpRequest,
    MenuItem,
)


class AssistanceRepository(Protocol):
    # The house
    def assistance_of(self, venue_id: int) -> Mapping[str, Any] | None:
        """The house's document, as it was imported."""

    def put_assistance(self, venue_id: int, document: Mapping[str, Any]) -> bool:
        """False where it was so already."""

    def lock_desk(self, venue_id: int) -> None:
        """Stock and numbers of this venue are counted by one after another until the transaction ends."""

    # Help
    def put_help(self, request: HelpRequest) -> int:
        """Inserts where the id is 0, updates otherwise; gives the id. Raises Contended where the person has an open
        one for the performance already."""

    def help(self, request_id: int, *, lock: bool = False) -> HelpRequest | None: ...

    def open_help_of(self, person_id: int, performance_id: int) -> HelpRequest | None: ...

    def help_asked_since(self, person_id: int, since: datetime) -> int: ...

    def help_due(self, now: datetime, limit: int) -> Sequence[HelpRequest]:
        """Whom to page next is due, or whoever has taken it works there no more; locked."""

    def open_help(self, venue_ids: Sequence[int], limit: int) -> Sequence[HelpRequest]:
        """The longest waiting first."""

    # The menu and its orders
    def menu(self, venue_id: int) -> Sequence[MenuItem]:
        """In the order of the house, those that are no more included."""

    def item(self, item_id: int) -> MenuItem | None: ...

    def put_item(self, item: MenuItem) -> int: ...

    def drink(self, order_id: int, *, lock: bool = False) -> DrinkOrder | None: ...

    def drink_of_charge(self, charge_id: int) -> DrinkOrder | None: ...

    def cart_of(self, person_id: int, performance_id: int) -> DrinkOrder | None:
        """Unordered, or being paid."""

    def drinks_of(self, person_id: int, performance_id: int) -> Sequence[DrinkOrder]:
        """Those that were ordered, newest first."""

    def put_drink(self, order: DrinkOrder) -> int:
        """Raises Contended where the person has a cart for the performance already."""

    def add_drink_receipt(self, order_id: int, now: datetime) -> None:
        """The receipt's number is ascending and never given out twice."""

    def drink_receipt(self, order_id: int) -> int | None: ...

    def drink_lines(self, order_id: int) -> Sequence[DrinkLine]: ...

    def put_drink_lines(self, order_id: int, lines: Sequence[DrinkLine]) -> None:
        """In place of those that there are."""

    def next_number(self, performance_id: int) -> int: ...

    def queue(self, performance_id: int, states: Sequence[DrinkState], limit: int) -> Sequence[DrinkOrder]:
        """By number."""

    def drinks_due(self, now: datetime, limit: int) -> Sequence[int]:
        """Orders with something to be done: payments that ran out, cancelled performances, ready and not told."""

    # Enquiries
    def put_enquiry(self, enquiry: Enquiry) -> int:
        """Raises Contended where the person has an open one already."""

    def enquiry(self, enquiry_id: int, *, lock: bool = False) -> Enquiry | None: ...

    def open_enquiry_of(self, person_id: int) -> Enquiry | None: ...

    def enquiries(self, venue_ids: Sequence[int], states: Sequence[EnquiryState], limit: int) -> Sequence[Enquiry]:
        """The longest waiting first."""

    def add_word(self, word: EnquiryWord) -> int: ...

    def word(self, word_id: int) -> EnquiryWord | None: ...

    def words(self, enquiry_id: int) -> Sequence[EnquiryWord]: ...

    def enquiries_between(
        self, venue_id: int, since: datetime, until: datetime
    ) -> Sequence[tuple[datetime, datetime | None]]:
        """(from when it could be answered, when it was) of those asked then."""

    def forget_assistance(self, person_id: int, now: datetime) -> None:
        """What they wrote and said goes, what is open ends; drinks that were ordered stay with the money."""
