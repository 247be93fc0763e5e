"""One look at one account: its credential opened, its network asked who it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlmodel import Session, col

from connectors.contract import Credential, Identity, Renews
from connectors.errors import ConnectorError
from connectors.registry import ASSISTED
from publisher import db
from publisher.app import App
from publisher.connections.portraits import portrait
from publisher.connections.standing import Outcome, outcome_of
from publisher.custody import kept
from publisher.institution.holding import ENDED
from publisher.models import Account, AccountProof, Plantel
from publisher.texts import connections as texts
from vault import store

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """An account to look at, with its credential opened and the versions that it was made of.

    ``pictured`` where what it shows of itself is known already.
    """

    account_id: int
    plantel_id: int
    plantel: str
    network: str
    connector: str
    handle: str
    state: str
    credential: Credential = field(repr=False)
    versions: Mapping[str, int]
    expires_at: datetime | None
    pictured: bool = False

    @property
    def by_hand(self) -> bool:
        """Tell whether people publish here by hand, whatever the credential is worth."""
        return self.connector in ASSISTED

    @property
    def name(self) -> str:
        """How sentences call the account."""
        return f"{self.handle} ({self.network})"


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What a look showed. ``renewal_at`` is when the credential should be renewed, if it can be.

    ``stuck`` where it should have been and the network did not do it. ``picture`` is what the
    account shows of itself, where it was fetched anew.
    """

    subject: Subject
    outcome: Outcome
    code: str = ""
    sentence: str = ""
    identity: Identity | None = None
    renewal_at: datetime | None = None
    stuck: bool = False
    picture: bytes | None = field(default=None, repr=False)


def subjects(session: Session, app: App, account_ids: Collection[int]) -> tuple[Subject, ...]:
    """Return those of the accounts that have not ended, by plantel and network."""
    rows = session.execute(
        select(
            Account,
            col(Plantel.code),
            col(AccountProof.expires_at),
            col(AccountProof.picture).is_not(None),
        )
        .join(Plantel, col(Plantel.id) == col(Account.plantel_id))
        .outerjoin(AccountProof, col(AccountProof.account_id) == col(Account.id))
        .where(col(Account.id).in_(sorted(account_ids)), col(Account.state).not_in(ENDED))
        .order_by(col(Plantel.code), col(Account.network))
    ).all()
    used = store.use_many(session, app.keyring, [account.id or 0 for account, *_ in rows])
    return tuple(
        _subject(app, account, code, expires_at, used[account.id or 0], pictured=bool(pictured))
        for account, code, expires_at, pictured in rows
    )


def _subject(
    app: App,
    account: Account,
    code: str,
    expires_at: datetime | None,
    used: store.Used,
    *,
    pictured: bool,
) -> Subject:
    versions = dict(used.versions)
    return Subject(
        account_id=account.id or 0,
        plantel_id=account.plantel_id,
        plantel=code,
        network=account.network,
        connector=account.connector,
        handle=account.handle,
        state=account.state,
        # what a look itself changes is still what was looked at
        credential=kept.credential(app, account.external_id, used, versions=versions),
        versions=versions,
        expires_at=expires_at,
        pictured=pictured,
    )


def look(app: App, subject: Subject) -> Looked:
    """Ask the network as whom the credential acts; whatever happens, it is classified."""
    if db.in_transaction():
        raise RuntimeError("a network is never asked inside a transaction")
    if not subject.credential:
        return Looked(subject=subject, outcome="missing", sentence=texts.MISSING)
    try:
        connector = app.connector(subject.connector)
        identity = connector.verify(subject.credential)
    except ConnectorError as error:
        return Looked(
            subject=subject, outcome=outcome_of(error), code=error.code, sentence=error.sentence
        )
    except Exception as error:  # noqa: BLE001 - our own defect says nothing about the account
        # without the traceback: its frames hold the opened credential
        log.warning("connection.defect", account=subject.account_id, error=type(error).__name__)
        return Looked(subject=subject, outcome="unreachable", sentence=texts.DEFECT)
    renewal_at = None
    if isinstance(connector, Renews):
        renewal_at = connector.renewal_at(subject.credential, identity.expires_at)
    return Looked(
        subject=subject,
        outcome="ok",
        identity=identity,
        renewal_at=renewal_at,
        picture=None if subject.pictured else portrait(app, subject.network, identity),
    )
