"""The demo's assisted account: one whose permission to publish is still under review.

On a database marked ``sandbox`` and nothing else. Its first post is due within two minutes, so that
«Por publicar a mano» shows what it is for.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Final

from sqlalchemy import select, update
from sqlmodel import col

from connectors.registry import ASSISTED
from publisher import localtime
from publisher.app import SYSTEM, App
from publisher.demo import cast as acting
from publisher.demo import samples
from publisher.demo.cast import Cast
from publisher.demo.persons import SHOWN_PLANTELES
from publisher.demo.samples import Sample
from publisher.editorial import approve, review
from publisher.errors import Unready
from publisher.models import Account, Plantel, Post
from publisher.texts import demo as texts

KEY: Final = "instagram_assisted"
NETWORK: Final = ASSISTED[KEY]
PLANTEL: Final = SHOWN_PLANTELES[-1]
SOON: Final = timedelta(minutes=2)
SEED: Final = 11


def set_by_hand(app: App, cast: Cast) -> int:
    """Make one account assisted and approve a post for it; returns how many were made.

    A demo in which that plantel was closed, paused or left without operador goes without.
    """
    if not app.sandboxed:
        raise Unready(texts.NOT_SANDBOX)
    with app.read() as session:
        plantel_id = session.execute(
            select(col(Plantel.id)).where(col(Plantel.code) == PLANTEL)
        ).scalar_one_or_none()
    index = next((n for n, place in enumerate(cast.planteles) if place[0] == plantel_id), None)
    if index is None:
        return 0
    place = cast.planteles[index]
    account_id = cast.accounts[place[0], NETWORK]
    with app.write() as session:
        session.execute(update(Account).where(col(Account.id) == account_id).values(connector=KEY))
        app.note(
            session,
            app.entry(
                SYSTEM,
                "account.assisted",
                "account",
                account_id,
                plantel_id=place[0],
                reason=texts.BY_HAND_REASON,
                detail=json.dumps({"connector": KEY}),
            ),
        )
    (sample,) = samples.approved(1, seed=SEED, planteles=[place[1]])
    _approved(app, cast, replace(sample, plantel=index), account_id)
    return 1


def _approved(app: App, cast: Cast, sample: Sample, account_id: int) -> None:
    """Take a post for that one account from draft to authorised, due in a moment."""
    _, _, zone = cast.planteles[sample.plantel]
    ((sample, media),) = acting.with_pictures(app, cast, [sample])
    post_id = acting.write(app, cast, sample, media)
    acting.send(app, cast, sample, post_id)
    review.give(
        app,
        cast.coordinador,
        post_id,
        decision="reviewed",
        account_ids=(account_id,),
        local_at=localtime.wall_of((app.clock() + SOON).replace(second=0), zone),
    )
    with app.read() as session:
        digest = session.execute(select(col(Post.digest)).where(col(Post.id) == post_id)).scalar()
    approve.approve(app, cast.directora, post_id, digest=digest or "")
