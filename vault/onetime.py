"""One-time codes of people: TOTP seeds that no row holds, and recovery codes kept as digests.

TOTP as in RFC 6238 with what every authenticator application knows: SHA-1, six digits, 30 s. A
seed is derived from the installation's root, the person and a salt, so it survives a rotation of
keys and a copy of the database tells nothing of it.
"""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from base64 import b32encode
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP

from vault import primitives
from vault.primitives import Mac
from vault.secret import Secret

DIGITS: Final = 6
STEP_SECONDS: Final = 30
DRIFT: Final = 1
"""How many steps a telephone's clock may be off, either way."""

SEED_BYTES: Final = 20
SALT_BYTES: Final = 16

RECOVERY_CODES: Final = 10
_ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"
_HALF: Final = 5


def new_salt() -> str:
    """Return a fresh salt for a person's seed, in hex."""
    return secrets.token_hex(SALT_BYTES)


def seed(key: bytes, person_id: int, salt: str) -> bytes:
    """Return the 20 bytes of a person's TOTP seed. ``key`` is the sub-key for second factors."""
    info = b"pregonero/totp/" + str(person_id).encode()
    return primitives.hkdf(key, info, salt=salt.encode(), length=SEED_BYTES)


def step_at(at: datetime) -> int:
    """Return the number of the 30-second step that ``at`` falls in."""
    return int(at.timestamp()) // STEP_SECONDS


def code_at(seed_: bytes, step: int) -> str:
    """Return the six digits of one step."""
    digits = HOTP(seed_, DIGITS, SHA1()).generate(step)  # noqa: S303 - RFC 6238's own hash
    return digits.decode()


def matching_step(seed_: bytes, code: str, *, at: datetime, after: int) -> int | None:
    """Return the step whose code this is, near ``at`` and newer than ``after``, else None.

    Every step is compared, in constant time. A code of a step that already served is refused.
    """
    given = typed(code).encode()
    now = step_at(at)
    near = range(now - DRIFT, now + DRIFT + 1)
    same = [step for step in near if hmac.compare_digest(code_at(seed_, step).encode(), given)]
    return next((step for step in same if step > after), None)


def typed(code: str) -> str:
    """Return a code as it was meant: without spaces and dashes, in lower case."""
    plain = unicodedata.normalize("NFKC", code).casefold()
    return "".join(mark for mark in plain if mark.isalnum())


def enrolment(seed_: bytes, *, issuer: str, account: str) -> tuple[Secret, Secret]:
    """Return the ``otpauth://`` address for a QR code, and the key to type where none is read."""
    key = b32encode(seed_).decode()
    issuer = " ".join(issuer.replace(":", " ").split())
    label = quote(f"{issuer}:{account}", safe="@:")
    # SHA1, 6 digits and 30 s are what applications assume: without them the picture is coarser
    facts = urlencode({"secret": key, "issuer": issuer}, quote_via=quote)
    uri = f"otpauth://totp/{label}?{facts}"
    return Secret(uri), Secret(key)


def new_recovery_codes() -> tuple[Secret, ...]:
    """Return ten codes of 49 bits, in two groups without look-alike characters."""
    return tuple(Secret(f"{_marks()}-{_marks()}") for _ in range(RECOVERY_CODES))


def recovery_digest(key: bytes, person_id: int, code: str) -> str:
    """Return what is stored of a recovery code: its keyed digest, bound to the person."""
    return Mac(key).hex(f"recovery/{person_id}/{typed(code)}".encode())


def _marks() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_HALF))
