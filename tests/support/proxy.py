"""A line to a server that can be held up and cut, to see what a stalled or lost database does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import make_url


class Line:
    """Bytes pass while it is ``open``; ``swallow`` cuts every connection when such bytes would pass, unseen."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self._host, self._port = parsed.host or "127.0.0.1", parsed.port or 5432
        self._parsed = parsed
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.open = asyncio.Event()
        self.open.set()
        self.swallow_answer_to: bytes | None = None

    @property
    def url(self) -> str:
        port = self._server.sockets[0].getsockname()[1]
        return self._parsed.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)

    async def stop(self) -> None:
        self._server.close()
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_connection(self._host, self._port)
        self._writers |= {writer, server_writer}
        armed = asyncio.Event()
        for source, sink, upstream in ((reader, server_writer, True), (server_reader, writer, False)):
            task = asyncio.create_task(self._pump(source, sink, armed, upstream))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, armed: asyncio.Event, upstream: bool
    ) -> None:
        while data := await source.read(65536):
            await self.open.wait()
            if upstream and self.swallow_answer_to is not None and self.swallow_answer_to in data:
                self.swallow_answer_to = None
                armed.set()
            elif not upstream and armed.is_set():
                self.cut()
                return
            sink.write(data)
        sink.close()


@asynccontextmanager
async def line_to(url: str) -> AsyncIterator[Line]:
    line = Line(url)
    await line.start()
    try:
        yield line
    finally:
        await line.stop()
