"""Recording finds, asking for what was lost, handing it out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.errors import BadInput, LimitExceeded, NotFound, Stale
from domain.lost_property.model import WORDS_MOST, Find, FindState, Loss, LossState
from domain.notices import Notice, NoticeKind
from domain.people.list_keeping import is_staff_at, upkeep_of
from domain.people.model import Role
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.ports import PerformanceFilter

_OPEN_MOST = 5
_A_TICK = 100


@dataclass(frozen=True, slots=True)
class RecordFind:
    """A colleague has found something; it is kept for the house's period. Gives its number.

    It belongs to the performance that is on at that venue, if one alone is. Raises NotFound, BadInput.
    """

    by: int
    venue_id: int
    what: str
    place: str
    storage: str
    photo: str = ""

    def __call__(self, tx: Tx) -> int:
        if tx.programme.venue(self.venue_id) is None or not is_staff_at(actor_of(tx, self.by), self.venue_id):
            raise NotFound
        find = Find(
            id=0,
            venue_id=self.venue_id,
            what=_words(self.what),
            place=_words(self.place),
            storage=_words(self.storage),
            found_at=tx.now,
            found_by=self.by,
            keep_until=tx.now + upkeep_of(tx, self.venue_id).keep,
            performance_id=self._performance(tx),
            photo=self.photo,
        )
        find_id = tx.lost_property.put_find(find)
        tx.audit(self.by, "find.recorded", "find", find_id)
        return find_id

    def _performance(self, tx: Tx) -> int | None:
        on = PerformanceFilter(venue_id=self.venue_id, ends_after=tx.now)
        begun = [one for one in tx.programme.performances(on, limit=8) if one.doors_at <= tx.now]
        return begun[0].id if len(begun) == 1 else None


@dataclass(frozen=True, slots=True)
class AskForLost:
    """Somebody asks for what they have lost; the window's staff on duty hear of it. Gives the loss's id.

    ``performance_id`` None: it was at another time; then the venue is that of their last ticket, else the first one.
    Raises NotFound for a performance that they have no ticket for, BadInput, LimitExceeded('losses').
    """

    person_id: int
    what: str
    place: str = ""
    performance_id: int | None = None

    def __call__(self, tx: Tx) -> int:
        if len(tx.lost_property.losses_of(self.person_id)) >= _OPEN_MOST:
            raise LimitExceeded("losses", _OPEN_MOST)
        place = _words(self.place) if self.place else ""
        loss = Loss(0, self._venue_id(tx), self.person_id, _words(self.what), place, tx.now, self.performance_id)
        loss_id = tx.lost_property.put_loss(loss)
        tx.audit(self.person_id, "loss.asked", "loss", loss_id)
        for one in tx.shifts.on_duty(loss.venue_id, tx.now, Role.BOX_OFFICE):
            _tell(tx, one.person_id, NoticeKind.LOST_ASKED, loss_id)
        return loss_id

    def _venue_id(self, tx: Tx) -> int:
        tickets = tx.ticketing.tickets_of_holder(self.person_id)
        wanted = [ticket for ticket in tickets if self.performance_id in (None, ticket.performance_id)]
        if wanted:
            performance = tx.programme.performance(wanted[-1].performance_id)
            assert performance is not None
            return performance.venue_id
        venues = tx.programme.venues()
        if self.performance_id is not None or not venues:
            raise NotFound
        return venues[0].id


@dataclass(frozen=True, slots=True)
class MatchLoss:
    """This find may be it: whoever asked is told where to fetch it. Gives the find's number. Raises NotFound, Stale."""

    by: int
    loss_id: int
    find_id: int

    def __call__(self, tx: Tx) -> int:
        find, loss = kept_find(tx, self.by, self.find_id), open_loss(tx, self.by, self.loss_id)
        if find.venue_id != loss.venue_id:
            raise NotFound
        tx.lost_property.put_loss(replace(loss, state=LossState.FOUND, find_id=find.id))
        tx.audit(self.by, "loss.found", "loss", loss.id, find=find.id)
        _tell(tx, loss.person_id, NoticeKind.LOST_FOUND, loss.id)
        return find.id


@dataclass(frozen=True, slots=True)
class NotTheirs:
    """It was not what they have lost: it is kept on, and looked for on. Gives the loss's id. Raises NotFound, Stale."""

    by: int
    loss_id: int

    def __call__(self, tx: Tx) -> int:
        loss = open_loss(tx, self.by, self.loss_id, LossState.FOUND)
        tx.lost_property.put_loss(replace(loss, state=LossState.OPEN, find_id=None))
        tx.audit(self.by, "loss.not_it", "loss", loss.id)
        return loss.id


@dataclass(frozen=True, slots=True)
class CloseLoss:
    """The house has looked and has not got it; whoever asked is told. Gives the loss's id. Raises NotFound, Stale."""

    by: int
    loss_id: int

    def __call__(self, tx: Tx) -> int:
        return _give_up(tx, open_loss(tx, self.by, self.loss_id), self.by)


