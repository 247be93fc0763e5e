"""Posts for tests, by the product's own verbs: written, sent in, reviewed, approved, published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select, update
from sqlmodel import col

from publisher import localtime, rulebook
from publisher.app import Actor
from publisher.editorial import approve, draft, review, submit
from publisher.editorial.content import DraftContent, MediaUse
from publisher.editorial.extras import Extras
from publisher.models import Account, Attempt, Delivery, Plantel, Post, Receipt
from tests.support.house import House

TEXT = "Alumnas de Mecatrónica presentaron su proyecto de robótica en la explanada del plantel."


class Newsroom:
    """A house with a manual, an operator of plantel 1, a coordinator and the Directora."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.app = house.app
        with self.app.write() as session:
            if session.execute(select(rulebook.ManualVersion)).first() is None:
                rulebook.import_shipped(self.app, session)
        self.oper = house.actor("OPER", 1, "Mariana Cruz")
        self.coor = house.actor("COOR", None, "Lucía Robles")
        self.dirv = house.actor("DIRV", None, "Sofía Lara")

    def accounts(self, plantel_id: int, *networks: str) -> tuple[int, ...]:
        """Return the plantel's accounts on those networks (all of them when none is named)."""
        with self.app.read() as session:
            rows = session.execute(
                select(col(Account.id), col(Account.network))
                .where(col(Account.plantel_id) == plantel_id)
                .order_by(col(Account.id))
            ).all()
        return tuple(row.id for row in rows if not networks or row.network in networks)

    def wall(self, plantel_id: int, *, hours: float = 24) -> str:
        """Return the plantel's wall time some hours from now."""
        with self.app.read() as session:
            zone = session.get_one(Plantel, plantel_id).timezone
        return localtime.wall_of(self.house.clock() + timedelta(hours=hours), zone)

    def draft(
        self,
        *,
        author: Actor | None = None,
        plantel_id: int = 1,
        networks: tuple[str, ...] = ("x",),
        text: str = TEXT,
        hours: float = 24,
        media: tuple[MediaUse, ...] = (),
        extras: Mapping[str, Extras] | None = None,
    ) -> int:
        """Store a draft and return its id."""
        content = DraftContent(
            texts={"base": text},
            topic="institucional",
            media=media,
            extras=extras or {},
            account_ids=self.accounts(plantel_id, *networks),
            local_at=self.wall(plantel_id, hours=hours),
        )
        return draft.create(self.app, author or self.oper, plantel_id=plantel_id, content=content)

    def submitted(self, **options: object) -> int:
        """Return a post in consulta."""
        post_id = self.draft(**options)  # type: ignore[arg-type]
        author = options.get("author") or self.oper
        assert isinstance(author, Actor)
        submit.submit(self.app, author, post_id, version=self.post(post_id).version)
        return post_id

    def reviewed(self, **options: object) -> int:
        """Return a post with a favourable dictamen."""
        post_id = self.submitted(**options)
        post = self.post(post_id)
        with self.app.read() as session:
            loaded = draft.read_content(session, session.get_one(Post, post_id))
        review.give(
            self.app,
            self.coor,
            post_id,
            decision="reviewed",
            account_ids=loaded.account_ids,
            local_at=post.local_at,
        )
        return post_id

    def approved(self, **options: object) -> int:
        """Return a planned post."""
        post_id = self.reviewed(**options)
        approve.approve(self.app, self.dirv, post_id, digest=self.post(post_id).digest or "")
        return post_id

    def settle(self, post_id: int, state: str = "published", *, network: str = "") -> None:
        """Bring the deliveries of a post to an end as the engine would leave them."""
        now = self.house.clock()
        with self.app.write() as session:
            rows = session.execute(
                select(col(Delivery.id), col(Delivery.account_id), col(Delivery.network)).where(
                    col(Delivery.post_id) == post_id
                )
            ).all()
            for row in rows:
                if network and row.network != network:
                    continue
                session.execute(
                    update(Delivery)
                    .where(col(Delivery.id) == row.id)
                    .values(
                        state=state,
                        published_at=now if state == "published" else None,
                        hold_reason="late" if state == "held" else None,
                        updated_at=now,
                    )
                )
                session.add(
                    Attempt(
                        delivery_id=row.id,
                        part=0,
                        fence=1,
                        owner="prueba",
                        opened_at=now,
                        closed_at=now,
                        outcome="published" if state == "published" else "unknown",
                        digest="d" * 64,
                    )
                )
                if state == "published":
                    session.add(
                        Receipt(
                            delivery_id=row.id,
                            part=0,
                            account_id=row.account_id,
                            remote_id=f"r{row.id}",
                            permalink=f"http://127.0.0.1:9/{row.network}/r{row.id}",
                            published_at=now,
                        )
                    )

    def post(self, post_id: int) -> Post:
        """Return the row of a post, detached."""
        with self.app.read() as session:
            return session.get_one(Post, post_id)
