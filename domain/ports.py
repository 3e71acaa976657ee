"""What the rules need from outside. Storage and the adapters implement these."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from domain.codes import Keyring

if TYPE_CHECKING:
    from domain.admission.evening_ports import EveningRepository
    from domain.admission.ports import AdmissionRepository
    from domain.assistance.ports import AssistanceRepository
    from domain.feedback.ports import FeedbackRepository
    from domain.improvement.ports import ImprovementRepository
    from domain.incidents.ports import IncidentRepository
    from domain.lost_property.ports import LostPropertyRepository
    from domain.notices import CardKind, Notice
    from domain.payments.drawer_ports import DrawerRepository
    from domain.payments.ports import PaymentsRepository
    from domain.people.list_ports import ListRepository
    from domain.people.ports import PeopleRepository
    from domain.people.shift_ports import ShiftRepository
    from domain.programme.ports import ProgrammeRepository
    from domain.records.ports import RecordsRepository
    from domain.ticketing.mail import MailRepository
    from domain.ticketing.ports import TicketingRepository
    from domain.ticketing.window_ports import WindowRepository


class Tx(Protocol):
    """One transaction: what a use case may see and change. Whatever it writes is committed together or not at all."""

    @property
    def now(self) -> datetime:
        """The time of this transaction, aware, in UTC; it does not move while the use case runs."""

    @property
    def keyring(self) -> Keyring: ...
    @property
    def programme(self) -> ProgrammeRepository: ...
    @property
    def ticketing(self) -> TicketingRepository: ...
    @property
    def payments(self) -> PaymentsRepository: ...
    @property
    def window(self) -> WindowRepository: ...
    @property
    def drawers(self) -> DrawerRepository: ...
    @property
    def admission(self) -> AdmissionRepository: ...
    @property
    def people(self) -> PeopleRepository: ...
    @property
    def evening(self) -> EveningRepository: ...
    @property
    def shifts(self) -> ShiftRepository: ...
    @property
    def lists(self) -> ListRepository: ...
    @property
    def lost_property(self) -> LostPropertyRepository: ...
    @property
    def mail(self) -> MailRepository: ...
    @property
    def records(self) -> RecordsRepository: ...
    @property
    def feedback(self) -> FeedbackRepository: ...
    @property
    def improvement(self) -> ImprovementRepository: ...
    @property
    def assistance(self) -> AssistanceRepository: ...
    @property
    def incidents(self) -> IncidentRepository: ...

    def audit(self, actor_id: int | None, action: str, subject: str, subject_id: int, **detail: int | str) -> None:
        """One line of who did what on what. ``detail`` holds ids and stable words, never personal data."""

    def notify(self, notice: Notice) -> None:
        """Writes a notice unless its dedupe key is there already."""

    def show_card(self, person_id: int, kind: CardKind, subject_id: int) -> None:
        """The person is to have a card of this thing, in its newest state."""

    def card_changed(self, kind: CardKind, subject_id: int) -> None:
        """Everybody who has a card of this thing is to see its newest state."""


R_co = TypeVar("R_co", covariant=True)
#: What ``uow.write`` and ``uow.read`` take: a use case, a query, or any plain function of the transaction. What a
#: write returns is JSON-able (ids, words), since a replay of the same update is given the stored outcome.
Work = Callable[[Tx], R_co]


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware, in UTC."""
