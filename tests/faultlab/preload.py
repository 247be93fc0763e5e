"""Everything that a worker and the sandbox import, imported once before the first fork."""

from __future__ import annotations

from connectors.endpoints import Endpoints
from connectors.registry import load


def everything() -> None:
    """Import the product, the SDKs and the servers; opens nothing."""
    import connectors.sandbox.server  # noqa: F401

    for key in ("x", "facebook", "instagram", "instagram_private"):
        load(key, Endpoints(loopback_only=True))
