"""What people granted on X: codes and tokens to approve, of this process; tokens, in the file.

A token of OAuth 2 ends by the sandbox's clock. A renewal uses its right up: the same one a second
time is refused. That the former token lives on until its own end is our reading.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from connectors.sandbox.database import Database

TOKEN_LIFE = 7200.0
CODE_LIFE = 30.0
REQUEST_LIFE = 900.0


@dataclass(frozen=True, kw_only=True)
class Code:
    """What a code stands for until ``ends``, in seconds since the epoch."""

    account: str
    client: str
    redirect_uri: str
    challenge: str
    scopes: str
    ends: float


@dataclass(frozen=True, kw_only=True)
class Request:
    """A token of OAuth 1.0a's first leg; ``account`` and ``verifier`` once it is approved."""

    secret: str = field(repr=False)
    consumer_key: str
    callback: str
    ends: float
    account: str = ""
    verifier: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A token of OAuth 2 and the right to renew it; a right that was used is empty."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    account: str
    client: str
    scopes: str
    ends: float


class XGrants(Database):
    """The tokens that were granted; ``x_codes`` and ``x_requests`` wait for their exchange."""

    x_codes: dict[str, Code]
    x_requests: dict[str, Request]

    def grant_x(self, account: str, client: str, scopes: str) -> Grant:
        """Make a token of an account, and the right to renew it where that was asked for."""
        renews = "offline.access" in scopes.split()
        made = Grant(
            access=secrets.token_urlsafe(40),
            refresh=secrets.token_urlsafe(40) if renews else "",
            account=account,
            client=client,
            scopes=scopes,
            ends=self.clock() + self.span(TOKEN_LIFE),
        )
        with self.write() as db:
            db.execute(
                "INSERT INTO x_grant (access, refresh, account, client, scopes, ends)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (made.access, made.refresh, made.account, made.client, made.scopes, made.ends),
            )
        return made

    def x_grant(self, access: str) -> Grant | None:
        """Return the grant of a token, ended or not."""
        return self._grant("SELECT * FROM x_grant WHERE access = ?", access)

    def x_right(self, refresh: str) -> Grant | None:
        """Return the grant that a right to renew, not yet used, belongs to."""
        return self._grant("SELECT * FROM x_grant WHERE refresh = ?", refresh) if refresh else None

    def renew_x(self, former: Grant) -> Grant:
        """Use a right to renew up and return what it brings."""
        with self.write() as db:
            db.execute("UPDATE x_grant SET refresh = '' WHERE access = ?", (former.access,))
        return self.grant_x(former.account, former.client, former.scopes)

    def forget_x(self, account: str) -> None:
        """Take back every token of an account."""
        with self.write() as db:
            db.execute("DELETE FROM x_grant WHERE account = ?", (account,))

    def _grant(self, statement: str, value: str) -> Grant | None:
        row = self._db.execute(statement, (value,)).fetchone()
        return Grant(**dict(row)) if row else None
