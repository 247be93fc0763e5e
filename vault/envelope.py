"""Seal and open one value; pure.

Each sealed value has its own 32-byte data key (DEK), which a key-encryption key (KEK) wraps. Both
layers authenticate where the value belongs, so a row moved to another account, field or version
does not open. GCM alone does not commit to its key: a commitment derived from the DEK is stored,
compared and authenticated too.

Rewrapping changes only the outer layer, so no plaintext exists meanwhile; ``origin`` names the KEK
of the first sealing, which the inner layer authenticates.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import b64encode
from binascii import a2b_base64
from typing import NamedTuple, Protocol

import orjson

from vault import primitives
from vault.errors import Tampered
from vault.secret import Secret

FORMAT = "vault-v1"
ALG = "A256GCM"


class Wrapper(Protocol):
    """What wraps data keys: one KEK."""

    @property
    def key_id(self) -> str:
        """Name the KEK; stored beside what it wraps."""
        ...

    def wrap(self, dek: bytes, aad: bytes) -> bytes:
        """Return ``dek`` encrypted and bound to ``aad``; opaque to everyone else."""
        ...

    def unwrap(self, wrapped: bytes, aad: bytes) -> bytes:
        """Return the DEK, or raise ``Tampered``."""
        ...


class Place(NamedTuple):
    """Where a value belongs; authenticated, never stored in the envelope."""

    tenant: str
    account_id: int
    field: str
    version: int


class Sealed(NamedTuple):
    """One sealed value, ready to store."""

    kek_id: str
    origin: str
    wrapped_dek: bytes
    commitment: bytes
    nonce: bytes
    ciphertext: bytes
    alg: str = ALG
    v: int = 1

    def to_json(self) -> str:
        """Return the stored form: one compact JSON object, bytes in base64."""
        stored = {
            "v": self.v,
            "alg": self.alg,
            "kek_id": self.kek_id,
            "origin": self.origin,
            "wrapped_dek": b64encode(self.wrapped_dek).decode(),
            "commit": b64encode(self.commitment).decode(),
            "nonce": b64encode(self.nonce).decode(),
            "ct": b64encode(self.ciphertext).decode(),
        }
        return orjson.dumps(stored).decode()

    @classmethod
    def from_json(cls, stored: str) -> Sealed:
        """Read the stored form; anything else raises ``Tampered``."""
        try:
            raw = orjson.loads(stored)
            if raw["v"] != 1 or raw["alg"] != ALG or len(raw) != 8:
                raise Tampered
            return cls(
                kek_id=str(raw["kek_id"]),
                origin=str(raw["origin"]),
                wrapped_dek=a2b_base64(raw["wrapped_dek"], strict_mode=True),
                commitment=a2b_base64(raw["commit"], strict_mode=True),
                nonce=a2b_base64(raw["nonce"], strict_mode=True),
                ciphertext=a2b_base64(raw["ct"], strict_mode=True),
            )
        except (ValueError, KeyError, TypeError, RecursionError):
            raise Tampered from None


def seal(wrapper: Wrapper, place: Place, value: Secret) -> Sealed:
    """Seal ``value`` for ``place`` under a fresh data key."""
    dek = secrets.token_bytes(primitives.KEY_BYTES)
    nonce = secrets.token_bytes(primitives.NONCE_BYTES)
    aad = _aad(place, wrapper.key_id)
    commitment = _commitment(dek)
    return Sealed(
        kek_id=wrapper.key_id,
        origin=wrapper.key_id,
        wrapped_dek=wrapper.wrap(dek, aad),
        commitment=commitment,
        nonce=nonce,
        ciphertext=primitives.encrypt(dek, nonce, value.reveal().encode(), aad + commitment),
    )


def open_sealed(wrapper: Wrapper, place: Place, sealed: Sealed) -> Secret:
    """Return the value, or raise ``Tampered`` if anything is not what was sealed for ``place``."""
    outer = _aad(place, sealed.kek_id)
    dek = _unwrap(wrapper, outer, sealed)
    inner = outer if sealed.origin == sealed.kek_id else _aad(place, sealed.origin)
    aad = inner + sealed.commitment
    try:
        return Secret(primitives.decrypt(dek, sealed.nonce, sealed.ciphertext, aad).decode())
    except ValueError:
        raise Tampered from None


def rewrap(old: Wrapper, new: Wrapper, place: Place, sealed: Sealed) -> Sealed:
    """Wrap the data key under ``new``; the value itself is not opened."""
    dek = _unwrap(old, _aad(place, sealed.kek_id), sealed)
    return Sealed(
        kek_id=new.key_id,
        origin=sealed.origin,
        wrapped_dek=new.wrap(dek, _aad(place, new.key_id)),
        commitment=sealed.commitment,
        nonce=sealed.nonce,
        ciphertext=sealed.ciphertext,
    )


def _unwrap(wrapper: Wrapper, aad: bytes, sealed: Sealed) -> bytes:
    if sealed.kek_id != wrapper.key_id:
        raise Tampered
    dek = wrapper.unwrap(sealed.wrapped_dek, aad)
    if len(dek) != primitives.KEY_BYTES:
        raise Tampered
    if not hmac.compare_digest(_commitment(dek), sealed.commitment):
        raise Tampered
    return dek


def _commitment(dek: bytes) -> bytes:
    return primitives.hkdf(dek, b"commit")[:16]


def _aad(place: Place, kek_id: str) -> bytes:
    parts = [FORMAT, place.tenant, place.account_id, place.field, place.version, kek_id, ALG]
    return orjson.dumps(parts)
