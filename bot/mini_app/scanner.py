"""The scanner: a page for ushers. It asks the very use cases that the chat asks; there is no second judge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.mini_app import fields
from bot.mini_app.pages import Json, Page, Visit
from domain.admission.model import Outcome
from domain.admission.offline import AdmitPartyOnce, Bound, OfflineScan, ScanOnce, UploadScans
from domain.admission.scanning import UndoAdmission, UndoParty, usher_at_door
from domain.codes import CodeKind, Keyring, Opened, clean_short_code
from domain.errors import BadInput
from domain.people.model import Actor
from domain.ports import Tx
from handlers.admission import scanner_views as views
from handlers.admission.queries import FindParty, FindScan, FindScans
from handlers.admission.scanner_queries import FindList, FindStanding
from handlers.admission.scanner_words import page_words


def bind(tx: Tx, actor: Actor) -> str:
    """Performance and gate. Raises BadInput('no_post'), NotAllowed."""
    post, _ = usher_at_door(tx, actor.person_id)
    return f"{post.performance_id}:{post.gate_id or 0}"


def bound(visit: Visit) -> Bound:
    performance_id, _, gate_id = visit.session.subject.partition(":")
    return Bound(int(performance_id), int(gate_id) or None)


async def take_list(visit: Visit) -> Json:
    usher_id, keyring, t = visit.session.person_id, visit.foyer.keyring, visit.t

    def work(tx: Tx) -> Json:
        facts = FindList(usher_id, bound(visit))(tx)
        # Here, in the reader's thread: a code's hash for each ticket takes a while.
        return {"list": views.door_list(t, facts, keyring), "standing": views.standing(t, facts.standing)}

    return {**await visit.read(work), "words": page_words(t), "now": _now(visit)}


async def look(visit: Visit) -> Json:
    facts = await visit.read(FindStanding(visit.session.person_id, bound(visit)))
    return {"standing": views.standing(visit.t, facts), "now": _now(visit)}


async def scan(visit: Visit) -> Json:
    usher_id, nonce = visit.session.person_id, fields.nonce(visit.body.get("nonce"))
    opened, short_code = _code(visit.foyer.keyring, visit.body)
    if opened is not None and opened.kind is CodeKind.PARTY:
        party = await visit.read(FindParty(usher_id, opened.id))
        if party is not None and party.performance_id == party.post.showing.performance.id:
            return {"party": views.party(visit.t, party)}
        if party is not None:  # of another evening: refused, and that is on record
            nonces = {member.ticket.ticket.id: f"{nonce}:{member.ticket.ticket.id}" for member in party.members}
            return await _admit_party(visit, opened.id, nonces)
    found = await visit.write(ScanOnce(usher_id, bound(visit), nonce, opened, short_code))
    return {"verdict": views.verdict(visit.t, await visit.read(FindScan(usher_id, found)))}


async def admit_party(visit: Visit) -> Json:
    chosen = visit.body.get("nonces")
    if not isinstance(chosen, dict) or not chosen:
        raise BadInput("form")
    nonces = {fields.number(ticket_id): fields.nonce(nonce) for ticket_id, nonce in chosen.items()}
    return await _admit_party(visit, fields.number(visit.body.get("credential_id")), nonces)


async def undo(visit: Visit) -> Json:
    """One admission, or whom a party's code let in last."""
    usher_id = visit.session.person_id
    if visit.body.get("credential_id") is not None:
        await visit.write(UndoParty(usher_id, fields.number(visit.body["credential_id"])))
    else:
        await visit.write(UndoAdmission(usher_id, fields.number(visit.body.get("admission_id"))))
    return await look(visit)


async def upload(visit: Visit) -> Json:
    scans = visit.body.get("scans")
    if not isinstance(scans, list):
        raise BadInput("form")
    keyring = visit.foyer.keyring
    return await visit.write(UploadScans(visit.session.person_id, tuple(_offline(keyring, one) for one in scans)))


PAGE = Page(
    "scanner",
    Path(__file__).with_name("scanner_page"),
    bind,
    {
        "GET list": take_list,
        "GET look": look,
        "POST scan": scan,
        "POST party": admit_party,
        "POST undo": undo,
        "POST upload": upload,
    },
)


async def _admit_party(visit: Visit, credential_id: int, nonces: dict[int, str]) -> Json:
    usher_id = visit.session.person_id
    found = await visit.write(AdmitPartyOnce(usher_id, bound(visit), credential_id, nonces))
    facts = await visit.read(FindScans(usher_id, found))
    return {"verdicts": [views.verdict(visit.t, one) for one in facts], "credential_id": credential_id}


def _offline(keyring: Keyring, scan: Any) -> OfflineScan:
    if not isinstance(scan, dict):
        raise BadInput("form")
    opened, short_code = _code(keyring, scan)
    try:
        said = Outcome(str(scan.get("said")))
    except ValueError:
        raise BadInput("form") from None
    return OfflineScan(
        nonce=fields.nonce(scan.get("nonce")),
        performance_id=fields.number(scan.get("performance_id")),
        gate_id=fields.number(scan["gate_id"]) if scan.get("gate_id") else None,
        at=fields.time(scan.get("at")),
        said=said,
        ticket_id=fields.number(scan["ticket_id"]) if scan.get("ticket_id") else None,
        opened=opened,
        short_code=short_code,
        undone=scan.get("undone") is True,
    )


def _code(keyring: Keyring, body: Json) -> tuple[Opened | None, str | None]:
    """A ticket's or a party's code, opened; else a short code. Neither: it was not made by this house."""
    if body.get("short") is not None:
        short_code = clean_short_code(str(body["short"])[:20])
        if short_code is None:
            raise BadInput("form")
        return None, short_code
    opened = keyring.open(str(body.get("code") or ""))
    return (opened if opened is not None and opened.kind in (CodeKind.TICKET, CodeKind.PARTY) else None), None


def _now(visit: Visit) -> int:
    return views.ms(visit.foyer.clock.now())
