"""The networks' side of the port: read a request, find its meaning, apply a fault, answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import replace
from inspect import isawaitable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from connectors.sandbox import (
    graph,
    graph_answers,
    graph_films,
    instagram_private,
    wire,
    x,
    x_answers,
    x_login,
)
from connectors.sandbox.exchange import Call, Refusal, Reply, Target, reply_json
from connectors.sandbox.faults import HANG_SECONDS, LAG_SECONDS, LISTING, Fault, FaultBook, parse
from connectors.sandbox.records import LogEntry

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from connectors.sandbox.state import State

PRIVATE = (
    "/api/v1/",
    "/graphql_www",
    "/rupload_igphoto/",
    "/rupload_igvideo/",
    "/upload_settings/",
)
RETRY_SECONDS = 60.0
NOT_FOUND = reply_json(404, {"error": "not found"})
HTML = Reply(
    status=200, body=b"<html><body>OK</body></html>", content_type="text/html; charset=utf-8"
)
EMPTY = Reply(status=200, content_type="text/html; charset=utf-8")


async def read_call(scope: Scope, receive: Receive) -> Call:
    """Read a request to its end."""
    parts = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            break
    pairs = tuple(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    host, port = scope["server"]
    return Call(
        base_url=f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}",
        method=scope["method"],
        path=scope["path"],
        raw_path=scope["raw_path"].decode("latin-1"),
        query=dict(pairs),
        query_pairs=pairs,
        headers={k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]},
        body=b"".join(parts),
    )


def dispatch(state: State, call: Call) -> Target | None:
    """Say which network a call is for and what it means there; ``None`` if for none."""
    if call.path in x_login.PATHS:
        return x_login.dispatch(state, call)
    if call.path.startswith("/2/"):
        return x.dispatch(state, call)
    if graph.PATH.match(call.path):
        return graph.dispatch(state, call)
    if graph_films.UPLOAD_PATH.match(call.path):
        return graph_films.dispatch(state, call, graph.token_of(call))
    if call.path.startswith(PRIVATE):
        return instagram_private.dispatch(state, call)
    return None


async def run(target: Target) -> Reply:
    """Let a call take effect and return the network's own answer."""
    try:
        reply: Reply | Awaitable[Reply] = target.run()
        return await reply if isawaitable(reply) else reply
    except Refusal as refusal:
        return refusal.reply


def _said(answer: Mapping[str, Any]) -> Reply:
    headers = tuple((str(k), str(v)) for k, v in (answer.get("headers") or {}).items())
    return reply_json(int(answer["status"]), answer.get("body", {}), headers)


class Platform:
    """The ASGI application that plays the networks."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.stopping = asyncio.Event()
        self.book = FaultBook(parse(state.fault_bodies()), clock=state.clock, span=state.span)

    def order(self, faults: list[Fault]) -> None:
        """Replace the faults in force."""
        self.book = FaultBook(faults, clock=self.state.clock, span=self.state.span)
        self.state.store_faults(self.book.bodies())

    def tick(self) -> None:
        """Write behind: the request log and the faults' counters."""
        self.state.flush_log()
        if self.book.dirty:
            self._store_counters()

    def _store_counters(self) -> None:
        self.book.dirty = False
        self.state.store_faults(self.book.bodies())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request of a network's client."""
        call = await read_call(scope, receive)
        target = dispatch(self.state, call)
        if target is None:
            await wire.answer(send, NOT_FOUND)
            return
        entry = LogEntry(
            method=call.method,
            path=call.path,
            network=target.network,
            route=target.route,
            account=target.account,
            time=self.state.clock(),
        )
        self.state.log(entry)
        fault = self.book.take(target.network, target.route, call.path, target.account)
        if fault is None:
            reply = await run(target)
            self.state.finish(entry, reply.status)
            await wire.answer(send, reply)
            return
        entry.fault = fault.fault
        # At once: a sandbox killed during this request must not repeat the fault afterwards.
        self._store_counters()
        await self._spoil(scope, receive, send, fault, call, target, entry)

    async def _spoil(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        fault: Fault,
        call: Call,
        target: Target,
        entry: LogEntry,
    ) -> None:
        if fault.fault in LISTING or fault.fault == "revoke":
            reply = await run(self._changed(fault, call, target))
            self.state.finish(entry, reply.status)
            await wire.answer(send, reply)
            return
        reply = await run(target) if fault.accepts else EMPTY
        if fault.status is not None:
            reply = self._answer(call.path, target, fault)
        elif fault.answer is not None:
            reply = _said(fault.answer)
        elif fault.action in ("html", "empty"):
            reply = HTML if fault.action == "html" else EMPTY
        silent = fault.action in ("drop", "reset", "hang")
        self.state.finish(entry, None if silent else reply.status)
        match fault.action:
            case "drop":
                await wire.drop(scope, receive)
            case "reset":
                await wire.reset(scope, receive)
            case "hang":
                seconds = HANG_SECONDS if fault.seconds is None else fault.seconds
                await wire.hang(scope, receive, self.state.span(seconds), self.stopping)
            case "cut":
                await wire.cut(scope, receive, send, reply)
            case _:
                await wire.answer(send, reply)

    def _changed(self, fault: Fault, call: Call, target: Target) -> Target:
        if fault.fault == "revoke":
            account = self.state.account(target.network, target.account or "")
            if account is not None:
                self.state.revoke(account.token)
        else:
            seconds = LAG_SECONDS if fault.seconds is None else fault.seconds
            call = replace(call, listing=(fault.fault, self.state.span(seconds)))
        return dispatch(self.state, call) or target

    def _answer(self, path: str, target: Target, fault: Fault) -> Reply:
        status = fault.status or 500
        bare = fault.action.endswith("-bare")
        seconds = self.state.span(RETRY_SECONDS if fault.seconds is None else fault.seconds)
        if target.network == "x":
            return x_answers.fault_reply(self.state, status, bare=bare, seconds=seconds)
        if path.startswith(PRIVATE):
            return instagram_private.fault_reply(status)
        return graph_answers.fault_reply(
            target.network, target.account or "", status, bare=bare, seconds=seconds
        )
