"""A mail server on loopback that keeps what it is given, and misbehaves when it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(slots=True)
class PostOffice:
    """``rcpt`` and ``data``: what it answers next to RCPT and at the end of DATA, one by one, then 250.

    An answer '' to DATA takes the mail and drops the connection without a word.
    """

    url: str
    letters: list[tuple[str, EmailMessage]] = field(default_factory=list)
    rcpt: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.rcpt.pop(0) if self.rcpt else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.data.pop(0) if self.data else "250 OK"
        if answer in ("", "250 OK"):
            assert isinstance(envelope.content, bytes)
            letter = message_from_bytes(envelope.content, policy=default)
            self.letters.append((envelope.rcpt_tos[0], letter))
        if not answer:
            assert server.transport is not None
            server.transport.abort()
        return answer or "250 OK"

    def sent_to(self, address: str) -> list[EmailMessage]:
        return [letter for to, letter in self.letters if to == address]


def text_of_letter(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def attached(letter: EmailMessage, name_ends: str) -> bytes:
    (part,) = [part for part in letter.iter_attachments() if str(part.get_filename()).endswith(name_ends)]
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


@asynccontextmanager
async def post_office() -> AsyncIterator[PostOffice]:
    office = PostOffice("")
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(office, hostname="post.test", loop=loop), "127.0.0.1", 0)
    office.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}?starttls=never"
    try:
        yield office
    finally:
        server.close()
        await server.wait_closed()
