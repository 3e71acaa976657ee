"""The error tree, as sentences."""

from __future__ import annotations

from collections.abc import Callable

from domain import errors
from handlers.ui.i18n import N_, Texts

_PLAIN: dict[str, str] = {
    "not_found": N_("This is not here any more, or it is not yours."),
    "not_allowed": N_("This is for staff with another role. Ask your manager if you need it."),
    "stale": N_("This button is from an earlier moment. Here is how things stand now."),
    "seat_taken": N_("Somebody was faster. Please choose again."),
    "hold_ended": N_("The time to pay is over and the seats were given back. You can choose again."),
    "payment_under_way": N_("A payment for these seats is under way. Wait for it to end, at most ten minutes."),
    "provider_unavailable": N_(
        "The payment service does not answer. Nothing was charged; please try again in a minute."
    ),
    "provider_refused": N_("The payment service said no. Nothing was charged; please try another way to pay."),
}

_REASONS: dict[tuple[str, str], str] = {
    ("not_on_sale", "before"): N_("Sales have not opened yet."),
    ("not_on_sale", "after"): N_("Online sales for this performance are closed. Please ask at the box office."),
    ("not_on_sale", "sold_out"): N_("This performance is sold out."),
    ("not_on_sale", "cancelled"): N_("This performance is cancelled."),
    ("not_on_sale", "past"): N_("This performance is over."),
    ("limit_exceeded", "tickets"): N_("At most {most} tickets a person for this performance."),
    ("limit_exceeded", "prolong"): N_("Seats can be kept for {most} minutes in all, not longer."),
    ("limit_exceeded", "cool_down"): N_(
        "Seats were held for you several times without being paid. Please try again in {most} min."
    ),
    ("payment_refused", "payer"): N_("This invoice was made for somebody else. Only they can pay it."),
    ("payment_refused", "amount"): N_("The price has changed. Please open the order again and pay the new invoice."),
    ("payment_refused", "hold"): N_("The time to pay is over and the seats were given back. You were not charged."),
    ("payment_refused", "order"): N_("There is no such order. You were not charged."),
    ("payment_refused", "paid"): N_("This order is paid already. You were not charged again."),
    ("payment_refused", "busy"): N_(
        "The house is very busy. You were not charged; please press Pay again in a moment."
    ),
    ("link_spent", "used"): N_("This link has been used already."),
    ("link_spent", "withdrawn"): N_("This link was withdrawn."),
    ("link_spent", "expired"): N_("This link has expired. Ask for a new one."),
    ("link_spent", "own"): N_("This is your own link. Send it to the person it is meant for."),
    ("bad_input", "companion_alone"): N_(
        "A companion seat goes with a wheelchair place. Please add one, or choose another seat."
    ),
    ("bad_input", "nobody"): N_("Please say for how many people."),
    ("bad_input", "no_post"): N_("First say where you stand: choose the performance and your gate."),
    ("bad_input", "concession"): N_("This price is not offered for one of the seats. Please choose another price."),
    ("bad_input", "places"): N_("Please choose your seats again."),
}
_OTHERWISE = N_("That did not work as asked. Please look at the screen and try again.")


def sentence(error: errors.FoyerError, t: Texts) -> str:
    """What went wrong and what to do, in the person's language; plain text."""
    special = _SPECIAL.get(type(error))
    if special is not None:
        return special(error, t)
    reason = str(error.params.get("reason") or error.params.get("limit") or "")
    msgid = _REASONS.get((error.code, reason)) or _PLAIN.get(error.code) or _OTHERWISE
    values = {key: value for key, value in error.params.items() if isinstance(value, int | str)}
    return t.plain(msgid, **values) if values else t.plain(msgid)


def _not_enough(error: errors.FoyerError, t: Texts) -> str:
    free = int(error.params.get("free", 0))
    if free == 0:
        return t.plain("Nothing is left here. Try another price or zone.")
    return t.plain_plural(
        "Only {count} place is left that fits. Try fewer people, another price or zone.",
        "Only {count} places are free, and not together. Try fewer people, another price or zone.",
        free,
    )


_SPECIAL: dict[type[errors.FoyerError], Callable[[errors.FoyerError, Texts], str]] = {
    errors.NotEnoughTogether: _not_enough,
}
