"""What storage promises of help, drinks and enquiries."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.assistance.model import (
    DrinkOrder,
    DrinkState,
    Enquiry,
    EnquiryState,
    EnquiryWord,
    HelpKind,
    HelpRequest,
    HelpState,
)
from domain.errors import Contended
from domain.ports import Tx
from domain.records.usecases import ForgetMe, MyData
from storage.unit_of_work import UnitOfWork
from tests.support.selling import buy, people, seated_house


async def test_one_open_thing_a_person_and_what_is_forgotten(uow: UnitOfWork) -> None:
    house = await uow.write(seated_house)
    (ada,) = await people(uow, 1)
    (ticket_id,) = await buy(uow, house, ada, 1)
    venue_id, to = house.venue_id, house.performance_id

    def arrange(tx: Tx) -> tuple[int, int, int]:
        due = tx.now + timedelta(seconds=60)
        asked = HelpRequest(
            0, venue_id, to, ada, ticket_id, "", HelpKind.LOST, HelpState.ASKED, tx.now, "by the door", "voice", 1, due
        )
        request_id = tx.assistance.put_help(asked)
        assert tx.assistance.help(request_id) == replace(asked, id=request_id)
        assert tx.assistance.help_due(tx.now, 9) == []
        assert [each.id for each in tx.assistance.help_due(due, 9)] == [request_id]
        cart = DrinkOrder(0, venue_id, to, ada, DrinkState.CART, tx.now)
        cart_id = tx.assistance.put_drink(cart)
        assert tx.assistance.cart_of(ada, to) == replace(cart, id=cart_id)
        enquiry = Enquiry(0, venue_id, ada, EnquiryState.WAITING, tx.now, tx.now)
        enquiry_id = tx.assistance.put_enquiry(enquiry)
        tx.assistance.add_word(EnquiryWord(0, enquiry_id, ada, False, "Where is the lift?", tx.now))
        for again in (
            lambda: tx.assistance.put_help(asked),
            lambda: tx.assistance.put_drink(cart),
            lambda: tx.assistance.put_enquiry(enquiry),
        ):
            with pytest.raises(Contended):
                again()
        return request_id, cart_id, enquiry_id

    request_id, cart_id, enquiry_id = await uow.write(arrange)
    known = await uow.read(MyData(ada))
    assert [len(known[name]) for name in ("help_request", "drink_order", "enquiry", "enquiry_word")] == [1, 1, 1, 1]
    await uow.write(ForgetMe(ada))

    def look(tx: Tx) -> None:
        request, enquiry = tx.assistance.help(request_id), tx.assistance.enquiry(enquiry_id)
        assert request is not None
        assert enquiry is not None
        assert (request.words, request.voice, request.state, request.page_due_at) == ("", "", HelpState.CANCELLED, None)
        assert enquiry.state is EnquiryState.CLOSED
        assert tx.assistance.words(enquiry_id) == []
        assert tx.assistance.drink(cart_id) is None

    await uow.read(look)
