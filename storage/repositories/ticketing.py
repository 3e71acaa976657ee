"""Ticketing in the database: claims, orders, tickets."""

from __future__ import annotations

from storage.repositories.claims import Claims
from storage.repositories.giving_back import EndingTickets
from storage.repositories.members import Members
from storage.repositories.orders import Orders
from storage.repositories.promotions import Promotions
from storage.repositories.run_changes import RunChanges
from storage.repositories.tickets import Tickets
from storage.repositories.waiting import WaitingList


class TicketingRepository(Claims, Orders, Tickets, EndingTickets, WaitingList, RunChanges, Promotions, Members):
    """Implements ``domain.ticketing.ports.TicketingRepository``."""
