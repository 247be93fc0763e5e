"""What the three networks remember, in one SQLite file.

All of it is used from one thread (the server's loop). A post is committed before its reply goes
out; the log of requests is written behind, together with the next post, the next reading or the
next tick, so that a visible post always has its request in the log.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from connectors.sandbox.records import Account, iso
from connectors.sandbox.timeline import Timeline
from connectors.sandbox.uploads import Uploads
from connectors.sandbox.x_grants import Code, Request, XGrants


class State(Uploads, Timeline, XGrants):
    """The whole memory of the sandbox: accounts, uploads, posts, requests, faults.

    ``path`` ``None`` keeps it in this process only. ``processing`` is how long a container stays
    IN_PROGRESS, in seconds; ``quota`` how many posts an account may make per window before its
    network refuses more (wide on purpose).
    """

    def __init__(
        self,
        path: Path | None = None,
        *,
        processing: float = 0.3,
        quota: int = 10_000,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(path, processing=processing, quota=quota, clock=clock)
        self._accounts: dict[tuple[str, str], Account] = {}
        self._by_token: dict[str, list[Account]] = {}
        self._admitted: dict[str, list[tuple[str, str]]] = {}
        self.logins: dict[str, tuple[str, ...]] = {}
        self.x_codes: dict[str, Code] = {}
        self.x_requests: dict[str, Request] = {}
        self.codes: dict[str, tuple[str, str]] = {}
        self._load_accounts()

    def _load_accounts(self) -> None:
        self._accounts.clear()
        self._by_token.clear()
        for row in self._db.execute("SELECT * FROM account ORDER BY network, external_id"):
            values = dict(row)
            values["secrets"] = json.loads(values["secrets"])
            values["revoked"] = bool(values["revoked"])
            account = Account(**values)
            self._accounts[account.network, account.external_id] = account
            self._by_token.setdefault(account.token, []).append(account)
        for token, keys in self._admitted.items():
            found = [self._accounts[key] for key in keys if key in self._accounts]
            self._by_token.setdefault(token, []).extend(found)

    def admit(self, token: str, account: Account) -> None:
        """Let a further token name an account, until this process ends."""
        self._admitted.setdefault(token, []).append((account.network, account.external_id))
        self._by_token.setdefault(token, []).append(account)

    def dismiss(self, token: str) -> None:
        """Let a token that was admitted name nobody any more."""
        if self._admitted.pop(token, None) is not None:
            self._by_token.pop(token, None)

    def register(self, accounts: Sequence[Account]) -> None:
        """Add or replace accounts. A token once revoked stays so; a new token is valid."""
        with self.write() as db:
            db.executemany(
                "INSERT INTO account (network, external_id, handle, name, connector, token,"
                " secrets) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (network, external_id) DO"
                " UPDATE SET handle = excluded.handle, name = excluded.name, connector ="
                " excluded.connector, secrets = excluded.secrets, revoked = CASE WHEN token ="
                " excluded.token THEN revoked ELSE 0 END, token = excluded.token",
                [
                    (
                        a.network,
                        a.external_id,
                        a.handle,
                        a.name,
                        a.connector,
                        a.token,
                        json.dumps(dict(a.secrets)),
                    )
                    for a in accounts
                ],
            )
        self._load_accounts()

    def accounts(self) -> tuple[Account, ...]:
        """Return all accounts, by network and id."""
        return tuple(self._accounts.values())

    def account(self, network: str, external_id: str) -> Account | None:
        """Return one account, or ``None``."""
        return self._accounts.get((network, external_id))

    def by_token(self, token: str) -> tuple[Account, ...]:
        """Return the accounts that a token names, revoked or not (a page and its Instagram)."""
        return tuple(self._by_token.get(token, ()))

    def revoke(self, token: str) -> None:
        """Make a token worthless from now on."""
        with self.write() as db:
            db.execute("UPDATE account SET revoked = 1 WHERE token = ?", (token,))
        self._load_accounts()

    def requests(self) -> list[dict[str, Any]]:
        """Return the whole request log, oldest first."""
        self.flush_log()
        rows = self._db.execute("SELECT * FROM request ORDER BY id")
        return [{**dict(row), "time": iso(row["time"])} for row in rows]

    def fault_bodies(self) -> list[dict[str, Any]]:
        """Return the stored faults with their counters."""
        return [
            json.loads(r["body"]) for r in self._db.execute("SELECT body FROM fault ORDER BY id")
        ]

    def store_faults(self, bodies: Sequence[Mapping[str, Any]]) -> None:
        """Replace the stored faults."""
        with self.write() as db:
            db.execute("DELETE FROM fault")
            db.executemany(
                "INSERT INTO fault (body) VALUES (?)", [(json.dumps(b),) for b in bodies]
            )

    def reset(self, *, everything: bool = False) -> None:
        """Forget posts, media, requests and faults; tokens are valid again. Accounts stay."""
        self._log.clear()
        with self.write() as db:
            for table in ("post", "upload", "chunk", "media", "request", "fault", "engagement"):
                db.execute(f"DELETE FROM {table}")  # noqa: S608 - fixed names
            if everything:
                db.execute("DELETE FROM account")
                db.execute("DELETE FROM x_grant")
            db.execute("UPDATE account SET revoked = 0")
        self._load_accounts()
