"""What a house has said about help, drinks and enquiries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from domain.assistance.house_file import parse_menu, parse_rules
from domain.assistance.model import HouseRules
from domain.errors import BadInput
from domain.people.model import Actor, Role
from domain.ports import Tx


@dataclass(frozen=True, slots=True)
class ImportAssistance:
    """The office's. The menu's prices change from the next order on; what is no longer listed is offered no more.

    ``document`` as it stands in the file, with the ``venue`` that it is for. Stock that the file names is what is there
    now. Raises BadInput.
    """

    document: Mapping[str, Any]

    def __call__(self, tx: Tx) -> dict[str, int]:
        key = self.document.get("venue")
        venue = tx.programme.venue_by_key(key) if isinstance(key, str) else None
        if venue is None:
            raise BadInput("unknown_venue", path="venue", name=str(key))
        rules, items = parse_rules(self.document), parse_menu(self.document, venue.id, venue.currency)
        new = tx.assistance.put_assistance(venue.id, self.document)
        tx.assistance.lock_desk(venue.id)
        known = {item.key: item for item in tx.assistance.menu(venue.id)}
        for item in items:
            before = known.pop(item.key, None)
            tx.assistance.put_item(replace(item, id=before.id, sold_out=before.sold_out) if before else item)
        for gone in known.values():
            tx.assistance.put_item(replace(gone, offered=False))
        if new:
            tx.audit(None, "assistance.imported", "venue", venue.id)
        counts = {"drinks": len(items), "facts": len(rules.facts), "replies": len(rules.replies)}
        return {"new": int(new), **counts}


def rules_of(tx: Tx, venue_id: int) -> HouseRules:
    document = tx.assistance.assistance_of(venue_id)
    return HouseRules() if document is None else parse_rules(document)


def works_at(actor: Actor, venue_id: int) -> bool:
    """On the staff there, whatever the role."""
    return any(actor.may(role, venue_id) for role in Role if role is not Role.AUDIENCE)


def leave_assistance(tx: Tx, person_id: int) -> None:
    """Somebody goes for good: their words go, what is open ends, what they have taken is somebody else's."""
    tx.assistance.forget_assistance(person_id, tx.now)
