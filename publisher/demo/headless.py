"""The main job without a browser: from draft to the sandbox's timelines, and the comparison.

The comparison is exact: the multiset of what the networks show (network, account, text, bytes of
every image, alt texts) must equal the multiset of what was approved in this database.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from connectors.sandbox import client
from publisher import localtime, people
from publisher.app import Actor, App
from publisher.delivery.states import DECIDABLE, TERMINAL
from publisher.demo import pictures, samples
from publisher.demo.samples import Sample
from publisher.editorial import approve, draft, review, submit
from publisher.editorial.content import DraftContent, MediaUse
from publisher.editorial.snapshot import load_snapshots
from publisher.errors import Invalid, Unready
from publisher.media import accept
from publisher.models import Account, Approval, Delivery, Designation, Plantel, Post
from publisher.texts import demo as texts
from publisher.texts import samples as words

MARGIN_BASE = 3.0
MARGIN_EACH = 0.12


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Who acts in the demo, and where."""

    directora: Actor
    coordinador: Actor
    operadores: dict[int, Actor]
    planteles: tuple[tuple[int, str, str], ...]
    accounts: dict[tuple[int, str], int]


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What was made: ids of approved posts, and how many were refused and returned."""

    approved: tuple[int, ...]
    refused: int
    returned: int
    due_at: datetime


def gather_cast(app: App) -> Cast:
    """Return the people and accounts of the demo database."""
    with app.read() as session:
        planteles = tuple(
            (row.id, row.name, row.timezone)
            for row in session.execute(
                select(col(Plantel.id), col(Plantel.name), col(Plantel.timezone))
                .where(col(Plantel.state) == "active")
                .order_by(col(Plantel.code))
            )
        )
        accounts = {
            (row.plantel_id, row.network): row.id
            for row in session.execute(
                select(col(Account.id), col(Account.plantel_id), col(Account.network)).where(
                    col(Account.state) == "active"
                )
            )
        }
        holders = session.execute(
            select(
                col(Designation.person_id), col(Designation.role), col(Designation.plantel_id)
            ).where(col(Designation.ends_at).is_(None))
        ).all()
    by_role = {row.role: row.person_id for row in holders}
    return Cast(
        directora=people.actor_for(app, by_role["DIRV"]),
        coordinador=people.actor_for(app, by_role["COOR"]),
        operadores={
            row.plantel_id: people.actor_for(app, row.person_id)
            for row in holders
            if row.role == "OPER"
        },
        planteles=planteles,
        accounts=accounts,
    )


def prepare(
    app: App,
    cast: Cast,
    *,
    posts: int,
    seed: int,
    due_in: float | None = None,
    say: Callable[[str, int, int], None],
) -> Prepared:
    """Make ``posts`` approved posts, and some that the manual refuses and people return.

    ``due_in`` is seconds from the start of approval; without it, as soon as they are all approved.
    """
    names = [name for _, name, _ in cast.planteles]
    good = samples.approved(posts, seed=seed, planteles=names)
    bad = samples.blocked(max(1, posts // 10), seed=seed, planteles=names)
    vague = samples.returned(max(1, posts // 20), seed=seed, planteles=names)
    refused = sum(not _submits(app, cast, sample) for sample in bad)
    submitted = []
    for number, sample in enumerate(good):
        say(texts.PROGRESS_DRAFT, number, posts)
        submitted.append(draft_sample(app, cast, sample, send=True))
    say(texts.PROGRESS_DRAFT, posts, posts)
    back = [draft_sample(app, cast, sample, send=True) for sample in vague]
    for post_id in back:
        review.give(app, cast.coordinador, post_id, decision="returned", reason=words.RETURN_REASON)
    wait = MARGIN_BASE + MARGIN_EACH * posts
    due = app.clock() + timedelta(seconds=max(wait, due_in or 0.0))
    _approve_all(app, cast, good, submitted, due, say)
    return Prepared(approved=tuple(submitted), refused=refused, returned=len(back), due_at=due)


def wait_until_done(
    app: App,
    *,
    timeout: float,
    say: Callable[[str, int, int], None],
    check_alive: Callable[[], None],
) -> dict[str, int]:
    """Wait until no delivery of the database is on its way; returns counts by state.

    Raises ``Unready`` after ``timeout`` seconds without an end, and what ``check_alive`` raises.
    """
    end = time.monotonic() + timeout
    while True:
        states = count_states(app)
        ended = sum(n for state, n in states.items() if state in TERMINAL | DECIDABLE)
        total = sum(states.values())
        say(texts.PROGRESS_PUBLISH, ended, total)
        if ended == total:
            return states
        if time.monotonic() > end:
            raise Unready(texts.UNFINISHED.format(n=total - ended, seconds=timeout))
        check_alive()
        time.sleep(0.2)


def count_states(app: App) -> dict[str, int]:
    """Return how many deliveries are in each state."""
    with app.read() as session:
        rows = session.execute(
            select(col(Delivery.state), func.count()).group_by(col(Delivery.state))
        ).all()
    return dict(rows)


def compare(app: App, base_url: str) -> tuple[Counter[Any], Counter[Any], dict[str, int]]:
    """Return (approved but not shown, shown but not approved, shown per network)."""
    wanted = _approved_content(app)
    shown = client.posts(base_url)
    found: Counter[Any] = Counter(
        (
            post["network"],
            post["account"],
            post["text"],
            tuple(post["media_digests"]),
            tuple(post["alt_texts"]),
        )
        for post in shown
    )
    per_network = Counter(post["network"] for post in shown)
    return wanted - found, found - wanted, dict(per_network)


def _approved_content(app: App) -> Counter[Any]:
    with app.read() as session:
        rows = session.execute(
            select(
                col(Delivery.post_id),
                col(Delivery.revision),
                col(Delivery.network),
                col(Account.external_id),
                col(Approval.digest),
            )
            .join(Account, col(Account.id) == col(Delivery.account_id))
            .join(
                Approval,
                (col(Approval.post_id) == col(Delivery.post_id))
                & (col(Approval.revision) == col(Delivery.revision))
                & col(Approval.voided_at).is_(None),
            )
            .where(col(Delivery.state) != "cancelled")
        ).all()
        snapshots = load_snapshots(session, [(row.post_id, row.revision) for row in rows])
    wanted: Counter[Any] = Counter()
    for row in rows:
        snapshot = snapshots[row.post_id, row.revision]
        if snapshot.digest != row.digest:
            continue  # what is not the approved content is not wanted, and shows as extra
        media = snapshot.media.get(row.network, ())
        wanted[
            row.network,
            row.external_id,
            snapshot.text(row.network),
            tuple(item.sha256 for item in media),
            tuple(item.alt_text for item in media),
        ] += 1
    return wanted


def _approve_all(
    app: App,
    cast: Cast,
    good: Sequence[Sample],
    submitted: Sequence[int],
    due: datetime,
    say: Callable[[str, int, int], None],
) -> None:
    for number, (sample, post_id) in enumerate(zip(good, submitted, strict=True)):
        say(texts.PROGRESS_REVIEW, number, len(good))
        plantel_id, _, zone = cast.planteles[sample.plantel]
        review.give(
            app,
            cast.coordinador,
            post_id,
            decision="reviewed",
            account_ids=tuple(cast.accounts[plantel_id, network] for network in sample.networks),
            local_at=localtime.wall_of(due, zone),
        )
    with app.read() as session:
        digests = session.execute(
            select(col(Post.id), col(Post.digest)).where(col(Post.id).in_(submitted))
        ).all()
    answers = approve.approve_many(
        app, cast.directora, [(post_id, digest or "") for post_id, digest in digests]
    )
    say(texts.PROGRESS_REVIEW, len(good), len(good))
    failed = [answer.sentence for answer in answers if not answer.ok]
    if failed:
        raise Unready(failed[0])


def draft_sample(app: App, cast: Cast, sample: Sample, *, send: bool) -> int:
    """Write a sample as its plantel's operador, and send it to consulta; returns the post's id."""
    plantel_id, name, _ = cast.planteles[sample.plantel]
    actor = cast.operadores[plantel_id]
    media = tuple(
        MediaUse(
            media_id=accept(
                app,
                actor,
                plantel_id=plantel_id,
                file_name=f"foto-{n + 1}.jpg",
                data=pictures.draw(sample.picture_seed + n, label=name),
            ).id,
            alt_text=alt,
            credit=words.CREDIT,
        )
        for n, alt in enumerate(sample.alt_texts)
    )
    content = DraftContent(
        texts={"base": sample.text},
        topic=sample.topic,
        media=media,
        account_ids=tuple(cast.accounts[plantel_id, network] for network in sample.networks),
    )
    post_id = draft.create(app, actor, plantel_id=plantel_id, content=content)
    if send:
        submit.submit(app, actor, post_id, version=1)
    return post_id


def _submits(app: App, cast: Cast, sample: Sample) -> bool:
    """Tell whether a post passes the manual's check."""
    try:
        draft_sample(app, cast, sample, send=True)
    except Invalid:
        return False
    return True
