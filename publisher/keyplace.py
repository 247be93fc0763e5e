"""Where the master key of these settings rests, and how its passphrase is asked for."""

from __future__ import annotations

import getpass
import sys

from publisher.settings import Settings
from publisher.texts import keys as texts
from vault.providers import Provider, provider
from vault.secret import Secret


def key_place(settings: Settings, url: str = "") -> Provider:
    """Return the place of the settings, or ``url``. Raises ``KeyPlaceUnknown``."""
    return provider(url or settings.kek_url, folder=settings.data_dir, ask=_ask)


def _ask(place: str) -> Secret | None:
    """Ask whoever sits at the terminal; a service has none."""
    if not sys.stdin.isatty():
        return None
    return Secret(getpass.getpass(texts.ASK_FOR_IT.format(place=place)))