@dataclass(frozen=True, slots=True)
class WithdrawLoss:
    """Whoever asked looks for it no more. Gives the loss's id. Raises NotFound."""

    person_id: int
    loss_id: int

    def __call__(self, tx: Tx) -> int:
        loss = tx.lost_property.loss(self.loss_id, lock=True)
        if loss is None or loss.person_id != self.person_id:
            raise NotFound
        if loss.state is not LossState.CLOSED:
            tx.lost_property.put_loss(replace(loss, state=LossState.CLOSED, ended_at=tx.now))
            tx.audit(self.person_id, "loss.withdrawn", "loss", loss.id)
        return loss.id


@dataclass(frozen=True, slots=True)
class ReturnFind:
    """Handed out, to somebody who has shown a document. Gives the find's number.

    ``id_seen``: which document. Raises NotFound, Stale, BadInput.
    """

    by: int
    find_id: int
    id_seen: str

    def __call__(self, tx: Tx) -> int:
        find = kept_find(tx, self.by, self.find_id)
        seen = _words(self.id_seen)
        ended = replace(find, state=FindState.RETURNED, ended_at=tx.now, ended_by=self.by, id_seen=seen)
        tx.lost_property.put_find(ended)
        tx.audit(self.by, "find.returned", "find", find.id)
        for loss in tx.lost_property.losses_for(find.id, lock=True):
            tx.lost_property.put_loss(replace(loss, state=LossState.CLOSED, ended_at=tx.now))
            tx.audit(self.by, "loss.returned", "loss", loss.id)
        return find.id


@dataclass(frozen=True, slots=True)
class DisposeFind:
    """Nobody has fetched it in the house's period. Gives the find's number.

    Raises NotFound, Stale, also before that period is over or while somebody is to fetch it.
    """

    by: int
    find_id: int

    def __call__(self, tx: Tx) -> int:
        find = kept_find(tx, self.by, self.find_id)
        if not find.may_go(tx.now):
            raise Stale(reason="find_kept")
        if tx.lost_property.losses_for(find.id, lock=True):
            raise Stale(reason="find_awaited")
        tx.lost_property.put_find(replace(find, state=FindState.DISPOSED, ended_at=tx.now, ended_by=self.by))
        tx.audit(self.by, "find.disposed", "find", find.id)
        return find.id


@dataclass(frozen=True, slots=True)
class TendLostProperty:
    """The clock's: what was looked for as long as finds are kept is looked for no more, and of what ended that long ago
    no photo and no word stays. Gives how many."""

    def __call__(self, tx: Tx) -> int:
        done = 0
        for venue in tx.programme.venues():
            before = tx.now - upkeep_of(tx, venue.id).keep
            old = tx.lost_property.losses_before(before, venue.id, _A_TICK)
            for loss in old:
                _give_up(tx, loss, None)
            done += len(old) + tx.lost_property.purge(before, venue.id)
        return done


def find_for(tx: Tx, person_id: int, find_id: int, *, lock: bool = False) -> Find:
    """For all who work at its venue. Raises NotFound."""
    find = tx.lost_property.find(find_id, lock=lock)
    if find is None or not is_staff_at(actor_of(tx, person_id), find.venue_id):
        raise NotFound
    return find


def loss_for(tx: Tx, person_id: int, loss_id: int, *, lock: bool = False) -> Loss:
    """For all who work at its venue. Raises NotFound."""
    loss = tx.lost_property.loss(loss_id, lock=lock)
    if loss is None or not is_staff_at(actor_of(tx, person_id), loss.venue_id):
        raise NotFound
    return loss


def kept_find(tx: Tx, person_id: int, find_id: int) -> Find:
    """Locked. Raises NotFound, Stale."""
    find = find_for(tx, person_id, find_id, lock=True)
    if find.state is not FindState.KEPT:
        raise Stale
    return find


def open_loss(tx: Tx, person_id: int, loss_id: int, state: LossState = LossState.OPEN) -> Loss:
    """Locked. Raises NotFound, Stale."""
    loss = loss_for(tx, person_id, loss_id, lock=True)
    if loss.state is not state:
        raise Stale
    return loss


def _give_up(tx: Tx, loss: Loss, by: int | None) -> int:
    tx.lost_property.put_loss(replace(loss, state=LossState.CLOSED, ended_at=tx.now))
    tx.audit(by, "loss.given_up", "loss", loss.id)
    _tell(tx, loss.person_id, NoticeKind.LOST_CLOSED, loss.id)
    return loss.id


def _tell(tx: Tx, person_id: int, kind: NoticeKind, loss_id: int) -> None:
    key = f"{kind.value}:{loss_id}:{int(tx.now.timestamp())}:{person_id}"
    tx.notify(Notice(person_id, kind, dedupe_key=key, params={"loss_id": loss_id}))


def _words(text: str) -> str:
    """Raises BadInput('lost_words')."""
    words = " ".join(text.split())
    if not words or len(words) > WORDS_MOST:
        raise BadInput("lost_words", most=WORDS_MOST)
    return words
