"""Persons of an import: a login a row, and the role that the row names.

Who imports needs the right to appoint: an operator is named by the director of the plantel
(RS-5.1.2), so the administration's import creates the login and leaves the designation to them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlmodel import Session, col

from publisher.access import PLANTEL_ROLES, allows
from publisher.app import Actor, App
from publisher.errors import PublisherError
from publisher.institution.reading import Record, plain
from publisher.institution.sheet import Draft
from publisher.models import Designation, Institution, Person, Plantel
from publisher.models.people import ROLES
from publisher.people import designations, persons
from publisher.texts import access as access_texts
from publisher.texts import institution as texts
from publisher.texts import people as people_texts

_ALIASES: Final = {
    "directora": "DIRV",
    "directora_de_vinculacion": "DIRV",
    "coordinador": "COOR",
    "coordinadora": "COOR",
    "coordinacion": "COOR",
    "director": "DIRP",
    "director_de_plantel": "DIRP",
    "directora_de_plantel": "DIRP",
    "operador": "OPER",
    "operadora": "OPER",
    "enlace": "OPER",
    "auditor": "AUD",
    "auditora": "AUD",
    "administrador": "ADM",
    "administradora": "ADM",
}


def plan(session: Session, app: App, actor: Actor, records: Iterable[Record]) -> list[Draft]:
    """Judge every row; nothing is written. A person may have several rows, one a role."""
    people = {row.email: row for row in session.scalars(select(Person))}
    planteles = {row.code: row for row in session.scalars(select(Plantel))}
    held = _held(session, app.clock())
    institution = session.get(Institution, 1)
    zone = ZoneInfo(institution.timezone) if institution else ZoneInfo("UTC")
    first: dict[str, Record] = {}
    seen: dict[tuple[str, str, str], int] = {}
    drafts = []
    for record in records:
        draft = _judge(record, people, planteles)
        email = draft.values["correo"]
        key = (email, draft.values["funcion"], draft.values["plantel"])
        if seen.setdefault(key, record.number) != record.number:
            draft.refuse("correo", texts.ROW_TWICE.format(number=seen[key]))
        earlier = first.setdefault(email, record)
        if plain(earlier["nombre"]) != plain(record["nombre"]):
            sentence = texts.NAME_DIFFERS.format(number=earlier.number)
            draft.refuse("nombre", sentence)
        _dates(draft, zone)
        _appoint(draft, actor, planteles, held.setdefault(email, []))
        drafts.append(draft)
    return drafts


def write(session: Session, app: App, actor: Actor, draft: Draft) -> tuple[int, int | None]:
    """Write one row; return the person's id and the plantel of the audit entry."""
    values = draft.values
    person = session.scalars(select(Person).where(col(Person.email) == values["correo"])).first()
    if person is None:
        person = persons.add_person(
            session, app, actor, email=values["correo"], name=values["nombre"]
        )
    person.name = values["nombre"]
    person_id = persons.key(person)
    plantel_id = None
    if values["plantel"]:
        plantel_id = session.scalars(
            select(col(Plantel.id)).where(col(Plantel.code) == values["plantel"])
        ).one()
    if values["nombramiento"]:
        designations.add_designation(
            session,
            app,
            actor,
            person_id,
            values["funcion"],
            plantel_id=plantel_id,
            starts_at=values["desde"],
            ends_at=values["hasta"],
            position=values["cargo"],
        )
    return person_id, plantel_id


def _held(session: Session, now: datetime) -> dict[str, list[tuple[str, str]]]:
    """Return what each person holds now or later: e-mail → (role, plantel's code or empty)."""
    rows = session.execute(
        select(col(Person.email), col(Designation.role), col(Plantel.code))
        .select_from(Designation)
        .join(Person, col(Person.id) == col(Designation.person_id))
        .join(Plantel, col(Plantel.id) == col(Designation.plantel_id), isouter=True)
        .where(or_(col(Designation.ends_at).is_(None), col(Designation.ends_at) > now))
    )
    held: dict[str, list[tuple[str, str]]] = {}
    for email, role, code in rows:
        held.setdefault(email, []).append((role, code or ""))
    return held


