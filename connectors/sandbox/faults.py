"""Faults that a test orders: which request they hit, and what happens to it.

A fault is said as JSON: ``network`` (``"*"`` any), ``route`` (``publish``, ``upload``, ``status``,
``list``, ``verify``, ``read``, ``delete``, ``edit``, ``token``, ``login``, ``"*"``, or a path
glob), ``account`` (external id, all if absent), ``fault``, how often: ``count`` (the first N),
``probability`` (each match, drawn from ``seed``, the account and the account's own count of
matches, so that threads do not change who is hit), or both. With neither it fires once;
``listing-*`` fires always. When: ``skip`` lets that many matches pass first; ``start`` waits that
many seconds after the order, and ``lasts`` ends it so many seconds later (with ``lasts`` and no
``count`` it fires at each match until then). The sandbox's speed shortens these seconds, and those
of a ``hang``, a lag or a wait, as it shortens the platforms' own windows.

Kinds: ``hang``, ``drop``, ``reset``, ``429``, ``429-bare`` (without its reset header), any ``5xx``
come before anything happens; ``accept-then-`` and any of these lets the request take effect first.
``cut``, ``html`` and ``empty`` spoil the answer of a request that took effect, with or without
``accept-then-``. ``answer`` gives the reply that ``answer`` describes: ``status``, ``body`` (JSON)
and ``headers``. ``revoke`` makes the token worthless. ``listing-lag`` hides posts younger than
``seconds``; ``listing-empty`` and ``listing-truncated`` show none, or one.
"""

from __future__ import annotations

import json
import random
import re
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from connectors.sandbox import texts
from connectors.sandbox.records import NETWORKS

ROUTES = (
    "publish",
    "upload",
    "status",
    "list",
    "verify",
    "read",
    "delete",
    "edit",
    "token",
    "login",
    "other",
)
LISTING = ("listing-lag", "listing-empty", "listing-truncated")
ACTIONS = re.compile(
    r"(accept-then-)?(hang|drop|reset|cut|html|empty|answer|429|429-bare|5xx|5\d\d)"
)
ANSWERED = ("cut", "html", "empty")
NUMBERS: dict[str, Callable[[Any], float]] = {
    "count": int,
    "probability": float,
    "seconds": float,
    "skip": int,
    "start": float,
    "lasts": float,
}
HANG_SECONDS = 60.0
LAG_SECONDS = 60.0


class BadFault(ValueError):
    """A fault that cannot be understood; the text is a Spanish sentence."""


@dataclass(kw_only=True)
class Fault:
    """One order. ``passed``, ``fired`` and ``seen`` (by account) are its counters.

    ``ordered_at`` is when it was given, in seconds since the epoch.
    """

    fault: str
    network: str = "*"
    route: str = "publish"
    account: str | None = None
    count: int | None = None
    probability: float | None = None
    seed: int | str = 0
    seconds: float | None = None
    answer: dict[str, Any] | None = None
    skip: int = 0
    start: float = 0.0
    lasts: float | None = None
    ordered_at: float | None = None
    passed: int = 0
    fired: int = 0
    seen: dict[str, int] = field(default_factory=dict)

    @property
    def accepts(self) -> bool:
        """Whether the request takes effect before its answer is spoilt."""
        return self.fault.startswith("accept-then-") or self.fault in ANSWERED

    @property
    def action(self) -> str:
        """What happens to the answer."""
        return self.fault.removeprefix("accept-then-")

    @property
    def status(self) -> int | None:
        """The HTTP status to answer with, if the action is one."""
        if self.action.startswith("429"):
            return 429
        if self.action == "5xx":
            return 500
        return int(self.action) if self.action.isdigit() else None

    def matches(self, network: str, route: str, path: str, account: str | None) -> bool:
        """Tell whether the order is about this request at all."""
        if self.network not in ("*", network):
            return False
        if self.account is not None and self.account != account:
            return False
        if self.route in ("*", route):
            return True
        return self.route not in ROUTES and fnmatchcase(path, self.route)

    def is_on(self, now: float, span: Callable[[float], float] = float) -> bool:
        """Tell whether the order's time has come and is not over; ``span`` shortens its seconds."""
        since = now - (self.ordered_at if self.ordered_at is not None else now)
        if since < span(self.start):
            return False
        return self.lasts is None or since < span(self.start + self.lasts)

    def draw(self, account: str) -> bool:
        """Count one match of ``account`` and decide whether the fault fires on it."""
        if self.passed < self.skip:
            self.passed += 1
            return False
        turn = self.seen.get(account, 0)
        self.seen[account] = turn + 1
        if self.count is not None and self.fired >= self.count:
            return False
        if self.probability is not None:
            key = f"{self.seed}|{self.fault}|{self.network}|{self.route}|{account}|{turn}"
            if random.Random(key).random() >= self.probability:  # noqa: S311 - not a secret
                return False
        self.fired += 1
        return True


