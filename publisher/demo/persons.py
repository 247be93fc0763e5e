"""The demo's people: central roles, and an operador and a director per plantel."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import col

from publisher import people
from publisher.app import SYSTEM, App
from publisher.models import Designation, Person, Plantel
from publisher.people.designations import add_designation
from publisher.people.persons import add_person
from publisher.texts import demo as texts

DOMAIN = "demo.invalid"
SHOWN_PLANTELES = ("P01", "P30")
_CENTRAL = (
    ("directora", "DIRV"),
    ("coordinador", "COOR"),
    ("auditoria", "AUD"),
    ("admin", "ADM"),
)

_NAMES = (
    "María Fernanda",
    "José Luis",
    "Ana Karen",
    "Juan Carlos",
    "Gabriela",
    "Miguel Ángel",
    "Rosa Elena",
    "Francisco Javier",
    "Claudia",
    "Ricardo",
    "Patricia",
    "Jesús Alberto",
    "Verónica",
)
_SURNAMES = (
    "Aguirre",
    "Cárdenas",
    "De la Cruz",
    "Escobedo",
    "Flores",
    "Galindo",
    "Hernández",
    "Ibarra",
    "Jasso",
    "Ledezma",
    "Montoya",
)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A demo person that can sign in; ``password`` is empty when it was issued earlier."""

    role: str
    email: str
    name: str
    password: str


def issue_passwords(app: App) -> tuple[Shown, ...]:
    """Give every demo person that can sign in a new password."""
    with app.read() as session:
        rows = session.scalars(
            select(col(Person.id))
            .where(col(Person.password_hash) != "", col(Person.state) == "active")
            .order_by(col(Person.id))
        )
        ids = [person_id or 0 for person_id in rows]
    with ThreadPoolExecutor(max_workers=2) as pool:
        return as_shown(app, [pool.submit(issue, app, person_id) for person_id in ids])


def count_people(app: App) -> int:
    """Return how many persons there are."""
    with app.read() as session:
        return int(session.execute(select(func.count()).select_from(Person)).scalar_one())


def make_people(app: App) -> None:
    """Create the people once: central roles, and an operador and a director per plantel."""
    if count_people(app):
        return
    with app.read() as session:
        planteles = session.execute(
            select(col(Plantel.id), col(Plantel.code)).order_by(col(Plantel.code))
        ).all()
    wanted: list[tuple[str, str, int | None]] = [(*one, None) for one in _CENTRAL]
    for plantel_id, code in planteles:
        wanted += [(*one, plantel_id) for one in _of_plantel(code)]
    with app.write() as session:
        for n, (user, role, plantel_id) in enumerate(wanted):
            person = add_person(
                session, app, SYSTEM, email=f"{user}@{DOMAIN}", name=_name(n), must_change=False
            )
            add_designation(session, app, SYSTEM, person.id or 0, role, plantel_id=plantel_id)


def _of_plantel(code: str) -> tuple[tuple[str, str], ...]:
    return (f"operador.{code.lower()}", "OPER"), (f"director.{code.lower()}", "DIRP")


def without_password(app: App) -> list[int]:
    """Return the people that enter and have no password yet, also after a set-up cut short."""
    users = [*_CENTRAL, *(one for code in SHOWN_PLANTELES for one in _of_plantel(code))]
    with app.read() as session:
        return [
            person_id
            for person_id in session.scalars(
                select(col(Person.id))
                .where(
                    col(Person.email).in_([f"{user}@{DOMAIN}" for user, _ in users]),
                    col(Person.password_hash) == "",
                    col(Person.state) == "active",
                )
                .order_by(col(Person.id))
            )
            if person_id is not None
        ]


def issue(app: App, person_id: int) -> people.Issued:
    """Give one person a new password that need not be changed at once."""
    return people.reset_password(app, SYSTEM, person_id, must_change=False)


def as_shown(app: App, issued: list[Future[people.Issued]]) -> tuple[Shown, ...]:
    """Return the people in the order they were asked for, once each has a password."""
    labels = _labels(app)
    return tuple(
        Shown(role=labels.get(one.email, ""), email=one.email, name=one.name, password=one.password)
        for one in (future.result() for future in issued)
    )


def _labels(app: App) -> dict[str, str]:
    with app.read() as session:
        rows = session.execute(
            select(col(Person.email), col(Designation.role), col(Plantel.name))
            .join(Designation, col(Designation.person_id) == col(Person.id))
            .outerjoin(Plantel, col(Plantel.id) == col(Designation.plantel_id))
        ).all()
    return {email: texts.ROLES[role].format(plantel=plantel) for email, role, plantel in rows}


def _name(n: int) -> str:
    first = _NAMES[n % len(_NAMES)]
    return f"{first} {_SURNAMES[n % len(_SURNAMES)]} {_SURNAMES[(n * 7 + 3) % len(_SURNAMES)]}"
