"""A look at many accounts at once, as an order of a person or of the command line."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import Final

from sqlalchemy import select
from sqlmodel import Session, col

from publisher import access
from publisher.app import Actor, App
from publisher.connections.looks import Looked, Subject, subjects
from publisher.connections.renewal import look_after
from publisher.connections.settling import Verified, settle
from publisher.errors import NotFound
from publisher.institution.holding import ENDED
from publisher.models import Account, Plantel
from publisher.texts import connections as texts
from publisher.texts import institution as institution_texts

AT_ONCE: Final = 16

Progress = Callable[[int, int], None]


def verify_accounts(
    app: App,
    actor: Actor,
    account_ids: Collection[int] | None = None,
    *,
    planteles: Collection[str] = (),
    at_once: int = AT_ONCE,
    progress: Progress = lambda _done, _total: None,
) -> tuple[Verified, ...]:
    """Ask the networks of these accounts whether their credentials act as them.

    ``account_ids`` None means all; ``planteles`` are codes that keep those of these planteles
    only. An account that was waiting for its credential becomes active where it is accepted again;
    one that is refused is barred and its people hear of it. What is known by then stays known when
    the run is cut short. Ordered by plantel and network. Raises ``Forbidden``, ``NotFound``.
    """
    with app.read() as session:
        wanted = _wanted(session, actor, account_ids, planteles)
        # one that is published on by hand needs no credential
        found = [
            subject
            for subject in subjects(session, app, wanted)
            if subject.credential or not subject.by_hand
        ]
    progress(0, len(found))
    told: dict[int, Verified] = {}
    try:
        for batch in _look_at_all(app, found, at_once):
            with app.write() as session:
                for one in settle(app, session, batch, now=app.clock()):
                    told[one.account] = one
            progress(len(told), len(found))
    finally:
        _note(app, actor, list(told.values()))
    return tuple(told[subject.account_id] for subject in found)


def _wanted(
    session: Session, actor: Actor, account_ids: Collection[int] | None, planteles: Collection[str]
) -> list[int]:
    codes = {code.strip().upper() for code in planteles}
    statement = (
        select(col(Account.id), col(Account.plantel_id), col(Plantel.code))
        .join(Plantel, col(Plantel.id) == col(Account.plantel_id))
        .where(col(Account.state).not_in(ENDED))
    )
    if account_ids is not None:
        statement = statement.where(col(Account.id).in_(sorted(account_ids)))
    if codes:
        statement = statement.where(col(Plantel.code).in_(sorted(codes)))
    rows = session.execute(statement).all()
    unknown = codes - {row.code for row in rows}
    if unknown:
        raise NotFound(texts.NO_ACCOUNTS_THERE.format(codes=", ".join(sorted(unknown))))
    if account_ids is not None and set(account_ids) - {row.id for row in rows}:
        raise NotFound(institution_texts.NO_SUCH_ACCOUNT)
    if account_ids is None and not codes:
        access.authorize(actor, "account.verify")
    for plantel_id in {row.plantel_id for row in rows}:
        access.authorize(actor, "account.verify", plantel_id=plantel_id)
    return [row.id for row in rows]


def _look_at_all(app: App, found: Sequence[Subject], at_once: int) -> Iterator[list[Looked]]:
    """Yield what the looks showed, as many at a time as have ended meanwhile."""
    pool = ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="cuentas")
    try:
        open_ = {pool.submit(look_after, app, subject) for subject in found}
        while open_:
            ended, open_ = wait(open_, return_when=FIRST_COMPLETED)
            yield [future.result() for future in ended]
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _note(app: App, actor: Actor, told: Sequence[Verified]) -> None:
    if not told:
        return
    counts = Counter(one.outcome for one in told)
    one = told[0].account if len(told) == 1 else None
    with app.write() as session:
        entry = app.entry(
            actor,
            "account.verify",
            "account" if one else "accounts",
            one or len(told),
            result="ok" if set(counts) == {"ok"} else "failed",
            detail=json.dumps(dict(sorted(counts.items()))),
        )
        app.note(session, entry)
