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
    "signed_out": N_("This page was opened too long ago. Please open it again from the chat."),
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
    ("change_refused", "handed_on"): N_("Only whoever bought a ticket can do this with it."),
    ("change_refused", "admitted"): N_("Somebody has come in with this ticket already."),
    ("change_refused", "never"): N_("The house does not do this for these tickets."),
    ("change_refused", "late"): N_("It is too late for this now. Please ask at the box office."),
    ("change_refused", "listed"): N_("This ticket is given back for resale. Take it back from there first."),
    ("change_refused", "being_sold"): N_(
        "Somebody is buying these seats at this moment. Please try again in ten minutes."
    ),
    ("change_refused", "count"): N_("Please choose as many seats as you have tickets to change: {count}."),
    ("bad_input", "proof"): N_("Please write what proves it, such as the number of the bank transfer."),
    ("link_spent", "used"): N_("This link has been used already."),
    ("link_spent", "withdrawn"): N_("This link was withdrawn."),
    ("link_spent", "expired"): N_("This link has expired. Ask for a new one."),
    ("link_spent", "own"): N_("This is your own link. Send it to the person it is meant for."),
    ("bad_input", "companion_alone"): N_(
        "A companion seat goes with a wheelchair place. Please add one, or choose another seat."
    ),
    ("bad_input", "nobody"): N_("Please say for how many people."),
    ("stale", "seats_free"): N_("Such seats are free at this moment: you can buy them."),
    ("stale", "sale_over"): N_("This sale is over. Please begin with the next customer."),
    ("stale", "no_date"): N_("That is no other time, or it has passed."),
    ("bad_input", "no_code"): N_("There is no such code. Please look at it again."),
    ("bad_input", "code_early"): N_("This code is not good yet. Please try again on its first day."),
    ("bad_input", "code_over"): N_("This code is not good any more."),
    ("bad_input", "code_used_up"): N_("This code has been used as often as it may be."),
    ("bad_input", "code_not_here"): N_("This code is for other performances or seats."),
    ("bad_input", "bad_code"): N_("That cannot be read. Type it as in the example."),
    ("bad_input", "no_member"): N_("You have no membership that makes these seats cheaper."),
    ("bad_input", "member_used_up"): N_("You have had all seats at the members’ price for this performance."),
    ("bad_input", "member_over"): N_("This membership is over."),
    ("bad_input", "member_ended"): N_("The membership is over by now. Let go of the seats and begin anew."),
    ("bad_input", "member_has_all"): N_("This member has had all seats at the members’ price for this performance."),
    ("bad_input", "member_no_less"): N_("This membership makes none of these seats cheaper."),
    ("bad_input", "member_already"): N_("The order has another member’s price already."),
    ("bad_input", "member_or_code"): N_("It is either the members’ price or a code, not both."),
    ("bad_input", "too_many"): N_("At most {most} at once. Please type fewer."),
    ("payment_refused", "member"): N_(
        "Your membership is over, so the price has changed. You were not charged; please choose the seats again."
    ),
    ("bad_input", "no_voucher"): N_("There is no such voucher. Please look at the code again."),
    ("bad_input", "voucher_over"): N_("The time of this voucher is over. Please ask at the box office."),
    ("bad_input", "voucher_empty"): N_("Nothing is left on this voucher."),
    ("bad_input", "voucher_currency"): N_("This voucher is for another currency."),
    ("bad_input", "code_first"): N_("Take the voucher off first, then type the code, and put the voucher back."),
    ("bad_input", "bad_amounts"): N_("That cannot be read. Type the months, then up to six sums."),
    ("bad_input", "code_taken"): N_("This code is there already. Choose another word."),
    ("bad_input", "code_past"): N_("The last day has passed already."),
    ("bad_input", "no_time"): N_("This is no date and time. Type it like 2027-03-05 19:30."),
    ("stale", "other_door"): N_("You stand at another door by now. Please open the scanner again from the chat."),
    ("bad_input", "form"): N_("This page sent something that cannot be read. Please open it again from the chat."),
    ("limit_exceeded", "complimentary"): N_(
        "You may give away {most} tickets for a performance. Ask a manager for more."
    ),
    ("payment_refused", "reserved"): N_("These places are to be paid at the window. You were not charged."),
    ("bad_input", "not_enough"): N_("That is less than the price."),
    ("bad_input", "no_drawer"): N_("You have no open drawer. Open one first."),
    ("bad_input", "drawer_open"): N_("You have an open drawer already. Count it first."),
    ("bad_input", "drawer_currency"): N_("Your drawer holds another currency."),
    ("bad_input", "bad_reference"): N_("Please type the number that the terminal has printed."),
    ("bad_input", "reference_used"): N_("This number of the terminal stands under another sale of today already."),
    ("bad_input", "no_reason"): N_("Please say what it is for."),
    ("bad_input", "bad_sum"): N_("This is no sum of money. Type it like 120 or 12.50."),
    ("bad_input", "too_little"): N_("There is not so much in your drawer."),
    ("bad_input", "bad_phone"): N_("This is no telephone number. Type it like +86 21 1234 5678."),
    ("bad_input", "too_short"): N_("Please type a little more of it."),
    ("bad_input", "bad_places"): N_("“{said}” is not in this hall. Type zone/row/seats as on the plan."),
    ("bad_input", "release_past"): N_("That time has passed."),
    ("bad_input", "no_other_gate"): N_("That gate is closed, or none of this venue. Choose one that is open."),
    ("bad_input", "no_post"): N_("First say where you stand: choose the performance and your gate."),
    ("bad_input", "own_hold"): N_(
        "You keep other seats for this performance. Pay for them or let them go first, then open the link again."
    ),
    ("bad_input", "month"): N_("This is no month. Type it like 2026-11."),
    ("bad_input", "concession"): N_("This price is not offered for one of the seats. Please choose another price."),
    ("bad_input", "mail"): N_("That is no e-mail address that mail can go to. Please write it like anna@example.org."),
    ("bad_input", "no_mail"): N_("First an address is needed. Please choose “By mail” again."),
    ("limit_exceeded", "codes"): N_("At most {most} codes go out in a day. Please try again tomorrow."),
    ("limit_exceeded", "mails"): N_("At most {most} mails in an hour. Please try again later."),
    ("stale", "incident_taken"): N_("A colleague was faster and has it. Look at the card."),
    ("stale", "incident_sent"): N_("It has been sent already. Resolve it if it was a mistake."),
    ("stale", "incident_lapsed"): N_("It is not yours now. Take it again if you are on it."),
    ("stale", "incident_open"): N_("It is not over yet. Resolve it first."),
    ("stale", "nobody_there"): N_("Nobody is there to be told: nobody holds a ticket and can be written to."),
    ("bad_input", "note_text"): N_("Please say it in at most {most} characters."),
    ("bad_input", "drill_audience"): N_("This is a drill: the audience is never told of one."),
    ("bad_input", "delay"): N_("Please choose by how many minutes it is delayed."),
    ("stale", "help_closed"): N_("Nobody of us is at your seat now. In an emergency call the emergency services."),
    ("stale", "help_taken"): N_("A colleague is on the way already."),
    ("limit_exceeded", "help"): N_("You have called several times. Please speak to the nearest member of staff."),
    ("stale", "drinks_closed"): N_("Orders for the interval are not open now. The desk serves you in person."),
    ("not_on_sale", "drink_sold_out"): N_("There is not so much of it left. Please choose something else."),
    ("payment_refused", "drinks"): N_(
        "Something of it is sold out, or orders are closed. You were not charged; please look at the menu again."
    ),
    ("bad_input", "no_count"): N_("Please write it as a number, such as 12."),
    ("bad_input", "drinks_unpaid"): N_("This is not paid yet. Say how it was paid."),
    ("stale", "enquiry_taken"): N_("A colleague answers this already."),
    ("bad_input", "enquiry_full"): N_("That is a lot of words. Please ring the box office."),
    ("stale", "shift_taken"): N_("A colleague was faster, or the offer was taken back."),
    ("stale", "list_over"): N_("This list is over. Begin the next one."),
    ("bad_input", "list_photo"): N_("A photo is to show this. Please send one."),
    ("stale", "find_kept"): N_("It is to be kept longer. The day stands on the screen."),
    ("stale", "find_awaited"): N_("Somebody is to fetch this. Hand it out, or say that it is not theirs."),
    ("bad_input", "lost_words"): N_("Please say it in at most {most} characters."),
    ("limit_exceeded", "losses"): N_("You ask for {most} things already. Take one of them back first."),
    ("bad_input", "two_shifts"): N_("You have another shift at that time."),
    ("bad_input", "places"): N_("Please choose your seats again."),
    ("stale", "survey_closed"): N_("This survey is closed. Thank you for wanting to tell us."),
    ("stale", "not_over"): N_("It is too early for this: the performance is not over yet."),
    ("bad_input", "form_open"): N_("You are typing another form. Finish it first, or throw it away."),
    ("bad_input", "no_answer"): N_("That is no answer to this question. Please choose one of the buttons."),
    ("bad_input", "no_words"): N_("Please write a few words."),
    ("bad_input", "no_media"): N_("A photo or a voice message, please; or go past the question."),
    ("bad_input", "nobody_listens"): N_("Nobody can be answered here: they gave no name and asked for no answer."),
    ("bad_input", "words_too_long"): N_("That is too long for us to keep: at most {most} characters, please."),
    ("bad_input", "action_text"): N_("Please say in at most {most} characters what is to be changed."),
    ("bad_input", "digest_hour"): N_("Please choose one of the hours."),
    ("bad_input", "action_due"): N_("That day has passed. Please choose one to come."),
    ("bad_input", "action_proof"): N_("Please say in at most {most} characters what was done."),
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
