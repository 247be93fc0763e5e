"""Installing the secrets of an account: each field is sealed in the vault, none is ever shown."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlmodel import Session

from publisher import access
from publisher.app import Actor, App
from publisher.custody import tokens
from publisher.errors import Invalid
from publisher.institution.holding import live_account, release
from publisher.texts import institution as texts
from vault import store
from vault.audit import Trail
from vault.secret import Secret


def install_credential(
    app: App,
    actor: Actor,
    account_id: int,
    fields: Mapping[str, Secret],
    *,
    reason: str,
) -> dict[str, int]:
    """Seal the fields that the account's connector asks for; return each one's new version.

    An account that waited for a new authorisation becomes active. Raises ``Invalid`` when a field
    is missing, empty or not of this connector, ``Forbidden``, ``NotFound``, ``Conflict``.
    """
    return install_credentials(app, actor, {account_id: fields}, reason=reason)[account_id]


def install_credentials(
    app: App,
    actor: Actor,
    accounts: Mapping[int, Mapping[str, Secret]],
    *,
    reason: str,
) -> dict[int, dict[str, int]]:
    """Do as ``install_credential`` for several accounts, all or none, in one transaction."""
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid(texts.CHANGE_REASON, field="reason")
    if not all(accounts.values()):
        raise Invalid(texts.CREDENTIAL_NONE, field="fields")
    with app.write() as session:
        versions = {
            account_id: _install(session, app, actor, account_id, fields, reason)
            for account_id, fields in accounts.items()
        }
        tokens.installed(session, app, actor, versions, reason=reason)
        return versions


def _install(
    session: Session,
    app: App,
    actor: Actor,
    account_id: int,
    fields: Mapping[str, Secret],
    reason: str,
) -> dict[str, int]:
    account = live_account(session, account_id)
    access.authorize(actor, "credential.install", plantel_id=account.plantel_id)
    expected = app.connector(account.connector).credential_fields
    if set(fields) != set(expected):
        sentence = texts.CREDENTIAL_FIELDS.format(expected=", ".join(expected))
        raise Invalid(sentence, field="fields")
    for name, value in fields.items():
        if not value:
            raise Invalid(texts.CREDENTIAL_EMPTY.format(field=name), field=name)
    by = app.by(actor)
    trail = Trail(key=app.audit_key, new_id=app.new_id)
    versions = {
        name: store.put(
            session,
            app.keyring,
            account_id=account_id,
            field=name,
            value=value,
            by=by,
            now=app.clock(),
            reason=reason,
            trail=trail,
            plantel_id=account.plantel_id,
        )
        for name, value in fields.items()
    }
    if account.state == "reauth":
        account.state, account.state_reason = "active", ""
    if account.state == "active":
        release(session, [account_id], app.clock(), reason="credential")
    entry = app.entry(
        actor,
        "credential.install",
        "account",
        account_id,
        plantel_id=account.plantel_id,
        reason=reason,
        detail=json.dumps({"versions": versions}),
    )
    app.note(session, entry)
    return versions
