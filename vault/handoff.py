"""A secret that waits some minutes for a person to come back, sealed like any other.

It belongs to no account and to no version: ``name`` is its place, and who is to have it back may be
part of that name. Whoever keeps the text decides how long; nobody opens it under another name.
"""

from __future__ import annotations

from vault import envelope
from vault.envelope import Place, Sealed
from vault.keys import Keyring
from vault.secret import Secret


def wrap(keyring: Keyring, name: str, value: Secret) -> str:
    """Return ``value`` sealed for ``name``, as one line of text."""
    return envelope.seal(keyring.primary, _place(keyring, name), value).to_json()


def unwrap(keyring: Keyring, name: str, text: str) -> Secret:
    """Return the value; raises ``Tampered`` or ``KeyUnavailable``."""
    sealed = Sealed.from_json(text)
    return envelope.open_sealed(keyring.provider(sealed.kek_id), _place(keyring, name), sealed)


def _place(keyring: Keyring, name: str) -> Place:
    return Place(tenant=keyring.tenant, account_id=0, field=f"handoff:{name}", version=0)