def _judge(record: Record, people: dict[str, Person], planteles: dict[str, Plantel]) -> Draft:
    email = record["correo"].lower()
    draft = Draft(record=record, key=email)
    if draft.need("correo", limit=254):
        try:
            email = persons.clean_email(email)
        except PublisherError as error:
            draft.refuse("correo", str(error))
    role = _role(draft)
    code = record["plantel"].upper()
    words = access_texts.ROLES.get(role, "")
    if role in PLANTEL_ROLES and not code:
        draft.refuse("plantel", people_texts.ROLE_NEEDS_PLANTEL.format(role=words))
    elif code and role not in PLANTEL_ROLES:
        draft.refuse("plantel", people_texts.ROLE_WITHOUT_PLANTEL.format(role=words or "—"))
    elif code and code not in planteles:
        draft.refuse("plantel", texts.PLANTEL_UNKNOWN.format(code=code[:20]))
    elif code and planteles[code].state != "active":
        draft.refuse("plantel", texts.PLANTEL_NOT_ACTIVE.format(name=planteles[code].name))
    person = people.get(email)
    if person is not None:
        draft.target = person.id
        draft.before = {"nombre": person.name, "nombramiento": ""}
        if person.state != "active":
            draft.refuse("correo", texts.PERSON_DISABLED)
    draft.values = {
        "correo": email,
        "nombre": draft.need("nombre"),
        "funcion": role,
        "plantel": code,
        "cargo": record["cargo"][:120],
    }
    return draft


def _role(draft: Draft) -> str:
    written = draft.record["funcion"]
    role = _ALIASES.get(plain(written), written.upper())
    if role and role not in ROLES:
        sentence = texts.ROLE_UNKNOWN.format(role=written[:40], known=", ".join(ROLES))
        draft.refuse("funcion", sentence)
        return ""
    return role


def _dates(draft: Draft, zone: ZoneInfo) -> None:
    """Set the instants: the first day from its midnight on, the last day to its end."""
    start, end = _date(draft, "desde"), _date(draft, "hasta")
    if start is not None and end is not None and end < start:
        draft.refuse("hasta", people_texts.ENDS_BEFORE_START)
    draft.values["desde"] = _midnight(start, zone) if start else None
    draft.values["hasta"] = _midnight(end + timedelta(days=1), zone) if end else None


def _date(draft: Draft, column: str) -> datetime | None:
    value = draft.record[column]
    if not value:
        return None
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(value, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    draft.refuse(column, texts.DATE_INVALID.format(value=value[:20]))
    return None


def _midnight(day: datetime, zone: ZoneInfo) -> datetime:
    return day.replace(tzinfo=zone).astimezone(UTC)


def _appoint(
    draft: Draft,
    actor: Actor,
    planteles: dict[str, Plantel],
    held: list[tuple[str, str]],
) -> None:
    """Decide whether the row makes a designation; ``held`` grows, so that rows see each other."""
    values = draft.values
    role, code = values["funcion"], values["plantel"]
    values["nombramiento"] = ""
    if not role or draft.errors:
        return
    if (role, code) in held:
        return
    for other, _ in held:
        if designations.apart(role, other):
            sentence = people_texts.ROLES_TOGETHER.format(
                name=values["nombre"],
                first=access_texts.ROLES[role],
                second=access_texts.ROLES[other],
            )
            draft.refuse("funcion", sentence)
            return
    plantel = planteles.get(code)
    if role == "OPER" and not allows(
        actor, "designation.make", plantel_id=plantel.id if plantel else None
    ):
        draft.notes.append(texts.NOTE_OPERATOR)
        return
    held.append((role, code))
    values["nombramiento"] = f"{role} {code}".strip()
