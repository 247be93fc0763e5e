"""An installation filled in bulk: approved posts with the digests that the product itself computes.

One delivery a post, dealt to the accounts in turn, so that each account's own follow one another by
a millisecond. Author, reviewer and approver are three persons. Credentials are sealed by the
product's verb. What a digest covers comes from the product's ``Snapshot``, not from a copy of it.
"""

from __future__ import annotations

import io
import json
import random
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from PIL import Image
from sqlalchemy import insert, select, text
from sqlmodel import Session, col

from connectors.sandbox import client
from publisher import institution, rulebook
from publisher.app import SYSTEM, App
from publisher.editorial.snapshot import MediaRef, Snapshot, TargetRef
from publisher.media import store
from publisher.models import (
    Account,
    Approval,
    Delivery,
    DeliveryPart,
    Media,
    Person,
    Plantel,
    Post,
    PostMedia,
    Rendition,
    Target,
    Variant,
)
from publisher.people import designations, persons
from vault import store as secrets
from vault.secret import Secret

ZONE = "America/Monterrey"
PICTURES = 4
SIDE = 480
BATCH = 5000

CONNECTORS = ("x", "facebook", "x", "facebook", "x", "facebook", "instagram", "instagram_private")
"""The default mix, dealt in turn: three in four accounts need no upload."""


@dataclass(frozen=True, kw_only=True)
class Filling:
    """What to make.

    ``connectors`` are dealt to the accounts in turn. ``pictures`` is the share of posts on X and
    Facebook that carry one (Instagram's always do); ``repeated`` the share of texts that an account
    shows again, which X would refuse. ``due_in`` is seconds from the end of the filling, ``late``
    how long a post may go out after its instant.
    """

    posts: int
    accounts: int
    seed: int
    connectors: Sequence[str] = CONNECTORS
    pictures: float = 0.05
    repeated: float = 0.05
    due_in: float = 0.0
    late: float = 3600.0


def found(app: App, filling: Filling, *, addresses: Mapping[str, str]) -> None:
    """Make the institution, its people, planteles and accounts with sealed credentials."""
    institution.create_institution(
        app,
        name="Laboratorio de fallas",
        short_name="Laboratorio",
        timezone=ZONE,
        mode="sandbox",
        addresses=dict(addresses),
    )
    dice = random.Random(f"{filling.seed}|secretos")
    kinds = [filling.connectors[n % len(filling.connectors)] for n in range(filling.accounts)]
    with app.write() as session:
        rulebook.import_shipped(app, session)
        for role in ("OPER", "COOR", "DIRV"):
            _add_person(session, app, role)
        _insert(session, Plantel, [_plantel(n, app.clock()) for n in range(filling.accounts)])
        _insert(
            session, Account, [_account(n, kind, app.clock()) for n, kind in enumerate(kinds, 1)]
        )
    credentials = {n: _credential(n, kind, dice) for n, kind in enumerate(kinds, 1)}
    institution.install_credentials(app, SYSTEM, credentials, reason="Laboratorio de fallas")


def register(
    app: App, base_url: str, fresh: Mapping[int, Mapping[str, Secret]] | None = None
) -> None:
    """Tell the sandbox every account and the token that the vault holds, or will: ``fresh``."""
    with app.read() as session:
        rows = session.scalars(select(Account)).all()
        opened = secrets.use_many(session, app.keyring, [row.id or 0 for row in rows])
    fields = {id_: used.fields for id_, used in opened.items()} | dict(fresh or {})
    client.register(base_url, [_registration(row, fields[row.id or 0]) for row in rows])


def new_credentials(
    app: App, account_ids: Sequence[int], dice: random.Random
) -> dict[int, dict[str, Secret]]:
    """Return other credentials for some accounts, as after a new authorisation."""
    with app.read() as session:
        rows = session.scalars(select(Account).where(col(Account.id).in_(account_ids))).all()
    return {row.id or 0: _credential(row.id or 0, row.connector, dice) for row in rows}


