"""How a master key is written where it rests; pure.

Three forms, each one JSON object of less than 4 KB: the *bare* key; the *sealed* one, which a
cover protects (a passphrase, a key service); and the *moved* one, which only says where the key
rests now. What a cover protects is not the key itself but a 32-byte cover key, so that a successor
sealed under the same one opens without asking anybody again.
"""

from __future__ import annotations

import binascii
import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from vault import primitives
from vault.errors import Tampered
from vault.keys import MasterKey

BARE = "pregonero-kek-v1"
SEALED = "pregonero-kek-sealed-v1"
MOVED = "pregonero-kek-moved-v1"
MAX_BYTES = 4096

Facts = Mapping[str, str | int]


class CoverKey:
    """The 32 bytes that a cover gives; nothing shows or pickles them."""

    __slots__ = ("value",)

    def __init__(self, value: bytes) -> None:
        if len(value) != primitives.KEY_BYTES:
            raise ValueError("a cover key has 32 bytes")
        self.value = value

    def __repr__(self) -> str:
        return "CoverKey(***)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a cover key is never pickled")


@dataclass(frozen=True, kw_only=True)
class Covered:
    """A sealed key: which cover, what it needs to give its key (``lock``), and the rest."""

    cover: str
    key_id: str
    lock: Facts
    nonce: bytes
    ciphertext: bytes


@dataclass(frozen=True, kw_only=True)
class Moved:
    """The key rests at ``url`` now."""

    url: str


def bare(key: MasterKey) -> bytes:
    """Return the form of a key that nothing else protects."""
    kek, root = key.reveal()
    return _dump(format=BARE, key_id=key.key_id, kek=_text(kek), root=_text(root))


def sealed(key: MasterKey, cover: str, lock: Facts, cover_key: CoverKey) -> bytes:
    """Return the form of a key under ``cover_key``; whose lock it is, is authenticated."""
    nonce = secrets.token_bytes(primitives.NONCE_BYTES)
    secret = b"".join(key.reveal())
    ciphertext = primitives.encrypt(cover_key.value, nonce, secret, _aad(cover, key.key_id, lock))
    return _dump(
        format=SEALED,
        key_id=key.key_id,
        cover=cover,
        lock=dict(lock),
        nonce=_text(nonce),
        ct=_text(ciphertext),
    )


def moved(url: str) -> bytes:
    """Return the form that sends whoever looks here to ``url``, which holds no secret."""
    return _dump(format=MOVED, url=url)


def read(body: bytes) -> MasterKey | Covered | Moved:
    """Read any of the three forms; anything else raises ``ValueError``."""
    try:
        raw = json.loads(body)
        if raw["format"] == BARE:
            key = MasterKey(_bytes(raw["kek"]), _bytes(raw["root"]))
            if key.key_id != raw["key_id"]:
                raise ValueError("the key is not the one that it is called")
            return key
        if raw["format"] == MOVED:
            return Moved(url=str(raw["url"]))
        if raw["format"] != SEALED:
            raise ValueError("another format")
        return Covered(
            cover=str(raw["cover"]),
            key_id=str(raw["key_id"]),
            lock={str(name): value for name, value in raw["lock"].items()},
            nonce=_bytes(raw["nonce"]),
            ciphertext=_bytes(raw["ct"]),
        )
    except (KeyError, TypeError, AttributeError, RecursionError, binascii.Error) as error:
        raise ValueError("no key") from error


def uncover(found: Covered, cover_key: CoverKey) -> MasterKey:
    """Return the key that ``cover_key`` protects; raises ``Tampered`` or ``ValueError``."""
    aad = _aad(found.cover, found.key_id, found.lock)
    nonce = found.nonce.ljust(primitives.NONCE_BYTES, b"\0")[: primitives.NONCE_BYTES]
    secret = primitives.decrypt(cover_key.value, nonce, found.ciphertext, aad)
    key = MasterKey(secret[: primitives.KEY_BYTES], secret[primitives.KEY_BYTES :])
    if key.key_id != found.key_id:
        raise Tampered
    return key


def lock_id(lock: Facts) -> str:
    """Return what two sealed keys under the same cover key share."""
    return json.dumps(dict(lock), sort_keys=True)


def _aad(cover: str, key_id: str, lock: Facts) -> bytes:
    return json.dumps([SEALED, cover, key_id, lock_id(lock)], separators=(",", ":")).encode()


def _dump(**body: Any) -> bytes:
    return json.dumps(body).encode() + b"\n"


def _text(value: bytes) -> str:
    return b64encode(value).decode()


def _bytes(value: str) -> bytes:
    return b64decode(value, validate=True)
