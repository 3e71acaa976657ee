"""Ticketing in the database: claims, orders, tickets."""

from __future__ import annotations

from storage.repositories.claims import Claims
from storage.repositories.orders import Orders
from storage.repositories.tickets import Tickets


class TicketingRepository(Claims, Orders, Tickets):
    """Implements ``domain.ticketing.ports.TicketingRepository``."""
