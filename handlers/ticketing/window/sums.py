"""What is typed at a counter: sums of money, how to reach people; and what customers put down for a price."""

from __future__ import annotations

from domain.errors import BadInput
from domain.money import Money
from domain.programme.cells import CellFault, money
from domain.ticketing.reserving import clean_phone
from domain.ticketing.window import LeaveContact
from handlers.ui.i18n import minor_digits

_NOTES = (1, 2, 5, 10, 20, 50, 100, 200, 500)
_SUGGESTED = 3


def read_sum(text: str, currency: str) -> int:
    """Minor units. Raises BadInput for what is no sum of this currency."""
    try:
        return money(text.strip(), currency).minor
    except CellFault:
        raise BadInput("bad_sum") from None


def read_sum_and_words(text: str, currency: str) -> tuple[int, str]:
    """``12.50 paper``. Raises BadInput for what does not begin with a sum."""
    first, _, rest = text.strip().partition(" ")
    return read_sum(first, currency), rest.strip()


def read_contact(clerk_id: int, order_id: int, text: str) -> LeaveContact:
    """A telephone, a mail address, or else a name."""
    said = " ".join(text.split())
    phone = clean_phone(said)
    if phone:
        return LeaveContact(clerk_id, order_id, phone=phone)
    return LeaveContact(clerk_id, order_id, mail=said) if "@" in said else LeaveContact(clerk_id, order_id, name=said)


def likely_given(price: Money) -> list[Money]:
    """What a customer is likely to put down: the very sum, or the next that notes can make."""
    unit = 10 ** minor_digits(price.currency)
    rounded = {-(-price.minor // (note * unit)) * note * unit for note in _NOTES}
    more = sorted(minor for minor in rounded if minor > price.minor)[:_SUGGESTED]
    return [price, *(Money(minor, price.currency) for minor in more)]
