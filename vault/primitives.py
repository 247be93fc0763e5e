"""The four cryptographic operations of the vault; nothing else of the house calls a cipher.

AES-256-GCM with 96-bit nonces and 128-bit tags, HKDF-SHA256, HMAC-SHA256, Ed25519.
"""

from __future__ import annotations

import hashlib
from typing import NoReturn

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vault.errors import Tampered

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16


class Cipher:
    """AES-256-GCM under one key of 32 bytes (else ``ValueError``), expanded once for many uses."""

    __slots__ = ("_gcm",)

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError("AES-256-GCM takes a key of 32 bytes")
        self._gcm = AESGCM(key)

    def encrypt(self, nonce: bytes, plaintext: bytes, aad: bytes) -> bytes:
        """Return ciphertext and tag. ``nonce`` has 12 bytes; else ``ValueError``."""
        _check_nonce(nonce)
        return self._gcm.encrypt(nonce, plaintext, aad)

    def decrypt(self, nonce: bytes, ciphertext: bytes, aad: bytes) -> bytes:
        """Return the plaintext, or raise ``Tampered`` when key, nonce, aad or ciphertext differ."""
        _check_nonce(nonce)
        try:
            return self._gcm.decrypt(nonce, ciphertext, aad)
        except InvalidTag:
            raise Tampered from None

    def __repr__(self) -> str:
        return "Cipher(***)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Cipher is never pickled")


def encrypt(key: bytes, nonce: bytes, plaintext: bytes, aad: bytes) -> bytes:
    """Return ciphertext and tag, of a key that is used once."""
    return Cipher(key).encrypt(nonce, plaintext, aad)


def decrypt(key: bytes, nonce: bytes, ciphertext: bytes, aad: bytes) -> bytes:
    """Return the plaintext, or raise ``Tampered``, of a key that is used once."""
    return Cipher(key).decrypt(nonce, ciphertext, aad)


def hkdf(key: bytes, info: bytes, *, salt: bytes | None = None, length: int = KEY_BYTES) -> bytes:
    """Derive ``length`` bytes from ``key`` for the purpose ``info``."""
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(key)


class Mac:
    """HMAC-SHA256 with the key's two blocks hashed once: half the cost on short messages."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, key: bytes) -> None:
        block = hashlib.sha256(key).digest() if len(key) > 64 else key
        block = block.ljust(64, b"\0")
        self._inner = hashlib.sha256(bytes(b ^ 0x36 for b in block))
        self._outer = hashlib.sha256(bytes(b ^ 0x5C for b in block))

    def hex(self, message: bytes) -> str:
        """Return the MAC of ``message`` as 64 lower-case hex digits."""
        inner = self._inner.copy()
        inner.update(message)
        outer = self._outer.copy()
        outer.update(inner.digest())
        return outer.hexdigest()

    def __repr__(self) -> str:
        return "Mac(***)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Mac is never pickled")


def sign(seed: bytes, message: bytes) -> bytes:
    """Return the Ed25519 signature of ``message`` by the key with this 32-byte seed."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


def public_key(seed: bytes) -> bytes:
    """Return the 32 raw bytes of the public key that belongs to ``seed``."""
    return (
        Ed25519PrivateKey.from_private_bytes(seed)
        .public_key()
        .public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    )


def signature_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether ``signature`` is that of ``message`` by the owner of ``public``."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _check_nonce(nonce: bytes) -> None:
    if len(nonce) != NONCE_BYTES:
        raise ValueError("AES-256-GCM takes a nonce of 12 bytes")
