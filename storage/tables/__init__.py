"""All tables on one metadata; one file per area."""

from storage.tables import (
    admission,
    checkouts,
    evening,
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
    "evening",
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
