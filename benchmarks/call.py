"""The one POST that is measured: the bare loop makes it, and so does the benchmark's connector."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import requests

TIMEOUT = 30.0
_local = threading.local()


def publish(address: str, text: str) -> str:
    """Publish ``text`` with this thread's session; return the platform's id."""
    if not hasattr(_local, "session"):
        _local.session = requests.Session()
        _local.session.trust_env = False
    body: Mapping[str, Any] = {"text": text}
    response = _local.session.post(f"{address}/2/tweets", json=body, timeout=TIMEOUT)
    response.raise_for_status()
    return str(response.json()["data"]["id"])
