"""A decision from a link in an e-mail: read without a session, made once, on one content.

Opening the page decides nothing, so that whoever scans mails may open it. What carries a finding
or a video is approved on the screen only. Whoever signs in with a second factor gives its code here
too, and whoever lacks the factor that their role must have decides on the screen.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, Literal

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from publisher import access, notices
from publisher.app import Actor, App
from publisher.editorial import approve
from publisher.editorial.approvers import approvers, makers
from publisher.editorial.content import plain
from publisher.editorial.places import due_at, targets_of
from publisher.editorial.posts import find_post, note, require_state
from publisher.editorial.review import REASON_MIN
from publisher.errors import Conflict, Forbidden, Invalid, NotFound, PublisherError
from publisher.models import (
    CheckRun,
    DecisionLink,
    Media,
    Person,
    Plantel,
    Post,
    PostMedia,
    SignIn,
)
from publisher.notices import deciding
from publisher.people import codes, delegation_in_force, standing, throttle
from publisher.texts import by_mail as texts
from publisher.texts import editorial as editorial_texts

Decision = Literal["approve", "return"]
LIFE: Final = timedelta(days=3)
AGAIN: Final = timedelta(hours=1)
_TOKEN_MAX: Final = 64


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Who is asked about which content.

    ``clean`` says that it may be approved here (no finding, nothing that moves),
    ``needs_code`` that a second factor's code goes with the decision.
    """

    actor: Actor
    post_id: int
    digest: str
    clean: bool
    needs_code: bool


def may_ask(app: App, actor: Actor, *, plantel_id: int, state: str) -> bool:
    """Tell whether the actor may ask for a decision by e-mail, and e-mail leads anywhere here."""
    settings = app.settings
    leads = bool(settings.smtp_url.get_secret_value()) and bool(settings.public_url)
    return (
        leads and state == "reviewed" and access.allows(actor, "post.review", plantel_id=plantel_id)
    )


def ask(app: App, actor: Actor, post_id: int) -> int:
    """Send whoever may approve the post a link to decide by e-mail; returns how many were told.

    Raises ``Conflict`` where it waits for no approval, nobody could give it, or they were asked
    less than an hour ago.
    """
    with app.write() as session:
        post = find_post(session, actor, "post.review", post_id)
        require_state(post, ("reviewed",), texts.ACTION)
        now = app.clock()
        last = session.scalar(
            select(func.max(col(DecisionLink.created_at))).where(
                col(DecisionLink.post_id) == post_id,
                col(DecisionLink.content_digest) == post.digest,
            )
        )
        if last is not None and now - last < AGAIN:
            raise Conflict(texts.ASKED_ALREADY)
        people = approvers(app, session, post)
        if not people:
            raise Conflict(texts.NOBODY)
        plantel = session.get_one(Plantel, post.plantel_id)
        zones = {place.timezone for place in targets_of(session, post)} or {plantel.timezone}
        due = min(due_at(post, zone) for zone in zones)
        if due <= now:
            raise Conflict(texts.OVERDUE)
        links = deciding.offer(app, session, post, people, until=min(due, now + LIFE))
        for person_id, link in links.items():
            notices.notify(
                session,
                app,
                person_ids=[person_id],
                kind="post.decide",
                subject=texts.ASKED_SUBJECT.format(plantel=plantel.name),
                body=texts.ASKED_BODY.format(name=actor.name, when=notices.when(session, due)),
                link=link,
            )
        told = {"persons": sorted(people)}
        note(app, session, actor, post, "post.mail.asked", after=post.digest or "", told=told)
        return len(people)


def look(app: App, token: str, *, address: str = "") -> Asked:
    """Return what the link asks about; nothing is decided or used up.

    Raises ``NotFound`` for a token that is none (counted against the address: ``Throttled``),
    ``Conflict`` where it was used, is old or the content is another, ``Forbidden`` for whoever may
    not decide any more.
    """
    with app.read() as session:
        row = _find(session, token)
        if row is not None:
            return _asked(app, session, row)
    _count(app, address)
    raise NotFound(texts.UNKNOWN)


