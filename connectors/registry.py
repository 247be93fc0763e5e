"""Connector key → adapter, imported only when it is first used.

A broken SDK must not stop the others, and a process that only draws screens needs none of them.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from types import MappingProxyType
from typing import cast

from connectors.contract import Connector
from connectors.endpoints import Endpoints
from connectors.errors import NotConfigured

__all__ = ["ASSISTED", "CONNECTORS", "NETWORKS", "SHORT_LIVED", "Endpoints", "load"]

CONNECTORS = MappingProxyType(
    {
        "x": "connectors.x:XConnector",
        "x_oauth2": "connectors.x_oauth2:XOAuth2Connector",
        "facebook": "connectors.facebook:FacebookConnector",
        "instagram": "connectors.instagram:InstagramConnector",
        "instagram_private": "connectors.instagram_private:InstagramPrivateConnector",
        "x_assisted": "connectors.assisted:AssistedX",
        "facebook_assisted": "connectors.assisted:AssistedFacebook",
        "instagram_assisted": "connectors.assisted:AssistedInstagram",
    }
)
"""Connector key → ``module:class``; the class takes the ``Endpoints``."""

NETWORKS = MappingProxyType(
    {
        "x": "x",
        "x_oauth2": "x",
        "facebook": "facebook",
        "instagram": "instagram",
        "instagram_private": "instagram",
        "x_assisted": "x",
        "facebook_assisted": "facebook",
        "instagram_assisted": "instagram",
    }
)
"""Connector key → the network that people see; two ways may lead to the same network."""

ASSISTED = MappingProxyType(
    {"x_assisted": "x", "facebook_assisted": "facebook", "instagram_assisted": "instagram"}
)
"""Key of an account that people publish on by hand → the key it gets once access is granted."""

SHORT_LIVED = frozenset({"x_oauth2"})
"""Keys whose tokens live for hours and are renewed by themselves: their end is no news."""


@lru_cache(maxsize=64)
def load(key: str, endpoints: Endpoints) -> Connector:
    """Return the connector of ``key``; one instance per key and endpoints in a process.

    Raises ``NotConfigured`` for an unknown key.
    """
    try:
        path = CONNECTORS[key]
    except KeyError:
        raise NotConfigured(f"no connector named {key!r}") from None
    module, _, name = path.partition(":")
    return cast("Connector", getattr(import_module(module), name)(endpoints))
