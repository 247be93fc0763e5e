"""What protects a written key: a passphrase, or a key service that never gives its own key away.

A cover gives a 32-byte cover key for the facts of a lock. It is asked once for each lock, outside
transactions: a successor sealed under the same cover key opens without it.
"""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from vault import texts
from vault.errors import (
    KeyDamaged,
    KeyServiceSilent,
    PassphraseMissing,
    PassphraseWeak,
    PassphraseWrong,
)
from vault.providers.files import read_private
from vault.providers.form import CoverKey, Facts
from vault.secret import Secret

Ask = Callable[[str], Secret | None]
"""Asks a person for the passphrase of a place; None where there is nobody to ask."""

MEMORY_KIB, PASSES, LANES = 65_536, 3, 4
"""Argon2id, RFC 9106's second recommended choice: 64 MiB, 3 passes, 4 lanes; some 0.2 s."""

LEAST = 15
_MOST = {"m": 1_048_576, "t": 64, "p": 64}
_CONTEXT = {"pregonero": "kek-cover-v1"}


class Cover(Protocol):
    """One way of protecting a written key."""

    @property
    def kind(self) -> str:
        """Name it, as it is written beside what it protects."""
        ...

    def files(self) -> tuple[Path, ...]:
        """Return the files with what opens it."""
        ...

    def make(self) -> tuple[Facts, CoverKey]:
        """Return a new lock and its cover key."""
        ...

    def open(self, lock: Facts) -> CoverKey:
        """Return the cover key of ``lock``; raises a ``KeyProblem``."""
        ...


class Passphrase:
    """Argon2id of a passphrase that a file holds or a person types."""

    kind = "passphrase"

    def __init__(self, place: str, source: Path | None, ask: Ask | None) -> None:
        self._place = place
        self._source = source
        self._ask = ask
        self._given: Secret | None = None

    def files(self) -> tuple[Path, ...]:
        """Return the passphrase's file."""
        return (self._source,) if self._source else ()

    def make(self) -> tuple[Facts, CoverKey]:
        """Choose a salt; refuses a passphrase of fewer than ``LEAST`` characters."""
        given = self._passphrase()
        if len(given.reveal()) < LEAST:
            raise PassphraseWeak(least=LEAST)
        if self._source is None and self._asked() != given:
            raise PassphraseWrong(place=self._place)  # typed differently: it would open nothing
        salt = b64encode(secrets.token_bytes(16)).decode()
        lock: Facts = {"salt": salt, "m": MEMORY_KIB, "t": PASSES, "p": LANES}
        return lock, self.open(lock)

    def open(self, lock: Facts) -> CoverKey:
        """Stretch the passphrase as ``lock`` says; an absurd cost is damage, not a wait."""
        from argon2.low_level import Type, hash_secret_raw

        cost = {name: lock.get(name) for name in _MOST}
        try:
            salt = b64decode(str(lock.get("salt", "")), validate=True)
        except ValueError:
            salt = b""
        if len(salt) < 8 or not all(
            isinstance(cost[name], int) and 0 < int(cost[name] or 0) <= most
            for name, most in _MOST.items()
        ):
            raise KeyDamaged(place=self._place)
        stretched = hash_secret_raw(
            self._passphrase().reveal().encode(),
            salt,
            time_cost=int(cost["t"] or 0),
            memory_cost=int(cost["m"] or 0),
            parallelism=int(cost["p"] or 0),
            hash_len=32,
            type=Type.ID,
        )
        return CoverKey(stretched)

    def _passphrase(self) -> Secret:
        if self._given is None:
            self._given = self._read() if self._source else self._asked()
        return self._given

    def _read(self) -> Secret:
        body = read_private(self._source) if self._source else None
        if body is None:
            raise PassphraseMissing(place=self._place)
        try:
            return Secret(body.decode().rstrip("\r\n"))
        except UnicodeDecodeError:
            raise KeyDamaged(place=self._source) from None

    def _asked(self) -> Secret:
        given = self._ask(self._place) if self._ask else None
        if not given:
            raise PassphraseMissing(place=self._place)
        return given


class Kms:
    """AWS KMS (or what speaks like it): one Encrypt when a lock is made, one Decrypt to open it.

    The encryption context is authenticated and shows in the service's own log; credentials come
    from where the SDK looks for them.
    """

    kind = "awskms"

    def __init__(self, key: str, *, region: str, endpoint: str = "") -> None:
        self._key = key
        self._region = region
        self._endpoint = endpoint

    @property
    def host(self) -> str:
        """The host that is asked."""
        return urlsplit(self._endpoint).hostname or f"kms.{self._region}.amazonaws.com"

    def files(self) -> tuple[Path, ...]:
        """Return none: what opens it never leaves the service."""
        return ()

    def make(self) -> tuple[Facts, CoverKey]:
        """Let the service encrypt a new cover key."""
        cover_key = CoverKey(secrets.token_bytes(32))
        answer = self._call(
            "encrypt", KeyId=self._key, Plaintext=cover_key.value, EncryptionContext=_CONTEXT
        )
        blob = b64encode(answer["CiphertextBlob"]).decode()
        return {"key": str(answer["KeyId"]), "blob": blob}, cover_key

    def open(self, lock: Facts) -> CoverKey:
        """Let the service decrypt the cover key, under the key that the lock names and no other."""
        try:
            blob = b64decode(str(lock["blob"]), validate=True)
            key = str(lock["key"])
        except (KeyError, ValueError):
            raise KeyDamaged(place=self.host) from None
        answer = self._call("decrypt", KeyId=key, CiphertextBlob=blob, EncryptionContext=_CONTEXT)
        try:
            return CoverKey(answer["Plaintext"])
        except ValueError:
            raise KeyDamaged(place=self.host) from None

    def _call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        from botocore.exceptions import (  # type: ignore[import-untyped]
            BotoCoreError,
            ClientError,
            NoCredentialsError,
        )

        try:
            client = _kms_client(self._region, self._endpoint)
            answer: dict[str, Any] = getattr(client, operation)(**parameters)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            cause = texts.KMS_REFUSED.format(host=self.host, code=code)
            raise KeyServiceSilent(cause=cause) from None
        except NoCredentialsError:
            raise KeyServiceSilent(cause=texts.KMS_NO_CREDENTIALS) from None
        except (BotoCoreError, ValueError):
            cause = texts.KMS_NO_ANSWER.format(host=self.host)
            raise KeyServiceSilent(cause=cause) from None
        return answer


@lru_cache(maxsize=4)
def _kms_client(region: str, endpoint: str) -> Any:
    """Return the SDK's client; making one costs more than asking."""
    import botocore.session  # type: ignore[import-untyped]
    from botocore.config import Config  # type: ignore[import-untyped]

    patient = Config(
        connect_timeout=5,
        read_timeout=10,
        retries={"mode": "standard", "total_max_attempts": 3},
    )
    return botocore.session.get_session().create_client(
        "kms", region_name=region, endpoint_url=endpoint or None, config=patient
    )