def decide(
    app: App,
    token: str,
    *,
    decision: Decision,
    reason: str = "",
    code: str = "",
    address: str = "",
) -> str:
    """Decide as the link's person, once; returns the sentence that says what was done.

    Raises what ``look`` raises, ``Invalid`` without a reason to return it or with a wrong code,
    and what ``approve`` raises.
    """
    look(app, token, address=address)
    reason = plain(reason).strip()
    if decision == "return" and len(reason) < REASON_MIN:
        raise Invalid(editorial_texts.RETURN_REASON, field="reason")
    spent = None
    with app.write() as session:
        row = _find(session, token, hold=True)
        if row is None:
            raise NotFound(texts.UNKNOWN)
        asked = _asked(app, session, row)
        if decision == "approve" and not asked.clean:
            raise Conflict(texts.NOT_CLEAN)
        if asked.needs_code:
            factor = standing.confirmed(session, row.person_id)
            if factor is None:
                raise Forbidden(texts.FACTOR)
            spent = codes.spend(session, app, factor, code, address=address[:64])
        if spent is None or spent.kind:
            row.used_at, row.outcome = app.clock(), decision
        accepted = "" if spent is None else spent.kind
        app.note(
            session,
            app.entry(
                asked.actor,
                "post.mail.decided",
                "post",
                row.post_id,
                after=row.content_digest,
                result="ok" if spent is None or spent.kind else "refused",
                detail=json.dumps({"decision": decision, "link": row.id, "code": accepted}),
            ),
        )
        link_id = row.id
    if spent is not None:
        spent.demand()
    verb, said = _verb(app, asked, decision, reason)
    try:
        verb()
    except PublisherError:
        _refuse(app, asked, link_id)
        raise
    return said


def _verb(
    app: App, asked: Asked, decision: Decision, reason: str
) -> tuple[Callable[[], None], str]:
    if decision == "approve":
        return (
            lambda: approve.approve(app, asked.actor, asked.post_id, digest=asked.digest)
        ), editorial_texts.APPROVED_DONE
    return (
        lambda: approve.send_back(app, asked.actor, asked.post_id, reason=reason)
    ), texts.RETURNED


def _find(session: Session, token: str, *, hold: bool = False) -> DecisionLink | None:
    if not token or len(token) > _TOKEN_MAX:
        return None
    statement = select(DecisionLink).where(
        col(DecisionLink.token_digest) == deciding.digest_of(token)
    )
    return session.scalars(statement.with_for_update() if hold else statement).one_or_none()


def _asked(app: App, session: Session, row: DecisionLink) -> Asked:
    """Return who is asked. Raises where the link is good for nothing any more."""
    now = app.clock()
    post = session.get(Post, row.post_id)
    if row.used_at is not None:
        raise Conflict(texts.USED)
    if row.expires_at <= now:
        raise Conflict(texts.EXPIRED)
    standing_still = post is not None and post.state == "reviewed"
    if post is None or not standing_still or post.digest != row.content_digest:
        raise Conflict(texts.STALE)
    actor = _actor(app, session, row)
    delegated = delegation_in_force(session, row.person_id, now) is not None
    may = access.allows(actor, "post.approve", plantel_id=post.plantel_id, delegated=delegated)
    if not may or row.person_id in makers(post):
        raise Forbidden(texts.LOST)
    verdict = session.scalar(
        select(col(CheckRun.verdict)).where(
            col(CheckRun.post_id) == post.id, col(CheckRun.revision) == post.revision
        )
    )
    needs_code = standing.confirmed(session, row.person_id) is not None or standing.compulsory(
        app, actor.grants
    )
    return Asked(
        actor=actor,
        post_id=row.post_id,
        digest=row.content_digest,
        clean=verdict == "ok" and not _moves(session, post),
        needs_code=needs_code,
    )


def _moves(session: Session, post: Post) -> bool:
    """Tell whether the post carries what a page without player cannot show whole."""
    found = session.scalar(
        select(col(Media.id))
        .join(PostMedia, col(PostMedia.media_id) == col(Media.id))
        .where(
            col(PostMedia.post_id) == post.id,
            col(PostMedia.revision) == post.revision,
            col(Media.kind) != "image",
        )
        .limit(1)
    )
    return found is not None


def _actor(app: App, session: Session, row: DecisionLink) -> Actor:
    person = session.get_one(Person, row.person_id)
    if person.state != "active":
        raise Forbidden(texts.LOST)
    plainly = Actor(
        person_id=row.person_id,
        name=person.name,
        email=person.email,
        grants=access.grants_in_force(session, row.person_id, app.clock()),
    )
    return replace(plainly, session_ref=f"correo-{row.id}")


def _count(app: App, address: str) -> None:
    """Count a token that is none against the address that brought it. Raises ``Throttled``."""
    now = app.clock()
    with app.write() as session:
        wait = throttle.wait(session, texts.COUNTED_AS, address[:64], now)
        if wait is not None:
            raise throttle.Throttled(wait)
        session.add(
            SignIn(
                email=f"{texts.COUNTED_AS}:{app.new_id()}",
                address=address[:64],
                succeeded=False,
                at=now,
            )
        )


def _refuse(app: App, asked: Asked, link_id: int | None) -> None:
    """Write down that the decision itself was refused: the link stays used."""
    with app.write() as session:
        session.execute(
            update(DecisionLink).where(col(DecisionLink.id) == link_id).values(outcome="refused")
        )
        app.note(
            session,
            app.entry(asked.actor, "post.mail.decided", "post", asked.post_id, result="refused"),
        )
