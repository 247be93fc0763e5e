"""Networks that answer a look as a test wants, and the short ways to a house's accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from connectors.contract import Credential, Identity
from publisher.app import App
from publisher.models import Account, AccountProof, Delivery, Notice
from tests.support.house import SmallHouse
from tests.support.networks import FakeConnector, FakeNetworks
from vault import store


@dataclass
class Answers:
    """What ``App.connect`` takes. ``ends`` is until when each account's token holds; ``renewed``
    are the tokens that renewals brought, in order."""

    networks: FakeNetworks
    ends: dict[str, datetime] = field(default_factory=dict)
    renewal_at: datetime | None = None
    renewed: list[str] = field(default_factory=list)
    proven: list[str] = field(default_factory=list)

    def __call__(self, key: str) -> Answering:
        return Answering(key=key, networks=self.networks, answers=self)


@dataclass
class Answering(FakeConnector):
    """A connector that proves what it is given and renews when ``answers`` say so."""

    answers: Any = None

    def verify(self, credential: Credential) -> Identity:
        identity = super().verify(credential)
        self.answers.proven.append(credential.get("access_token", ""))
        end = self.answers.ends.get(credential.external_id)
        return replace(identity, expires_at=end, scopes=("publicar",))

    def renewal_at(self, credential: Credential, expires_at: datetime | None) -> datetime | None:
        return self.answers.renewal_at if expires_at else None

    def renew(self, credential: Credential) -> Mapping[str, str]:
        self._act("renew", credential)
        token = f"renovado-{len(self.answers.renewed) + 1}"
        self.answers.renewed.append(token)
        return {"access_token": token}


def answering(small: SmallHouse) -> tuple[App, Answers]:
    """Return the house's App with networks that answer as a test wants."""
    answers = Answers(small.networks)
    return replace(small.app, connect=answers), answers


def account(app: App, account_id: int) -> Account:
    """Return an account's row as it is now."""
    with app.read() as session:
        return session.get_one(Account, account_id)


def proof(app: App, account_id: int) -> AccountProof:
    """Return an account's proof as it is now."""
    with app.read() as session:
        return session.get_one(AccountProof, account_id)


def token(app: App, account_id: int) -> str:
    """Return the token in force."""
    with app.read() as session:
        return store.use(session, app.keyring, account_id).fields["access_token"].reveal()


def told(app: App, kind: str) -> list[str]:
    """Return the subjects of the notices of one kind, in order."""
    with app.read() as session:
        return list(
            session.scalars(
                select(col(Notice.subject)).where(col(Notice.kind) == kind).order_by(col(Notice.id))
            )
        )


def waiting(app: App, account_id: int) -> list[tuple[str, str | None]]:
    """Return state and reason of each delivery of an account."""
    with app.read() as session:
        rows = session.execute(
            select(col(Delivery.state), col(Delivery.hold_reason)).where(
                col(Delivery.account_id) == account_id
            )
        )
        return [(state, reason) for state, reason in rows]
