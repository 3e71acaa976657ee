"""All tables on one metadata; one file per area."""

from storage.tables import admission, messaging, payments, people, programme, records, ticketing
from storage.tables.base import metadata

__all__ = ["admission", "messaging", "metadata", "payments", "people", "programme", "records", "ticketing"]
