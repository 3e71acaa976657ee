"""One transaction, as use cases see it."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert

from domain.codes import Keyring
from domain.notices import CardKind, Notice
from storage.repositories.admission import AdmissionRepository
from storage.repositories.assistance import AssistanceRepository
from storage.repositories.drawers import DrawerRepository
from storage.repositories.evening import EveningRepository
from storage.repositories.feedback import FeedbackRepository
from storage.repositories.improvement import ImprovementRepository
from storage.repositories.incidents import IncidentRepository
from storage.repositories.lists import ListRepository
from storage.repositories.lost_property import LostPropertyRepository
from storage.repositories.mail import MailRepository
from storage.repositories.payments import PaymentsRepository
from storage.repositories.people import PeopleRepository
from storage.repositories.programme import ProgrammeRepository
from storage.repositories.records import RecordsRepository
from storage.repositories.shifts import ShiftRepository
from storage.repositories.ticketing import TicketingRepository
from storage.repositories.window import WindowRepository
from storage.stores.cards import CardStore
from storage.stores.conversations import ConversationStore
from storage.stores.inbox import InboxStore
from storage.stores.leases import LeaseStore
from storage.stores.mail import MailStore
from storage.stores.notices import NoticeStore
from storage.stores.picture_files import PictureFileStore
from storage.tables.records import audit_entry

if TYPE_CHECKING:
    from domain.ports import Tx

    def _is_a_tx(tx: StorageTx) -> Tx:
        """Here mypy proves that every repository is what the domain asks for."""
        return tx


_ADD_AUDIT = insert(audit_entry)


class StorageTx:
    """Implements ``domain.ports.Tx``; ``inbox`` and below are for the process, not for use cases.

    ``touched`` collects what workers wait for: ``notices``, ``cards``, ``mails``.
    """

    def __init__(self, connection: Connection, now: datetime, keyring: Keyring) -> None:
        self._connection = connection
        self._audit: list[dict[str, object]] = []
        self._notices: list[Notice] = []
        self.now = now
        self.keyring = keyring
        self.touched: set[str] = set()

    @cached_property
    def programme(self) -> ProgrammeRepository:
        return ProgrammeRepository(self._connection)

    @cached_property
    def ticketing(self) -> TicketingRepository:
        return TicketingRepository(self._connection)

    @cached_property
    def payments(self) -> PaymentsRepository:
        return PaymentsRepository(self._connection)

    @cached_property
    def window(self) -> WindowRepository:
        return WindowRepository(self._connection)

    @cached_property
    def drawers(self) -> DrawerRepository:
        return DrawerRepository(self._connection)

    @cached_property
    def admission(self) -> AdmissionRepository:
        return AdmissionRepository(self._connection)

    @cached_property
    def evening(self) -> EveningRepository:
        return EveningRepository(self._connection)

    @cached_property
    def people(self) -> PeopleRepository:
        return PeopleRepository(self._connection)

    @cached_property
    def shifts(self) -> ShiftRepository:
        return ShiftRepository(self._connection)

    @cached_property
    def lists(self) -> ListRepository:
        return ListRepository(self._connection)

    @cached_property
    def lost_property(self) -> LostPropertyRepository:
        return LostPropertyRepository(self._connection)

    @cached_property
    def mail(self) -> MailRepository:
        return MailRepository(self._connection, self.touched.add)

    @cached_property
    def records(self) -> RecordsRepository:
        return RecordsRepository(self._connection)

    @cached_property
    def assistance(self) -> AssistanceRepository:
        return AssistanceRepository(self._connection)

    @cached_property
    def feedback(self) -> FeedbackRepository:
        return FeedbackRepository(self._connection)

    @cached_property
    def improvement(self) -> ImprovementRepository:
        return ImprovementRepository(self._connection)

    @cached_property
    def incidents(self) -> IncidentRepository:
        return IncidentRepository(self._connection)

    @cached_property
    def inbox(self) -> InboxStore:
        return InboxStore(self._connection)

    @cached_property
    def leases(self) -> LeaseStore:
        return LeaseStore(self._connection)

    @cached_property
    def notices(self) -> NoticeStore:
        return NoticeStore(self._connection)

    @cached_property
    def cards(self) -> CardStore:
        return CardStore(self._connection, self.touched.add)

    @cached_property
    def mails(self) -> MailStore:
        return MailStore(self._connection)

    @cached_property
    def conversations(self) -> ConversationStore:
        return ConversationStore(self._connection)

    @cached_property
    def picture_files(self) -> PictureFileStore:
        return PictureFileStore(self._connection)

    def audit(self, actor_id: int | None, action: str, subject: str, subject_id: int, **detail: int | str) -> None:
        self._audit.append(
            {
                "at": self.now,
                "actor_id": actor_id,
                "action": action,
                "subject": subject,
                "subject_id": subject_id,
                "detail": detail,
            }
        )

    def notify(self, notice: Notice) -> None:
        self._notices.append(notice)
        self.touched.add("notices")

    def show_card(self, person_id: int, kind: CardKind, subject_id: int) -> None:
        self.cards.want(person_id, kind.value, subject_id, self.now)

    def card_changed(self, kind: CardKind, subject_id: int) -> None:
        self.cards.changed(kind.value, subject_id, self.now)

    def flush(self) -> None:
        """Writes the audit rows and notices collected so far, each kind in one statement."""
        if self._audit:
            self._connection.execute(_ADD_AUDIT, self._audit)
            self._audit = []
        if self._notices:
            self.notices.add(self._notices, self.now)
            self._notices = []
