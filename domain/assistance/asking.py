"""Asking a person: an enquiry at the window, taken by one tap, answered in the chat."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from domain.assistance.house import rules_of
from domain.assistance.model import WORDS_MOST, Enquiry, EnquiryFigures, EnquiryState, EnquiryWord, figures
from domain.errors import BadInput, NotFound, Stale
from domain.notices import CardKind, Notice, NoticeKind
from domain.people.model import Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.model import Venue

MOST_WORDS = 60
_OPEN = (EnquiryState.WAITING, EnquiryState.TAKEN)


@dataclass(frozen=True, slots=True)
class AskPerson:
    """Asks the window; while one enquiry is open, more words go there. Gives the enquiry's id.

    ``venue_id`` 0: where the person's next ticket is for, else the first venue. Raises NotFound, BadInput.
    """

    person_id: int
    text: str
    venue_id: int = 0

    def __call__(self, tx: Tx) -> int:
        text = _clean(self.text)
        enquiry = tx.assistance.open_enquiry_of(self.person_id)
        if enquiry is None:
            venue = self._venue(tx)
            rules = rules_of(tx, venue.id)
            from_then = rules.answered_from(tx.now, venue.timezone) or tx.now
            new = Enquiry(0, venue.id, self.person_id, EnquiryState.WAITING, tx.now, from_then)
            enquiry = replace(new, id=tx.assistance.put_enquiry(new))
            tx.audit(self.person_id, "enquiry.asked", "enquiry", enquiry.id)
        elif len(tx.assistance.words(enquiry.id)) >= MOST_WORDS:
            raise BadInput("enquiry_full")
        word_id = _say(tx, enquiry, self.person_id, text, by_house=False)
        if (answers := _who_answers(tx, enquiry)) is not None:
            told = [answers]
        else:
            told = [one.person_id for one in tx.shifts.on_duty(enquiry.venue_id, tx.now, Role.BOX_OFFICE)]
        for person_id in dict.fromkeys(told):
            tx.show_card(person_id, CardKind.ENQUIRY, enquiry.id)
            key = f"enquiry_asked:{word_id}:{person_id}"
            params = {"word_id": word_id}
            tx.notify(Notice(person_id, NoticeKind.ENQUIRY_ASKED, dedupe_key=key, params=params))
        return enquiry.id

    def _venue(self, tx: Tx) -> Venue:
        venues = list(tx.programme.venues())
        wanted = self.venue_id or next(
            (
                performance.venue_id
                for ticket in tx.ticketing.tickets_of_holder(self.person_id, tx.now)
                if (performance := tx.programme.performance(ticket.performance_id)) is not None
            ),
            0,
        )
        for venue in venues:
            if wanted in (0, venue.id):
                return venue
        raise NotFound


@dataclass(frozen=True, slots=True)
class TakeEnquiry:
    """One tap; who takes it answers. Gives the enquiry's id. Raises NotAllowed, NotFound, Stale('enquiry_taken')."""

    by: int
    enquiry_id: int

    def __call__(self, tx: Tx) -> int:
        enquiry = enquiry_for(tx, self.by, self.enquiry_id, lock=True)
        if enquiry.state is EnquiryState.CLOSED:
            raise Stale
        if enquiry.taken_by == self.by:
            return enquiry.id
        if _who_answers(tx, enquiry) is not None:
            raise Stale(reason="enquiry_taken")
        tx.assistance.put_enquiry(replace(enquiry, state=EnquiryState.TAKEN, taken_by=self.by))
        tx.audit(self.by, "enquiry.taken", "enquiry", enquiry.id)
        tx.card_changed(CardKind.ENQUIRY, enquiry.id)
        return enquiry.id


@dataclass(frozen=True, slots=True)
class LeaveEnquiry:
    """A colleague is to answer. Gives the enquiry's id. Raises NotAllowed, NotFound, Stale where it is not theirs."""

    by: int
    enquiry_id: int

    def __call__(self, tx: Tx) -> int:
        enquiry = _taken(tx, self.by, self.enquiry_id)
        tx.assistance.put_enquiry(replace(enquiry, state=EnquiryState.WAITING, taken_by=None))
        tx.audit(self.by, "enquiry.left", "enquiry", enquiry.id)
        tx.card_changed(CardKind.ENQUIRY, enquiry.id)
        return enquiry.id