def plan(app: App, filling: Filling) -> datetime:
    """Insert ``filling.posts`` approved posts, each with its delivery; return the first instant."""
    now = app.clock()
    due = now + timedelta(seconds=filling.due_in)
    with app.read() as session:
        accounts = session.scalars(select(Account).order_by(col(Account.id))).all()
        people = session.scalars(select(col(Person.id)).order_by(col(Person.id))).all()
        first = (session.execute(text("SELECT MAX(id) FROM post")).scalar() or 0) + 1
    albums = _add_pictures(app, people[0]) if not _has_pictures(app) else _pictures(app)
    dice = random.Random(f"{filling.seed}|{first}|textos")
    earlier: dict[int, str] = {}
    for start in range(0, filling.posts, BATCH):
        made = [
            _Made(
                post_id=first + n,
                account=accounts[n % len(accounts)],
                due=due + timedelta(milliseconds=n // len(accounts)),
                text=_text(first + n, accounts[n % len(accounts)], filling, dice, earlier),
                media=_choose(accounts[n % len(accounts)], albums, filling, dice),
            )
            for n in range(start, min(start + BATCH, filling.posts))
        ]
        with app.write() as session:
            _insert_posts(session, made, people, filling, now)
    return due


@dataclass(frozen=True, kw_only=True)
class _Made:
    post_id: int
    account: Account
    due: datetime
    text: str
    media: tuple[int, MediaRef] | None

    @property
    def snapshot(self) -> Snapshot:
        account = self.account
        media = {account.network: (self.media[1],)} if self.media else {}
        return Snapshot(
            post_id=self.post_id,
            revision=1,
            texts={"base": self.text},
            media=media,
            targets=(
                TargetRef(
                    account_id=account.id or 0,
                    network=account.network,
                    external_id=account.external_id,
                ),
            ),
        )


def _insert_posts(
    session: Session,
    made: Sequence[_Made],
    people: Sequence[int | None],
    filling: Filling,
    now: datetime,
) -> None:
    author, _, approver = people[:3]
    local = now.strftime("%Y-%m-%dT%H:%M")
    snapshots = {item.post_id: item.snapshot for item in made}
    _insert(
        session,
        Post,
        [
            {
                "id": item.post_id,
                "plantel_id": item.account.plantel_id,
                "author_id": author,
                "last_editor_id": author,
                "submitted_by_id": author,
                "state": "approved",
                "revision": 1,
                "version": 4,
                "topic": "institucional",
                "local_at": local,
                "timezone": ZONE,
                "time_mode": "local",
                "fold": 0,
                "tolerance_min": 60,
                "max_late_min": 30,
                "digest": snapshots[item.post_id].digest,
                "created_at": now,
                "updated_at": now,
                "submitted_at": now,
            }
            for item in made
        ],
    )
    key = [{"post_id": item.post_id, "revision": 1} for item in made]
    _insert(
        session,
        Variant,
        [{**k, "network": "base", "text": i.text} for k, i in zip(key, made, strict=True)],
    )
    _insert(
        session,
        Target,
        [{**k, "account_id": i.account.id} for k, i in zip(key, made, strict=True)],
    )
    _insert(
        session,
        PostMedia,
        [
            {
                **k,
                "position": 0,
                "media_id": i.media[0],
                "alt_text": i.media[1].alt_text,
                "credit": "",
                "persons_in_image": False,
                "consent_ref": "",
            }
            for k, i in zip(key, made, strict=True)
            if i.media
        ],
    )
    _insert(
        session,
        Approval,
        [
            {
                **k,
                "id": i.post_id,
                "digest": snapshots[i.post_id].digest,
                "snapshot": snapshots[i.post_id].canonical(),
                "approver_id": approver,
                "local_at": local,
                "timezone": ZONE,
                "time_mode": "local",
                "fold": 0,
                "tolerance_min": 60,
                "at": now,
            }
            for k, i in zip(key, made, strict=True)
        ],
    )
    _insert(
        session,
        Delivery,
        [
            {
                **k,
                "id": i.post_id,
                "account_id": i.account.id,
                "network": i.account.network,
                "state": "scheduled",
                "reason": "",
                "due_at": i.due,
                "local_at": local,
                "timezone": ZONE,
                "not_after": i.due + timedelta(seconds=filling.late),
                "next_at": i.due,
                "fence": 0,
                "part": 0,
                "unsent_tries": 0,
                "resend_used": False,
                "looks": 0,
                "absences": 0,
                "updated_at": now,
            }
            for k, i in zip(key, made, strict=True)
        ],
    )
    _insert(
        session,
        DeliveryPart,
        [{"delivery_id": i.post_id, "position": 0, "kind": "post"} for i in made],
    )


def _insert(session: Session, model: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows with their ids, and let PostgreSQL's counter go on after them."""
    if not rows:
        return
    session.execute(insert(model.__table__), list(rows))
    if "id" in rows[0] and session.get_bind().dialect.name == "postgresql":
        name = model.__tablename__
        session.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('{name}', 'id'),"
                f" (SELECT MAX(id) FROM {name}))"
            )
        )


def _text(
    number: int, account: Account, filling: Filling, dice: random.Random, earlier: dict[int, str]
) -> str:
    """Return a text that networks rewrite in every way that matching must undo."""
    key = account.id or 0
    if account.network != "x" and key in earlier and dice.random() < filling.repeated:
        return earlier[key]
    forms = (
        f"Aviso {number}: inscripciones abiertas en el plantel.",
        f"Aviso {number}: consulte https://ejemplo.edu.mx/avisos/{number}?a=1&b=2 y participe.",
        unicodedata.normalize("NFD", f"Aviso {number}: exposición de robótica, ¡acérquese!"),
        f"Aviso {number}\n\nLa biblioteca abre a las 9:00 h 📚 «¡bienvenidas!»",
    )
    earlier[key] = made = forms[number % len(forms)]
    return made


