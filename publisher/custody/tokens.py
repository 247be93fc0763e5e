"""A connector's token that somebody installed: a change of credential like any other.

What the machine renews by itself before it ends is told too, but waits for nobody's word: nobody
decided anything.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlmodel import Session

from publisher import notices
from publisher.access import persons_with
from publisher.app import SYSTEM, Actor, App
from publisher.custody import duties
from publisher.custody.subjects import PAGE, Subject, subjects
from publisher.custody.terms import custodians_of
from publisher.texts import custody as texts
from vault import custody, rotation_duties


def installed(
    session: Session,
    app: App,
    actor: Actor,
    accounts: Mapping[int, Mapping[str, int]],
    *,
    reason: str,
    verified: bool = False,
    tell: bool = True,
) -> dict[int, int]:
    """Open a change for the new versions of each account's fields; return its id by account.

    In the caller's transaction, which writes the entry that tells of the installation. ``verified``
    says that the network has accepted them. People are told in one notice each, except of the very
    first values that the installation's own commands put in, or unless ``tell``.
    """
    now = app.clock()
    found = subjects(session, list(accounts))
    directors = {
        plantel_id: persons_with(session, "DIRP", now=now, plantel_id=plantel_id)
        for plantel_id in _planteles(actor, found.values())
    }
    owing = {duty.account_id for duty in rotation_duties.open_duties(session, list(accounts))}
    made = {}
    for account_id, versions in accounts.items():
        if not versions:
            continue
        directs = actor.person_id in directors.get(found[account_id].plantel_id, ())
        made[account_id] = custody.open_change(
            session,
            account_id=account_id,
            versions=versions,
            cause="token",
            reason=reason,
            changed_by=actor.person_id,
            now=now,
            verified=verified,
            director_id=actor.person_id if directs else None,
        )
        if account_id in owing:
            duties.fulfil(session, app, actor, account_id, made[account_id], now=now)
    changed = [
        found[account_id]
        for account_id in made
        if tell and (actor != SYSTEM or max(accounts[account_id].values()) > 1)
    ]
    _tell(session, app, actor, changed, reason)
    return made


def renewed(session: Session, app: App, account_id: int, *, reason: str) -> None:
    """Tell of a token that the machine renewed; in the caller's transaction."""
    _tell(session, app, SYSTEM, subjects(session, [account_id]).values(), reason)


def _tell(
    session: Session, app: App, actor: Actor, changed: Collection[Subject], reason: str
) -> None:
    if not changed:
        return
    now = app.clock()
    custodians = custodians_of(session, [one.account_id for one in changed], now=now)
    heard: dict[int, list[Subject]] = {}
    for one in changed:
        directors = persons_with(session, "DIRP", now=now, plantel_id=one.plantel_id)
        custodian = custodians.get(one.account_id)
        for person in directors | ({custodian} if custodian is not None else set()):
            heard.setdefault(person, []).append(one)
    for person in persons_with(session, "COOR", now=now):
        heard[person] = list(changed)
    for person, theirs in heard.items():
        if person == actor.person_id:
            continue
        notices.notify(
            session,
            app,
            person_ids=[person],
            kind="custody.token",
            subject=texts.installed([one.name for one in theirs]),
            body=texts.INSTALLED_BODY.format(
                person=actor.name,
                accounts=texts.listed([one.name for one in theirs]),
                when=notices.when(session, now),
                reason=reason,
            ),
            link=theirs[0].link if len(theirs) == 1 else PAGE,
        )


def _planteles(actor: Actor, found: Collection[Subject]) -> set[int]:
    directed = {plantel for role, plantel in actor.grants if role == "DIRP"}
    return {one.plantel_id for one in found} & {one for one in directed if one is not None}