@dataclass(frozen=True, slots=True)
class AnswerEnquiry:
    """In words, or by ``reply``, the key of a prepared one: that goes in the asker's language. Gives the
    enquiry's id.

    Raises NotAllowed, NotFound, Stale where somebody else answers it, BadInput.
    """

    by: int
    enquiry_id: int
    text: str = ""
    reply: str = ""

    def __call__(self, tx: Tx) -> int:
        enquiry = _taken(tx, self.by, self.enquiry_id)
        text = self.text
        if self.reply:
            replies = {reply.key: reply for reply in rules_of(tx, enquiry.venue_id).replies}
            if self.reply not in replies:
                raise NotFound
            text = replies[self.reply].text.best(_locale(tx, enquiry.person_id))
        word_id = _say(tx, enquiry, self.by, _clean(text), by_house=True)
        if enquiry.answered_at is None:
            tx.assistance.put_enquiry(replace(enquiry, answered_at=tx.now))
        tx.audit(self.by, "enquiry.answered", "enquiry", enquiry.id)
        key, params = f"enquiry_answered:{word_id}", {"word_id": word_id}
        tx.notify(Notice(enquiry.person_id, NoticeKind.ENQUIRY_ANSWERED, dedupe_key=key, params=params))
        return enquiry.id


@dataclass(frozen=True, slots=True)
class CloseEnquiry:
    """By whoever asked, or by the window. Gives the enquiry's id; twice is once. Raises NotFound."""

    by: int
    enquiry_id: int

    def __call__(self, tx: Tx) -> int:
        enquiry = tx.assistance.enquiry(self.enquiry_id, lock=True)
        actor = actor_of(tx, self.by)
        if enquiry is None or not (enquiry.person_id == self.by or actor.may(Role.BOX_OFFICE, enquiry.venue_id)):
            raise NotFound
        if enquiry.state is not EnquiryState.CLOSED:
            tx.assistance.put_enquiry(replace(enquiry, state=EnquiryState.CLOSED, closed_at=tx.now))
            tx.audit(self.by, "enquiry.closed", "enquiry", enquiry.id)
            tx.card_changed(CardKind.ENQUIRY, enquiry.id)
        return enquiry.id


@dataclass(frozen=True, slots=True)
class EnquiriesBetween:
    """A query for the digest: who waits now, and how long people waited for the first answer."""

    venue_id: int
    since: datetime
    until: datetime

    def __call__(self, tx: Tx) -> EnquiryFigures:
        waiting = tx.assistance.enquiries([self.venue_id], [EnquiryState.WAITING], 1000)
        asked = list(tx.assistance.enquiries_between(self.venue_id, self.since, self.until))
        return figures(asked, len(waiting), rules_of(tx, self.venue_id).target)


def enquiry_for(tx: Tx, by: int, enquiry_id: int, *, lock: bool = False) -> Enquiry:
    """For the window. Raises NotAllowed, NotFound."""
    actor = actor_of(tx, by)
    actor.require(Role.BOX_OFFICE)
    enquiry = tx.assistance.enquiry(enquiry_id, lock=lock)
    if enquiry is None or not actor.may(Role.BOX_OFFICE, enquiry.venue_id):
        raise NotFound
    return enquiry


def _who_answers(tx: Tx, enquiry: Enquiry) -> int | None:
    """Whoever has taken it, as long as they work there."""
    actor = tx.people.actor(enquiry.taken_by) if enquiry.taken_by is not None else None
    return enquiry.taken_by if actor is not None and actor.may(Role.BOX_OFFICE, enquiry.venue_id) else None


def _taken(tx: Tx, by: int, enquiry_id: int) -> Enquiry:
    enquiry = enquiry_for(tx, by, enquiry_id, lock=True)
    if enquiry.state is not EnquiryState.TAKEN or enquiry.taken_by != by:
        raise Stale(reason="enquiry_taken")
    return enquiry


def _say(tx: Tx, enquiry: Enquiry, author_id: int, text: str, *, by_house: bool) -> int:
    word_id = tx.assistance.add_word(EnquiryWord(0, enquiry.id, author_id, by_house, text, tx.now))
    tx.card_changed(CardKind.ENQUIRY, enquiry.id)
    return word_id


def _locale(tx: Tx, person_id: int) -> str:
    actor = tx.people.actor(person_id)
    if actor is None:
        return ""
    return actor.locale or ("zh_Hans" if actor.language_code.lower().startswith("zh") else "en")


def _clean(text: str) -> str:
    words = text.strip()
    if not words:
        raise BadInput("no_words")
    if len(words) > WORDS_MOST:
        raise BadInput("words_too_long", most=WORDS_MOST)
    return words
