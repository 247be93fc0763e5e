"""instagrapi's client while somebody logs in: it stops where the library would ask for a code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any, Final

from connectors.instagrapi_client import GuardedClient

_DEVICE: Final = (
    "uuids",
    "device_settings",
    "user_agent",
    "country",
    "country_code",
    "locale",
    "timezone_offset",
    "timezone_name",
    "mid",
    "usdid",
)
_MEXICAN: Final[Mapping[str, Any]] = MappingProxyType(
    {"country": "MX", "country_code": 52, "locale": "es_MX"}
)


class CodeWanted(Exception):
    """The newer screens sent a code and wait for it under ``context``."""

    def __init__(self, context: str) -> None:
        self.context = context
        super().__init__("a code is wanted")


LOGIN_HOST: Final = "b.i.instagram.com"
_LATER: Final = "later"


class LoginClient(GuardedClient):
    """The library's client while somebody logs in: it stops where it would ask for a code."""

    def login_flow(self) -> bool:
        """Ask for what the application shows first; an open session does not depend on it."""
        with suppress(Exception):
            super().login_flow()
        return True

    def challenge_code_or_raised(self, *_: Any, **__: Any) -> str:
        """Return a mark in place of the code; the library's own prints what it is given."""
        return _LATER

    def bloks_ap_two_step_verification_submit_code(
        self, context_data: str, code: str, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        """Submit a code, or say that one is wanted."""
        if code == _LATER:
            raise CodeWanted(context_data)
        reply: dict[str, Any] = super().bloks_ap_two_step_verification_submit_code(
            context_data, code, *args, **kwargs
        )
        return reply


def device_of(settings: str) -> dict[str, Any]:
    """Return what of stored settings is the device, without the session; a new one is Mexican."""
    stored: Any = None
    with suppress(ValueError):
        stored = json.loads(settings or "{}")
    stored = stored if isinstance(stored, dict) else {}
    kept = {name: stored[name] for name in _DEVICE if stored.get(name)}
    return kept if "uuids" in kept else dict(_MEXICAN)
