"""What follows a change of state: its audit entry, and the notice of whoever must act.

Everything is written in the transaction of the change, from the rows that it left.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, col

from connectors.contract import Receipt as NetworkReceipt
from publisher import notices
from publisher.access import persons_with
from publisher.app import SYSTEM, App
from publisher.delivery.outbox import Intent, rows
from publisher.delivery.states import DECIDABLE, outcome, sources
from publisher.models import Account, AccountProof, Delivery
from publisher.texts import delivery as texts
from vault.audit import Entry

_NOTICES = {
    "rejected": ("delivery.failed", texts.NOTICE_FAILED),
    "dead": ("delivery.failed", texts.NOTICE_FAILED),
    "held": ("delivery.held", texts.NOTICE_HELD),
    "needs_decision": ("delivery.decide", texts.NOTICE_DECIDE),
}
_CENTRE = ("DIRV", "ADM")
_RESULTS = {"published": "ok", "rejected": "refused"}
LINK = "/publicacion?id={post}"
ACCOUNT_LINK = "/cuentas?cuenta={account}"
DECIDER = "COOR"
DECIDE_LINK = "/decisiones?envio={delivery}"
_COLUMNS = (
    "id",
    "post_id",
    "state",
    "hold_reason",
    "reason",
    "account_id",
    "handle",
    "network",
    "plantel_id",
    "remote_id",
)
_CHANGED = """
    SELECT delivery.id, delivery.post_id, delivery.state, delivery.hold_reason, delivery.reason,
           account.id AS account_id, account.handle, account.network, account.plantel_id,
           receipt.remote_id
    FROM {source} JOIN delivery ON delivery.id = r.id
    JOIN account ON account.id = delivery.account_id
    LEFT JOIN receipt ON receipt.delivery_id = delivery.id AND receipt.part = 0
    ORDER BY delivery.id
"""
_TOLD = frozenset({"published", "unknown", "retrying", *_NOTICES})


def tell(app: App, session: Session, delivery_ids: Sequence[int], *, notify: bool = True) -> None:
    """Write audit entries and notices for deliveries that just changed state.

    Without ``notify`` the caller tells people of all of them at once.
    """
    if not delivery_ids:
        return
    connection = session.connection()
    source = rows.table(connection, "r", id="int")
    changed = rows.fetch(
        connection,
        _CHANGED.format(source=source),
        _COLUMNS,
        rows=rows.dump(connection, ({"id": id_} for id_ in sorted(set(delivery_ids)))),
    )
    told = [row for row in changed if row.state in _TOLD]
    app.note(
        session,
        *(
            app.entry(
                SYSTEM,
                f"delivery.{row.state}",
                "delivery",
                row.id,
                plantel_id=row.plantel_id,
                reason=row.reason,
                result=_RESULTS.get(row.state, "failed"),
                detail=json.dumps({"hold": row.hold_reason}) if row.hold_reason else "",
                after=row.remote_id or "",
            )
            for row in told
        ),
    )
    for row in told:
        if row.hold_reason == "credential":
            # the proof before the account, as whoever settles a look locks them
            _look_soon(app, session, row.account_id)
            bar(app, session, row.account_id, row.plantel_id, f"{row.handle} ({row.network})")
    for row in told:
        if notify and row.state in _NOTICES:
            _hear(app, session, row)


def _hear(app: App, session: Session, row: Any) -> None:
    """Tell the plantel's custodians; whoever may decide is led to where that is done."""
    kind, subject = _NOTICES[row.state]
    now = app.clock()
    custodians = notices.custodians(session, row.plantel_id, now=now)
    deciders = persons_with(session, DECIDER, now=now) & custodians
    to_decide = DECIDE_LINK if row.state in DECIDABLE else LINK
    for people, link in ((deciders, to_decide), (custodians - deciders, LINK)):
        notices.notify(
            session,
            app,
            person_ids=people,
            kind=kind,
            subject=subject.format(account=f"{row.handle} ({row.network})"),
            body=row.reason,
            link=link.format(post=row.post_id, delivery=row.id),
        )


def _look_soon(app: App, session: Session, account_id: int) -> None:
    """Have the account looked at next: that look tells whether somebody changed it elsewhere."""
    session.execute(
        update(AccountProof)
        .where(col(AccountProof.account_id) == account_id)
        .values(next_at=app.clock())
    )


