"""The chooser: pages and Instagram accounts that somebody let us act as, of which some are chosen.

Their tokens wait sealed until the person has chosen, ten minutes at most. Each that is chosen is
connected as if its token had been pasted, proven first and sealed then; of the others nothing is
kept, and nothing is connected that was not chosen.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

import structlog
from sqlalchemy import select
from sqlmodel import col

from connectors.errors import ConnectorError, CredentialRejected
from connectors.registry import ASSISTED
from publisher import access
from publisher.app import Actor, App
from publisher.connections import connect, held
from publisher.connections.connect import Proven
from publisher.errors import Forbidden, Invalid, PublisherError
from publisher.institution.holding import ENDED
from publisher.institution.registering import register_account, without_account
from publisher.models import Account, AccountProof, Plantel
from publisher.texts import access as access_texts
from publisher.texts import connections as texts
from vault.secret import Secret

if TYPE_CHECKING:
    from connectors.meta_login import Granted

log = structlog.get_logger(__name__)

T = TypeVar("T")

KIND: Final = "chooser"
AT_ONCE: Final = 8


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One account that was granted. ``account_id`` is ours of it where it can be connected.

    ``target`` says what it would be connected to, ``note`` what is worth knowing, or why it cannot
    be; ``key`` is what the form sends back, ``connector`` the way that it would be connected.
    ``planteles`` (id, name) are those that the actor may register one as that is not known.
    """

    key: str
    network: str
    name: str
    target: str = ""
    note: str = ""
    account_id: int | None = None
    connector: str = ""
    planteles: tuple[tuple[int, str], ...] = ()

    @property
    def may(self) -> bool:
        """Tell whether it may be chosen; then it is ticked to begin with."""
        return self.account_id is not None


@dataclass(frozen=True, kw_only=True)
class Chooser:
    """What there is to choose from; ``ticket`` is what only this person's browser knows."""

    ticket: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, kw_only=True)
class Connected:
    """What became of one account; ``sentence`` says why it was not connected, where it was not.

    ``note`` is something to know of one that was.
    """

    network: str
    name: str
    sentence: str = ""
    note: str = ""

    @property
    def well(self) -> bool:
        """Tell whether it was connected."""
        return not self.sentence


def by_token(app: App, actor: Actor, token: Secret) -> Chooser:
    """Return what a system user's token reaches, to choose from.

    Raises ``Forbidden``, and ``Invalid`` where the network refuses the token or it reaches nothing.
    """
    return offer(app, actor, reached(app, actor, token), reason=texts.SYSTEM_REASON)


def reached(app: App, actor: Actor, token: Secret) -> tuple[Granted, ...]:
    """Ask Meta which pages, and Instagram accounts linked to them, a token reaches."""
    from connectors import meta_login

    require(actor)
    value = token.reveal().strip()
    if not value:
        raise Invalid(texts.SYSTEM_EMPTY, field="token")
    try:
        granted = meta_login.reached(app.endpoints, value)
    except CredentialRejected:
        raise Invalid(texts.SYSTEM_REFUSED, field="token") from None
    except ConnectorError as error:
        raise Invalid(texts.SYSTEM_FAILED.format(sentence=error.sentence), field="token") from None
    if not granted:
        raise Invalid(texts.SYSTEM_NOTHING, field="token")
    return granted


def offer(app: App, actor: Actor, granted: Sequence[Granted], *, reason: str) -> Chooser:
    """Keep what was granted until the person has chosen, and return what there is."""
    ticket = secrets.token_urlsafe(32)
    kept = [[one.network, one.external_id, one.name, one.token] for one in granted]
    held.hold(app, actor, KIND, ticket, {"reason": reason, "granted": kept})
    return Chooser(ticket=ticket, choices=choices_of(app, actor, granted))


def chooser(app: App, actor: Actor, ticket: str) -> Chooser:
    """Return the same once more. Raises ``Conflict``."""
    granted = _granted(held.look(app, actor, KIND, ticket))
    return Chooser(ticket=ticket, choices=choices_of(app, actor, granted))


def connect_chosen(
    app: App,
    actor: Actor,
    ticket: str,
    chosen: Collection[str],
    register: Mapping[str, int] = MappingProxyType({}),
) -> tuple[Connected, ...]:
    """Connect the chosen, at once; what became of each.

    ``register`` maps keys of accounts that nobody registered to the plantel that each is now
    registered to, by whoever may; then they are connected too.

    Raises ``Invalid`` where nothing was chosen, which leaves the choice open, and ``Conflict``.
    """
    require(actor)
    if not chosen and not register:
        raise Invalid(texts.CHOOSE_NONE, field="chosen")
    values = held.take(app, actor, KIND, ticket)
    granted = _granted(values)
    added, refused = _register(app, actor, granted, register)
    done = connect_granted(app, actor, granted, added | set(chosen), reason=str(values["reason"]))
    return (*done, *refused)


def _register(
    app: App, actor: Actor, granted: Sequence[Granted], register: Mapping[str, int]
) -> tuple[set[str], list[Connected]]:
    """Register what was asked; returns the keys of those that are, and why the others are not."""
    added: set[str] = set()
    refused = []
    for one in granted:
        key = key_of(one)
        if key not in register:
            continue
        answer = _attempt(
            partial(
                register_account,
                app,
                actor,
                plantel_id=register[key],
                network=one.network,
                external_id=one.external_id,
                name=one.name,
            )
        )
        if isinstance(answer, str):
            refused.append(Connected(network=one.network, name=one.name, sentence=answer))
        else:
            added.add(key)
    return added, refused


