"""The second line against leaving this machine: Python's own sockets refuse anything but loopback.

The first line is ``.ci/isolated``, a kernel namespace, because libcurl and child processes never
pass through here. Each refused attempt is kept, so that a test whose code swallows the error still
fails.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from pathlib import Path
from typing import Any

attempts: list[str] = []
"""What was refused since the current test began."""

_OPEN_NAMES = frozenset({"", "localhost", "localhost.localdomain"})


class OutsideLoopback(RuntimeError):
    """A test tried to leave the machine. Not an ``OSError``, so that no retry mistakes it."""


def is_local(host: object) -> bool:
    """Tell whether ``host`` (name, literal or None) can only mean this machine."""
    if host is None:
        return True
    name = host.decode() if isinstance(host, bytes) else str(host)
    if name in _OPEN_NAMES:
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return mapped.is_loopback or mapped.is_unspecified


def isolated() -> bool:
    """Tell whether ``.ci/isolated`` announced a namespace with loopback only."""
    return os.environ.get("ISOLATED_NETWORK") == "1"


def interfaces() -> set[str]:
    """Return the network interfaces that this process sees."""
    lines = Path("/proc/net/dev").read_text().splitlines()[2:]
    return {line.partition(":")[0].strip() for line in lines}


def _refuse(host: object) -> None:
    attempts.append(str(host))
    raise OutsideLoopback(f"a test tried to reach {host!r}, outside loopback")


def _guard_address(family: int, address: Any) -> None:
    if family in {socket.AF_INET, socket.AF_INET6} and not is_local(address[0]):
        _refuse(address[0])


def install() -> None:
    """Put the guard before ``socket``; once a process is enough, again does nothing."""
    if getattr(socket.socket, "guarded", False):
        return
    plain = socket.socket
    connect, connect_ex = plain.connect, plain.connect_ex
    sendto, sendmsg = plain.sendto, plain.sendmsg

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _guard_address(self.family, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _guard_address(self.family, address)
        return connect_ex(self, address)

    def guarded_sendto(self: socket.socket, data: Any, *rest: Any) -> int:
        _guard_address(self.family, rest[-1])
        return sendto(self, data, *rest)

    def guarded_sendmsg(self: socket.socket, buffers: Any, *rest: Any) -> int:
        if len(rest) == 3 and rest[2] is not None:
            _guard_address(self.family, rest[2])
        return sendmsg(self, buffers, *rest)

    methods = {
        "connect": guarded_connect,
        "connect_ex": guarded_connect_ex,
        "sendto": guarded_sendto,
        "sendmsg": guarded_sendmsg,
        "guarded": True,
    }
    for name, method in methods.items():
        setattr(plain, name, method)
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        setattr(socket, name, _guarded_lookup(getattr(socket, name)))


def _guarded_lookup(lookup: Any) -> Any:
    def guarded(host: Any, *rest: Any, **named: Any) -> Any:
        if not is_local(host):
            _refuse(host)
        return lookup(host, *rest, **named)

    return guarded
