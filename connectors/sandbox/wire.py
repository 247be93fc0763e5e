"""What a fault does to the connection itself.

uvicorn hides the transport from the application, and a lost answer is a matter of the transport:
``SandboxProtocol`` puts it into the scope. Every function here returns only when the connection is
gone, so that uvicorn does not answer in our place.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from connectors.sandbox.exchange import Reply

TRANSPORT = "pregonero.transport"


class SandboxProtocol(H11Protocol):
    """uvicorn's HTTP/1.1 protocol, with the transport within the application's reach."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inner: ASGIApp = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            scope[TRANSPORT] = self.transport
            await inner(scope, receive, send)

        self.app = app


async def gone(receive: Receive) -> None:
    """Wait until the connection is closed, by whichever side."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def drop(scope: Scope, receive: Receive) -> None:
    """Close the connection in good order, without a word."""
    scope[TRANSPORT].close()
    await gone(receive)


async def reset(scope: Scope, receive: Receive) -> None:
    """Close the connection with a TCP reset."""
    linger = struct.pack("ii", 1, 0)
    peer = scope[TRANSPORT].get_extra_info("socket")
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    scope[TRANSPORT].abort()
    await gone(receive)


async def hang(scope: Scope, receive: Receive, seconds: float, stopping: asyncio.Event) -> None:
    """Stay silent for ``seconds``, or until the client leaves or the server stops; then close."""
    leaving = asyncio.ensure_future(gone(receive))
    stop = asyncio.ensure_future(stopping.wait())
    try:
        await asyncio.wait((leaving, stop), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop.cancel()
        leaving.cancel()
        await asyncio.gather(stop, leaving, return_exceptions=True)
    await drop(scope, receive)


async def cut(scope: Scope, receive: Receive, send: Send, reply: Reply) -> None:
    """Send the head of ``reply`` and half of its body, then close."""
    await start(send, reply)
    half = reply.body[: len(reply.body) // 2]
    await send({"type": "http.response.body", "body": half, "more_body": True})
    await drop(scope, receive)


async def start(send: Send, reply: Reply) -> None:
    """Send status and headers."""
    headers = [
        (b"content-type", reply.content_type.encode("latin-1")),
        (b"content-length", str(len(reply.body)).encode()),
        *((k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in reply.headers),
    ]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})


async def answer(send: Send, reply: Reply) -> None:
    """Send the whole reply."""
    await start(send, reply)
    await send({"type": "http.response.body", "body": reply.body})