def bar(
    app: App,
    session: Session,
    account_id: int,
    plantel_id: int,
    name: str,
    *,
    why: str = texts.HELD_CREDENTIAL,
) -> bool:
    """Spare an account whose credential was rejected: the first refusal is the last request.

    Its other deliveries wait as ``held`` until the account is active again (``holding.release``);
    whoever can renew it hears of it once, at the plantel and at the centre. Tells whether the
    account was active until now.
    """
    barred = session.execute(
        update(Account)
        .where(col(Account.id) == account_id, col(Account.state) == "active")
        .values(state="reauth", state_reason=why)
        .returning(col(Account.id))
    ).all()
    if not barred:
        return False
    now = app.clock()
    waiting = len(
        session.execute(
            update(Delivery)
            .where(
                col(Delivery.account_id) == account_id, col(Delivery.state).in_(sources("claim"))
            )
            .values(
                state=outcome("suspend"),
                hold_reason="credential",
                reason=texts.HELD_ACCOUNT_CREDENTIAL,
                updated_at=now,
            )
            .returning(col(Delivery.id))
        ).all()
    )
    app.note(
        session,
        app.entry(
            SYSTEM,
            "account.reauth",
            "account",
            account_id,
            plantel_id=plantel_id,
            reason=why,
            result="failed",
            detail=json.dumps({"held": waiting}),
        ),
    )
    centre = {person for role in _CENTRE for person in persons_with(session, role, now=now)}
    notices.notify(
        session,
        app,
        person_ids=notices.custodians(session, plantel_id, now=now) | centre,
        kind="account.reauth",
        subject=texts.NOTICE_REAUTH.format(account=name),
        body=texts.NOTICE_REAUTH_BODY.format(why=why, n=waiting),
        link=ACCOUNT_LINK.format(account=account_id),
    )
    return True


def use_entry(app: App, intents: Sequence[Intent]) -> Entry:
    """Return the one entry that tells which attempts are about to use their credentials.

    It holds a digest of the batch; the versions and keys themselves are on the attempts.
    """
    lines = "\n".join(
        f"{intent.lease.id}:{intent.lease.part}:{intent.lease.fence}:"
        f"{intent.secret_version}:{intent.key_id}"
        for intent in intents
    )
    return app.entry(
        SYSTEM,
        "credential.used",
        "attempts",
        len(intents),
        after=hashlib.sha256(lines.encode()).hexdigest(),
    )


def tell_duplicates(app: App, session: Session, delivery_id: int, n: int) -> None:
    """Raise the alarm that the network shows one delivery ``n`` times."""
    body = texts.NOTICE_DUPLICATE_BODY.format(n=n)
    _alarm(app, session, delivery_id, body, shown=n)


def tell_unclaimed(app: App, session: Session, delivery_id: int, receipt: NetworkReceipt) -> None:
    """Raise the alarm that a delivery became public when nobody expected it any more."""
    body = texts.NOTICE_UNCLAIMED_BODY.format(link=receipt.permalink or receipt.remote_id)
    _alarm(app, session, delivery_id, body, after=receipt.remote_id)


def _alarm(
    app: App, session: Session, delivery_id: int, body: str, *, shown: int = 1, after: str = ""
) -> None:
    row = session.execute(
        select(
            col(Account.handle),
            col(Account.network),
            col(Account.plantel_id),
            col(Delivery.post_id),
        )
        .join(Delivery, col(Delivery.account_id) == col(Account.id))
        .where(col(Delivery.id) == delivery_id)
    ).one()
    app.note(
        session,
        app.entry(
            SYSTEM,
            "delivery.duplicate",
            "delivery",
            delivery_id,
            plantel_id=row.plantel_id,
            result="failed",
            detail=json.dumps({"shown": shown}),
            after=after,
        ),
    )
    notices.notify(
        session,
        app,
        person_ids=notices.custodians(session, row.plantel_id, now=app.clock()),
        kind="delivery.duplicate",
        subject=texts.NOTICE_DUPLICATE.format(account=f"{row.handle} ({row.network})"),
        body=body,
        link=LINK.format(post=row.post_id),
    )