def _choose(
    account: Account, albums: Sequence[tuple[int, MediaRef]], filling: Filling, dice: random.Random
) -> tuple[int, MediaRef] | None:
    wanted = dice.random() < filling.pictures
    return dice.choice(albums) if wanted or account.network == "instagram" else None


def _has_pictures(app: App) -> bool:
    with app.read() as session:
        return session.execute(select(col(Media.id)).limit(1)).first() is not None


def _pictures(app: App) -> list[tuple[int, MediaRef]]:
    with app.read() as session:
        rows = session.scalars(select(Media).order_by(col(Media.id))).all()
    return [(row.id or 0, _ref(row.sha256, row.size)) for row in rows]


def _ref(digest: str, size: int) -> MediaRef:
    return MediaRef(
        sha256=digest,
        kind="image",
        mime="image/jpeg",
        width=SIDE,
        height=SIDE,
        size=size,
        alt_text=f"Paisaje del plantel {digest[:6]}",
    )


def _draw(n: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (SIDE, SIDE), (60 * n, 90, 200 - 40 * n)).save(out, "JPEG")
    return out.getvalue()


def _add_pictures(app: App, author: int | None) -> list[tuple[int, MediaRef]]:
    drawn = [_draw(n) for n in range(PICTURES)]
    store.write_all(app, drawn)
    shape = {"mime": "image/jpeg", "width": SIDE, "height": SIDE}
    now = app.clock()
    media = [
        {
            "id": n,
            "plantel_id": 1,
            "sha256": store.digest(data),
            "kind": "image",
            "size": len(data),
            "file_name": f"paisaje-{n}.jpg",
            "uploaded_by": author,
            "created_at": now,
            **shape,
        }
        for n, data in enumerate(drawn, 1)
    ]
    renditions = [
        {
            "media_id": row["id"],
            "network": network,
            "sha256": row["sha256"],
            "size": row["size"],
            **shape,
        }
        for row in media
        for network in ("facebook", "x", "instagram")
    ]
    with app.write() as session:
        _insert(session, Media, media)
        _insert(session, Rendition, renditions)
    return _pictures(app)


def _add_person(session: Session, app: App, role: str) -> None:
    person = persons.add_person(
        session, app, SYSTEM, email=f"{role.lower()}@example.mx", name=f"Persona {role}"
    )
    if role != "OPER":
        designations.add_designation(session, app, SYSTEM, person.id or 0, role, plantel_id=None)


def _plantel(n: int, now: datetime) -> dict[str, Any]:
    return {
        "id": n + 1,
        "code": f"L{n:04d}",
        "name": f"Plantel {n}",
        "kind": "CECyTE",
        "municipality": "Saltillo",
        "cve_inegi": "05030",
        "region": "Laboratorio",
        "timezone": ZONE,
        "verified": True,
        "state": "active",
        "created_at": now,
    }


def _account(n: int, connector: str, now: datetime) -> dict[str, Any]:
    private = connector == "instagram_private"
    return {
        "id": n,
        "plantel_id": n,
        "network": "instagram" if private else connector,
        "connector": connector,
        "handle": f"plantel{n}",
        "external_id": str(10_000 + n),
        "url": "",
        "state": "active",
        "state_reason": "",
        "risk_accepted_at": now if private else None,
        "created_at": now,
    }


def _credential(n: int, connector: str, dice: random.Random) -> dict[str, Secret]:
    def token() -> str:
        return f"{dice.getrandbits(128):032x}"

    if connector == "x":
        names = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
        return {name: Secret(token()) for name in names}
    if connector == "instagram_private":
        session = {"authorization_data": {"ds_user_id": str(10_000 + n), "sessionid": token()}}
        return {"settings": Secret(json.dumps(session))}
    return {"page_token" if connector == "facebook" else "access_token": Secret(token())}


def _registration(account: Account, fields: Mapping[str, Secret]) -> dict[str, str]:
    opened = {name: secret.reveal() for name, secret in fields.items()}
    if "settings" in opened:
        data = json.loads(opened.pop("settings"))
        opened["token"] = data["authorization_data"]["sessionid"]
    opened["token"] = (
        opened.pop("access_token", "") or opened.pop("page_token", "") or opened["token"]
    )
    return {
        "network": account.network,
        "external_id": account.external_id,
        "handle": account.handle,
        "name": account.handle,
        "connector": account.connector,
        **opened,
    }
