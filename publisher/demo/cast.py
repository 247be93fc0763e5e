"""Who acts in the demo and where, and how one of them writes a post."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from sqlalchemy import select, true
from sqlmodel import col

from connectors.registry import ASSISTED
from publisher import people
from publisher.app import Actor, App
from publisher.demo import pictures
from publisher.demo.samples import Sample
from publisher.editorial import draft, submit
from publisher.editorial.content import DraftContent, MediaUse
from publisher.errors import Unready
from publisher.media import accept
from publisher.models import Account, Designation, Plantel
from publisher.texts import demo as texts
from publisher.texts import samples as words

NETWORKS = ("facebook", "instagram", "x")
Place = tuple[int, str, str]


@dataclass(frozen=True, kw_only=True)
class Cast:
    """The people by what they do; ``planteles`` are (id, name, zone) with all that a post needs."""

    directora: Actor
    coordinador: Actor
    operadores: dict[int, Actor]
    planteles: tuple[Place, ...]
    accounts: dict[tuple[int, str], int]

    @property
    def names(self) -> list[str]:
        """The names of the planteles, in the order that samples count them."""
        return [name for _, name, _ in self.planteles]

    def targets(self, sample: Sample) -> tuple[int, ...]:
        """Return the accounts that a sample is meant for."""
        plantel_id, _, _ = self.planteles[sample.plantel]
        return tuple(self.accounts[plantel_id, network] for network in sample.networks)


def gather_cast(app: App, *, by_hand: bool = True) -> Cast:
    """Return the people and accounts of the demo database.

    Planteles that a visitor of the demo closed, paused or left without operador are left out;
    so are those with an account that people publish on by hand, unless ``by_hand``.
    Raises ``Unready`` when nobody is left to act.
    """
    with app.read() as session:
        planteles: list[Place] = [
            (row.id, row.name, row.timezone)
            for row in session.execute(
                select(col(Plantel.id), col(Plantel.name), col(Plantel.timezone))
                .where(col(Plantel.state) == "active")
                .order_by(col(Plantel.code))
            )
        ]
        accounts = {
            (row.plantel_id, row.network): row.id
            for row in session.execute(
                select(col(Account.id), col(Account.plantel_id), col(Account.network)).where(
                    col(Account.state) == "active",
                    true() if by_hand else col(Account.connector).not_in(sorted(ASSISTED)),
                )
            )
        }
        holders = session.execute(
            select(
                col(Designation.person_id), col(Designation.role), col(Designation.plantel_id)
            ).where(col(Designation.ends_at).is_(None))
        ).all()
    central = {row.role: row.person_id for row in holders if row.plantel_id is None}
    operadores = {row.plantel_id: row.person_id for row in holders if row.role == "OPER"}
    able = tuple(
        place
        for place in planteles
        if place[0] in operadores and all((place[0], network) in accounts for network in NETWORKS)
    )
    if not able or not {"DIRV", "COOR"} <= central.keys():
        raise Unready(texts.NO_CAST)
    return Cast(
        directora=people.actor_for(app, central["DIRV"]),
        coordinador=people.actor_for(app, central["COOR"]),
        operadores={id_: people.actor_for(app, operadores[id_]) for id_, _, _ in able},
        planteles=able,
        accounts=accounts,
    )


def with_pictures(
    app: App, cast: Cast, samples: Sequence[Sample]
) -> Iterator[tuple[Sample, tuple[MediaUse, ...]]]:
    """Yield each sample with its accepted pictures, in order, while threads work ahead.

    Decoding happens in child processes, so as many threads as cores keep them all busy.
    """
    pool = ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1))
    try:
        yield from zip(samples, pool.map(partial(_accept, app, cast), samples), strict=True)
    finally:
        pool.shutdown(cancel_futures=True)


def write(app: App, cast: Cast, sample: Sample, media: tuple[MediaUse, ...] = ()) -> int:
    """Write a sample as its plantel's operador; return the draft's id."""
    plantel_id, _, _ = cast.planteles[sample.plantel]
    content = DraftContent(
        texts={"base": sample.text},
        topic=sample.topic,
        media=media,
        account_ids=cast.targets(sample),
    )
    return draft.create(app, cast.operadores[plantel_id], plantel_id=plantel_id, content=content)


def send(app: App, cast: Cast, sample: Sample, post_id: int) -> None:
    """Send a draft to consulta. Raises ``Invalid`` where the manual stops it."""
    plantel_id, _, _ = cast.planteles[sample.plantel]
    submit.submit(app, cast.operadores[plantel_id], post_id, version=1)


def _accept(app: App, cast: Cast, sample: Sample) -> tuple[MediaUse, ...]:
    plantel_id, name, _ = cast.planteles[sample.plantel]
    return tuple(
        MediaUse(
            media_id=accept(
                app,
                cast.operadores[plantel_id],
                plantel_id=plantel_id,
                file_name=f"foto-{n + 1}.jpg",
                data=pictures.draw(sample.picture_seed + n, label=name),
            ).id,
            alt_text=alt,
            credit=words.CREDIT,
        )
        for n, alt in enumerate(sample.alt_texts)
    )
