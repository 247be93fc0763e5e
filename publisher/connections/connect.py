"""Installing or renewing an account's credential: proven first, sealed then, never shown.

The network is asked before anything is written, and outside every transaction. What is left empty
keeps the value in force, so that no secret is ever overwritten with an empty one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlmodel import Session

from connectors.contract import Credential, Identity
from connectors.registry import NETWORKS
from publisher import access, notices
from publisher.app import Actor, App
from publisher.connections.looks import Looked, Subject, look, subjects
from publisher.connections.settling import settle
from publisher.custody import tokens
from publisher.delivery.aftermath import ACCOUNT_LINK
from publisher.errors import Conflict, Invalid, NotFound
from publisher.institution.holding import live_account
from publisher.models import Account
from publisher.texts import connections as texts
from publisher.texts import institution as institution_texts
from vault import store
from vault.audit import Trail
from vault.secret import Secret

RISKY = "instagram_private"


def connect_account(
    app: App,
    actor: Actor,
    account_id: int,
    fields: Mapping[str, Secret],
    *,
    reason: str,
    connector: str | None = None,
) -> Identity:
    """Seal ``fields`` once the network has said that they act as this very account.

    ``connector`` changes the way that leads to the account's network. Fields not given, or empty,
    keep their value in force. The account publishes again, and what it held for its credential is
    scheduled. Raises ``Forbidden``, ``NotFound``, ``Conflict``, and ``Invalid`` where a field is
    missing, the network refuses, or it could not be asked; nothing is written then.
    """
    _reason(reason)
    proven = prove(app, actor, account_id, fields, connector=connector)
    return install(app, actor, proven, reason=reason)


@dataclass(frozen=True, kw_only=True)
class Proven:
    """Fields of which the network has said that they act as an account; not sealed yet."""

    subject: Subject
    connector: str
    fields: Mapping[str, Secret]
    looked: Looked


def prove(
    app: App,
    actor: Actor,
    account_id: int,
    fields: Mapping[str, Secret],
    *,
    connector: str | None = None,
) -> Proven:
    """Ask the network as whom ``fields`` act; the first half of ``connect_account``, unwritten."""
    given = _given(fields)
    subject = subject_of(app, actor, account_id)
    key = connector or subject.connector
    credential = _complete(app, subject, key, given)
    looked = _prove(app, subject, key, credential)
    return Proven(subject=subject, connector=key, fields=given, looked=looked)


def install(app: App, actor: Actor, proven: Proven, *, reason: str) -> Identity:
    """Seal what was proven; the second half of ``connect_account``."""
    reason = _reason(reason)
    subject, key, looked = proven.subject, proven.connector, proven.looked
    account_id = subject.account_id
    with app.write() as session:
        account = live_account(session, account_id)
        access.authorize(actor, "credential.install", plantel_id=account.plantel_id)
        require_risk(account, key)
        if store.use(session, app.keyring, account_id).versions != subject.versions:
            raise Conflict(texts.CHANGED)
        versions = seal_fields(session, app, actor, subject, proven.fields, reason=reason)
        account.connector = key
        session.flush()
        tokens.installed(
            session, app, actor, {account_id: versions}, reason=reason, verified=True, tell=False
        )
        detail = {"versions": versions, "connector": key}
        app.note(
            session,
            app.entry(
                actor,
                "credential.connect",
                "account",
                account_id,
                plantel_id=account.plantel_id,
                reason=reason,
                detail=json.dumps(detail),
            ),
        )
        # what was just sealed is what was looked at
        seen = Looked(
            subject=replace(subject, versions={**subject.versions, **versions}),
            outcome="ok",
            identity=looked.identity,
            renewal_at=looked.renewal_at,
            picture=looked.picture,
        )
        settle(app, session, [seen], now=app.clock())
        _tell(app, session, actor, subject, reason)
    assert looked.identity is not None  # noqa: S101 - prove returns no other
    return looked.identity


def accept_risk(app: App, actor: Actor, account_id: int, *, accepted: bool) -> None:
    """Record that the plantel's director knows what the unofficial way may do to the account.

    Raises ``Invalid`` where the box was not ticked or the account's network knows no such way.
    """
    if not accepted:
        raise Invalid(texts.RISK_UNTICKED, field="accepted")
    with app.write() as session:
        account = live_account(session, account_id)
        access.authorize(actor, "account.risk", plantel_id=account.plantel_id)
        if account.network != NETWORKS[RISKY]:
            raise Invalid(texts.RISK_NONE, field="connector")
        account.risk_accepted_by, account.risk_accepted_at = actor.person_id, app.clock()
        app.note(
            session,
            app.entry(
                actor,
                "account.risk",
                "account",
                account_id,
                plantel_id=account.plantel_id,
                reason=texts.RISK_REASON,
            ),
        )


def seal_fields(
    session: Session,
    app: App,
    actor: Actor,
    subject: Subject,
    fields: Mapping[str, Secret],
    *,
    reason: str,
) -> dict[str, int]:
    """Seal what differs from the values in force; return the versions of those fields."""
    by = app.by(actor)
    trail = Trail(key=app.audit_key, new_id=app.new_id)
    versions = {}
    for name, value in fields.items():
        if value == Secret(subject.credential.get(name, "")):
            continue
        seal = store.rotate if name in subject.versions else store.put
        versions[name] = seal(
            session,
            app.keyring,
            account_id=subject.account_id,
            field=name,
            value=value,
            by=by,
            now=app.clock(),
            reason=reason,
            trail=trail,
            plantel_id=subject.plantel_id,
        )
    return versions


def _reason(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid(institution_texts.CHANGE_REASON, field="reason")
    return reason


def _given(fields: Mapping[str, Secret]) -> dict[str, Secret]:
    """Return the fields that hold something, without the blanks that pasting leaves around it."""
    return {
        name: Secret(value.reveal().strip())
        for name, value in fields.items()
        if value.reveal().strip()
    }


def subject_of(app: App, actor: Actor, account_id: int) -> Subject:
    """Return an account with its credential, for whoever may install one."""
    with app.read() as session:
        account = live_account(session, account_id)
        access.authorize(actor, "credential.install", plantel_id=account.plantel_id)
        found = subjects(session, app, [account_id])
    if not found:
        raise NotFound(institution_texts.NO_SUCH_ACCOUNT)
    return found[0]


def _complete(app: App, subject: Subject, key: str, given: Mapping[str, Secret]) -> Credential:
    """Return what is to be proven: the fields given, over those in force."""
    if NETWORKS.get(key) != subject.network:
        raise Invalid(texts.CONNECTOR_OF_OTHER.format(network=subject.network), field="connector")
    expected = app.connector(key).credential_fields
    if set(given) - set(expected):
        names = ", ".join(texts.FIELDS.get(name, name) for name in expected)
        raise Invalid(texts.UNKNOWN_FIELDS.format(expected=names), field="fields")
    if not given:
        raise Invalid(institution_texts.CREDENTIAL_NONE, field="fields")
    whole = {name: subject.credential.get(name, "") for name in expected}
    whole |= {name: value.reveal() for name, value in given.items()}
    for name, value in whole.items():
        if not value:
            raise Invalid(texts.NEEDED.format(field=texts.FIELDS.get(name, name)), field=name)
    return Credential(subject.credential.external_id, whole)


def _prove(app: App, subject: Subject, key: str, credential: Credential) -> Looked:
    """Return the network's word that the credential acts as the account, else raise."""
    with app.read() as session:
        require_risk(live_account(session, subject.account_id), key)
    looked = look(app, replace(subject, connector=key, credential=credential, pictured=False))
    if looked.outcome == "ok":
        return looked
    sentence = texts.NOT_REACHED if looked.outcome == "unreachable" else texts.NOT_PROVEN
    raise Invalid(sentence.format(sentence=looked.sentence), field="fields")


def require_risk(account: Account, key: str) -> None:
    """Raise ``Invalid`` where the unofficial way is chosen and nobody accepted what it may do."""
    if key == RISKY and account.risk_accepted_at is None:
        raise Invalid(texts.RISK_NEEDED, field="connector")


def _tell(app: App, session: Session, actor: Actor, subject: Subject, reason: str) -> None:
    people = notices.custodians(session, subject.plantel_id, now=app.clock())
    notices.notify(
        session,
        app,
        person_ids=people - {actor.person_id},
        kind="credential.changed",
        subject=texts.NOTICE_CHANGED.format(account=subject.name),
        body=texts.NOTICE_CHANGED_BODY.format(
            person=actor.name,
            account=subject.name,
            when=notices.when(session, app.clock()),
            reason=reason,
        ),
        link=ACCOUNT_LINK.format(account=subject.account_id),
    )