def parse(body: Any) -> list[Fault]:
    """Read faults from JSON: a list, one object, or ``{"faults": […]}``. Raises ``BadFault``."""
    if isinstance(body, Mapping):
        body = body.get("faults", [body])
    if not isinstance(body, Sequence) or isinstance(body, str):
        raise BadFault(texts.FAULTS_NOT_A_LIST)
    return [_parse_one(item) for item in body]


def read_script(path: Path) -> list[Fault]:
    """Read a script of faults: JSON as ``parse`` takes it, or TOML with one ``[[faults]]`` each.

    Raises ``BadFault`` with the file's name for a file that cannot be read.
    """
    try:
        text = path.read_text("utf-8")
        body = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except (OSError, ValueError):
        raise BadFault(texts.script_unreadable(str(path))) from None
    faults = []
    orders = body.get("faults", [body]) if isinstance(body, Mapping) else body
    if not isinstance(orders, Sequence) or isinstance(orders, str):
        raise BadFault(texts.script_wrong(str(path), 1, texts.FAULTS_NOT_A_LIST))
    for number, item in enumerate(orders, 1):
        try:
            faults.append(_parse_one(item))
        except BadFault as error:
            raise BadFault(texts.script_wrong(str(path), number, str(error))) from None
    return faults


def _parse_one(item: Any) -> Fault:
    if not isinstance(item, Mapping):
        raise BadFault(texts.FAULTS_NOT_A_LIST)
    unknown = set(item) - set(Fault.__dataclass_fields__)
    if unknown:
        raise BadFault(texts.fault_unknown_field(", ".join(sorted(map(str, unknown)))))
    values = {k: v for k, v in item.items() if v is not None}
    kind = str(values.get("fault", ""))
    if not (ACTIONS.fullmatch(kind) or kind in LISTING or kind == "revoke"):
        raise BadFault(texts.fault_unknown_kind(kind))
    if values.get("network", "*") not in (*NETWORKS, "*"):
        raise BadFault(texts.unknown_network(str(values["network"])))
    route_default = "list" if kind in LISTING else "*" if kind == "revoke" else "publish"
    route = str(values.get("route", route_default))
    if route not in (*ROUTES, "*") and "/" not in route:
        raise BadFault(texts.fault_unknown_route(route, ", ".join(ROUTES)))
    if "account" in values:
        values["account"] = str(values["account"])
    values |= _numbers(values)
    if (kind.removeprefix("accept-then-") == "answer") != _is_answer(values.get("answer")):
        raise BadFault(texts.FAULT_BAD_ANSWER)
    endless = kind in LISTING or values.keys() & {"count", "probability", "lasts"}
    if not endless:
        values["count"] = 1
    return Fault(**{**values, "fault": kind, "route": route})


def _numbers(values: Mapping[str, Any]) -> dict[str, float]:
    try:
        found = {name: kind(values[name]) for name, kind in NUMBERS.items() if name in values}
    except (TypeError, ValueError):
        raise BadFault(texts.FAULT_BAD_NUMBER) from None
    if any(value < 0 for value in found.values()):
        raise BadFault(texts.FAULT_BAD_NUMBER)
    return found


def _is_answer(value: Any) -> bool:
    """Tell whether ``value`` describes a reply: its status, and a body or headers if it likes."""
    if not isinstance(value, Mapping) or set(value) - {"status", "body", "headers"}:
        return False
    status = value.get("status")
    return isinstance(status, int) and 200 <= status < 600


class FaultBook:
    """The orders in force. ``dirty`` says that counters moved since they were last stored.

    ``span`` says how long an order's seconds take here.
    """

    def __init__(
        self,
        faults: Sequence[Fault] = (),
        *,
        clock: Callable[[], float] = time.time,
        span: Callable[[float], float] = float,
    ) -> None:
        self.faults = list(faults)
        self.dirty = False
        self._clock = clock
        self._span = span
        for fault in self.faults:
            if fault.ordered_at is None:
                fault.ordered_at = clock()

    def take(self, network: str, route: str, path: str, account: str | None) -> Fault | None:
        """Return the first order that fires on this request, counting it."""
        now = self._clock()
        for fault in self.faults:
            if fault.is_on(now, self._span) and fault.matches(network, route, path, account):
                self.dirty = True
                if fault.draw(account or ""):
                    return fault
        return None

    def bodies(self) -> list[dict[str, Any]]:
        """Return the orders and their counters as JSON values."""
        return [asdict(fault) for fault in self.faults]
