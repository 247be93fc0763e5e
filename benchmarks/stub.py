"""A platform that answers at once, or after a fixed delay, and remembers when it was called.

``python -m benchmarks.stub`` listens on a free loopback port and prints it. Any POST is a
publication: its JSON body has ``text``, the answer is X's (201, ``data.id``). Control:

    GET    /calls      [[text, arrival in Unix seconds], …]
    GET    /wait/N     the number of calls, as soon as it is N (or the connection ends)
    PUT    /delay/MS   from now on
    DELETE /calls      forget

One process on a raw asyncio protocol, so that it is never what limits a client in Python.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from itertools import count
from typing import Any

_CREATED = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
_OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


class State:
    """What the platform holds: its calls, its delay, and who waits for how many calls."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, float]] = []
        self.delay = 0.0
        self.waiting: list[tuple[int, Protocol]] = []
        self.ids = count(1)


class Protocol(asyncio.Protocol):
    """One keep-alive connection."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.buffer = b""
        self.transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(_END)) >= 0:
            head = self.buffer[:end].lower()
            at = head.find(_LENGTH)
            length = int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            start = end + len(_END)
            if len(self.buffer) < start + length:
                return
            line, body = self.buffer[:end], self.buffer[start : start + length]
            self.buffer = self.buffer[start + length :]
            method, path, _ = line.split(b" ", 2)
            if method == b"POST":
                self.publish(body)
            else:
                self.control(method, path.decode())

    def publish(self, body: bytes) -> None:
        state = self.state
        state.calls.append((json.loads(body)["text"], time.time()))
        reply = json.dumps({"data": {"id": str(next(state.ids))}}).encode()
        out = _CREATED % (len(reply), reply)
        if state.delay:
            asyncio.get_running_loop().call_later(state.delay, self.write, out)
        else:
            self.write(out)
        if state.waiting:
            self.release()

    def control(self, method: bytes, path: str) -> None:
        state = self.state
        _, name, *rest = path.split("/")
        if method == b"GET" and name == "wait":
            state.waiting.append((int(rest[0]), self))
            self.release()
            return
        if method == b"PUT" and name == "delay":
            state.delay = float(rest[0]) / 1000
        elif method == b"DELETE":
            state.calls.clear()
        self.answer(state.calls if method == b"GET" else {})

    def release(self) -> None:
        """Answer whoever waits for no more than has come."""
        state, made = self.state, len(self.state.calls)
        for wanted, other in [one for one in state.waiting if one[0] <= made]:
            state.waiting.remove((wanted, other))
            other.answer(made)

    def answer(self, value: Any) -> None:
        body = json.dumps(value).encode()
        self.write(_OK % (len(body), body))

    def write(self, data: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(data)


async def serve() -> None:
    """Listen until killed."""
    state = State()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Protocol(state), "127.0.0.1", 0, backlog=1024)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
