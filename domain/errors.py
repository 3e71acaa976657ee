"""Every way in which Foyer says no, drawn as a tree.

::

    FoyerError
    ├── Rejected                 the person can do something about it; shown as a sentence, nothing changed
    │   ├── NotFound             does not exist, or is somebody else's: the same answer to both
    │   ├── NotAllowed           the role does not stretch to it
    │   ├── Stale                the button belongs to a state that has passed
    │   ├── SeatTaken            somebody was faster; names the places
    │   ├── NotEnoughTogether    fewer free than asked for
    │   ├── NotOnSale            before, after, sold out, cancelled
    │   ├── LimitExceeded        a purchase or time limit; says which and how much
    │   ├── HoldEnded            the time to pay ran out
    │   ├── PaymentRefused       payer, amount, currency or hold do not fit
    │   ├── PaymentUnderWay      an invoice is being paid at this moment
    │   ├── SignedOut            a page's session is over, or was never one
    │   ├── ChangeRefused        a ticket that cannot be cancelled, changed or sold again; says why
    │   ├── LinkSpent            an invitation or hand-on link used, withdrawn or out of date
    │   └── BadInput             what was typed or uploaded cannot be used; says why
    │       ├── PlanFault        a seating plan, with the JSON path
    │       └── SheetFault       a spreadsheet, with row and column
    ├── Outside                  the world did not answer as it should; tried again by whoever called
    │   ├── ProviderUnavailable  the payment provider did not answer
    │   ├── ProviderRefused      the payment provider said no, for good
    │   └── ForgedNotice         a call-back that is not proven, too old, or meant for somebody else
    ├── Contended                somebody else moved at the same moment; the unit of work tries again from the start
    └── LostLease                another process took over; what was under way is dropped

``code`` is a stable word: presentation turns it into a sentence in the person's language with ``params``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar


class FoyerError(Exception):
    """Root of the tree. ``params`` go into the sentence that presentation makes of ``code``."""

    code: ClassVar[str] = "error"

    def __init__(self, **params: Any) -> None:
        super().__init__(self.code, params)
        self.params = params

    def __str__(self) -> str:
        return f"{self.code} {self.params}" if self.params else self.code


class Rejected(FoyerError):
    code = "rejected"


class NotFound(Rejected):
    code = "not_found"


class NotAllowed(Rejected):
    code = "not_allowed"


class Stale(Rejected):
    code = "stale"


class SeatTaken(Rejected):
    """Somebody was faster. ``places`` are the place numbers that were asked for and are gone."""

    code = "seat_taken"

    def __init__(self, places: Sequence[int]) -> None:
        super().__init__(places=tuple(places))
        self.places = tuple(places)


class NotEnoughTogether(Rejected):
    code = "not_enough_together"


class NotOnSale(Rejected):
    """``reason``: before | after | sold_out | cancelled | past."""

    code = "not_on_sale"

    def __init__(self, reason: str, **params: Any) -> None:
        super().__init__(reason=reason, **params)
        self.reason = reason


class LimitExceeded(Rejected):
    """``limit``: tickets | prolong | cool_down | complimentary | rate; ``most`` is the bound in its own unit."""

    code = "limit_exceeded"

    def __init__(self, limit: str, most: int, **params: Any) -> None:
        super().__init__(limit=limit, most=most, **params)
        self.limit = limit
        self.most = most


class HoldEnded(Rejected):
    code = "hold_ended"


class PaymentRefused(Rejected):
    """``reason``: payer | amount | currency | hold | reserved | order | paid | busy."""

    code = "payment_refused"

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)
        self.reason = reason


class PaymentUnderWay(Rejected):
    code = "payment_under_way"


class SignedOut(Rejected):
    code = "signed_out"


class ChangeRefused(Rejected):
    """``reason``: handed_on | admitted | never | late | listed | being_sold | count."""

    code = "change_refused"

    def __init__(self, reason: str, **params: Any) -> None:
        super().__init__(reason=reason, **params)
        self.reason = reason


class LinkSpent(Rejected):
    """``reason``: used | withdrawn | expired | own."""

    code = "link_spent"

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)
        self.reason = reason


class BadInput(Rejected):
    """``reason`` is a stable word for the sentence, e.g. ``not_a_number``."""

    code = "bad_input"

    def __init__(self, reason: str, **params: Any) -> None:
        super().__init__(reason=reason, **params)
        self.reason = reason


class PlanFault(BadInput):
    """A seating plan that cannot be used. ``path`` is a JSON path such as ``$.zones[0].rows[3].seats[1]``."""

    code = "plan_fault"

    def __init__(self, path: str, reason: str, **params: Any) -> None:
        super().__init__(reason, path=path, **params)
        self.path = path


class SheetFault(BadInput):
    """One cell of a spreadsheet. ``row`` counts from 1, the heading being row 1; ``column`` is its heading."""

    code = "sheet_fault"

    def __init__(self, row: int, column: str, reason: str, **params: Any) -> None:
        super().__init__(reason, row=row, column=column, **params)
        self.row = row
        self.column = column


class Outside(FoyerError):
    code = "outside"


class ProviderUnavailable(Outside):
    code = "provider_unavailable"


class ProviderRefused(Outside):
    code = "provider_refused"


class ForgedNotice(Outside):
    """``reason``: signature | age | content | account."""

    code = "forged_notice"

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)
        self.reason = reason


class LostLease(FoyerError):
    code = "lost_lease"


class Contended(FoyerError):
    """``over`` names what was contended for: whoever has lost it stands in line for it at their next try, so that
    nobody loses as often as they have rivals."""

    code = "contended"

    def __init__(self, *, over: str | None = None, **params: Any) -> None:
        super().__init__(**params)
        self.over = over