def connect_granted(
    app: App, actor: Actor, granted: Sequence[Granted], chosen: Collection[str], *, reason: str
) -> tuple[Connected, ...]:
    """Connect those of ``granted`` whose keys were chosen; those that went well come first."""
    tokens = {key_of(one): one.token for one in granted}
    wanted = [one for one in choices_of(app, actor, granted) if one.key in chosen]
    # a network is asked of many at once; the database is written one after another
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="cuentas") as pool:
        proven = list(
            pool.map(lambda one: _attempt(lambda: _prove(app, actor, one, tokens[one.key])), wanted)
        )
    done = [
        _told(one, _installed(app, actor, answer, reason))
        for one, answer in zip(wanted, proven, strict=True)
    ]
    return tuple(sorted(done, key=lambda one: (not one.well, one.network, one.name)))


def choices_of(app: App, actor: Actor, granted: Sequence[Granted]) -> tuple[Choice, ...]:
    """Return what each would be connected to; those that can be come first."""
    known = _registered(app, granted)
    free = _free(
        app, actor, [one for one in granted if (one.network, one.external_id) not in known]
    )
    found = []
    for one in granted:
        row = known.get((one.network, one.external_id))
        choice = Choice(key=key_of(one), network=one.network, name=one.name)
        open_to = free.get(one.network, ())
        note = texts.CHOOSE_REGISTER if open_to else texts.LOGIN_UNKNOWN
        new = replace(choice, note=note, planteles=open_to)
        found.append(_filled(actor, choice, row) if row else new)
    return tuple(sorted(found, key=lambda one: (not one.may, one.target, one.network, one.name)))


def key_of(granted: Granted) -> str:
    """Return how a form names what was granted."""
    return f"{granted.network}:{granted.external_id}"


def require(actor: Actor) -> None:
    """Raise ``Forbidden`` for who may install no credential anywhere."""
    if not access.anywhere(actor, "credential.install"):
        words = access_texts.ACTIONS["credential.install"]
        raise Forbidden(access_texts.NOT_ALLOWED.format(action=words))


def _free(
    app: App, actor: Actor, unknown: Sequence[Granted]
) -> dict[str, tuple[tuple[int, str], ...]]:
    """Return the planteles without an account, by network, for whoever may register one."""
    if not unknown or not access.allows(actor, "institution.manage"):
        return {}
    with app.read() as session:
        return {
            network: without_account(session, network)
            for network in sorted({one.network for one in unknown})
        }


def _filled(actor: Actor, choice: Choice, row: Any) -> Choice:
    if not access.allows(actor, "credential.install", plantel_id=row.plantel_id):
        return replace(choice, note=texts.CHOOSE_ELSEWHERE)
    # one that is published on by hand stays so until somebody decides otherwise
    by_hand = row.connector in ASSISTED
    if by_hand:
        note = texts.CHOOSE_BY_HAND
    elif row.connector != choice.network:
        note = texts.CHOOSE_OFFICIAL
    else:
        note = texts.CHOOSE_RENEWS if row.outcome == "ok" else ""
    return replace(
        choice,
        target=texts.CHOOSE_TARGET.format(plantel=row.plantel, handle=row.handle),
        note=note,
        account_id=row.id,
        connector=row.connector if by_hand else choice.network,
    )


def _prove(app: App, actor: Actor, choice: Choice, token: str) -> Proven:
    if choice.account_id is None:
        raise Invalid(choice.note)
    name = app.connector(choice.connector).credential_fields[0]
    fields = {name: Secret(token)}
    return connect.prove(app, actor, choice.account_id, fields, connector=choice.connector)


def _installed(app: App, actor: Actor, proven: Proven | str, reason: str) -> str:
    """Seal what was proven; return the sentence of a refusal, empty where it went well."""
    if isinstance(proven, str):
        return proven
    sentence = _attempt(lambda: connect.install(app, actor, proven, reason=reason))
    return sentence if isinstance(sentence, str) else ""


def _attempt(step: Callable[[], T]) -> T | str:
    """Take a step of one account; whatever happens, the others go on."""
    try:
        return step()
    except PublisherError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - one account's trouble is not the others'
        # without the traceback: its frames hold the token
        log.warning("connection.defect", error=type(error).__name__)
        return texts.CHOOSE_DEFECT


def _told(choice: Choice, sentence: str) -> Connected:
    note = "" if sentence else choice.target
    return Connected(network=choice.network, name=choice.name, sentence=sentence, note=note)


def _registered(app: App, granted: Sequence[Granted]) -> dict[tuple[str, str], Any]:
    ids = sorted({one.external_id for one in granted})
    with app.read() as session:
        rows = session.execute(
            select(
                col(Account.network),
                col(Account.external_id),
                col(Account.id),
                col(Account.connector),
                col(Account.handle),
                col(Account.plantel_id),
                col(Plantel.name).label("plantel"),
                col(AccountProof.outcome),
            )
            .join(Plantel, col(Plantel.id) == col(Account.plantel_id))
            .outerjoin(AccountProof, col(AccountProof.account_id) == col(Account.id))
            .where(col(Account.external_id).in_(ids), col(Account.state).not_in(ENDED))
        ).all()
    return {(row.network, row.external_id): row for row in rows}


def _granted(values: Mapping[str, Any]) -> tuple[Granted, ...]:
    from connectors.meta_login import Granted

    return tuple(
        Granted(network=network, external_id=external_id, name=name, token=token)
        for network, external_id, name, token in values["granted"]
    )
