"""The account that an act of custody is about, with the names that its sentences need."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from publisher.errors import Conflict, NotFound
from publisher.models import Account, Plantel
from publisher.texts import custody as texts

ENDED = ("closed", "replaced")
PAGE = "/custodia"
LINK = PAGE + "?cuenta={account}"


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One account; ``timezone`` is its plantel's."""

    account_id: int
    plantel_id: int
    plantel: str
    network: str
    handle: str
    state: str
    timezone: str

    @property
    def name(self) -> str:
        """How sentences call it."""
        return texts.ACCOUNT.format(handle=self.handle, network=self.network)

    @property
    def link(self) -> str:
        """Where the dashboard shows it."""
        return LINK.format(account=self.account_id)

    @property
    def ended(self) -> bool:
        """Tell whether it was closed or replaced."""
        return self.state in ENDED


def subjects(session: Session, account_ids: Collection[int]) -> dict[int, Subject]:
    """Return the accounts of these ids, those that exist."""
    rows = session.execute(
        select(Account, col(Plantel.name), col(Plantel.timezone))
        .join(Plantel, col(Plantel.id) == col(Account.plantel_id))
        .where(col(Account.id).in_(sorted(account_ids)))
    )
    return {
        account.id or 0: Subject(
            account_id=account.id or 0,
            plantel_id=account.plantel_id,
            plantel=plantel,
            network=account.network,
            handle=account.handle,
            state=account.state,
            timezone=zone,
        )
        for account, plantel, zone in rows
    }


def subject(session: Session, account_id: int, *, live: bool = True) -> Subject:
    """Return one account. Raises ``NotFound``, and ``Conflict`` where it ended unless not ``live``.

    Authorize with its ``plantel_id`` right after.
    """
    found = subjects(session, [account_id]).get(account_id)
    if found is None:
        raise NotFound(texts.NO_SUCH_ACCOUNT)
    if live and found.ended:
        raise Conflict(texts.ACCOUNT_ENDED)
    return found
