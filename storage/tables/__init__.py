"""All tables on one metadata; one file per area."""

from storage.tables import (
    admission,
    checkouts,
    mail,
    messaging,
    offline,
    payments,
    people,
    programme,
    promotions,
    records,
    run_changes,
    shifts,
    ticketing,
    together,
    waiting,
    window,
)
from storage.tables.base import metadata

__all__ = [
    "admission",
    "checkouts",
    "mail",
    "messaging",
    "metadata",
    "offline",
    "payments",
    "people",
    "programme",
    "promotions",
    "records",
    "run_changes",
    "shifts",
    "ticketing",
    "together",
    "waiting",
    "window",
]
