"""Who must hear of what: the in-app list, and an outbox of e-mail.

A notice is written in the transaction of the fact it tells. E-mail goes out later: rows are
claimed in a write, sent outside any transaction, and settled in another write. A crash between
sending and settling sends again, with the same Message-ID; a notice is never lost.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any, Final
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import func, select, update
from sqlmodel import Session, col

from publisher import db
from publisher.access import persons_with
from publisher.app import Actor, App
from publisher.errors import Unready
from publisher.models import Institution, Notice, Person
from publisher.texts import notices as texts

MAX_TRIES: Final = 8
CLAIM: Final = timedelta(minutes=5)
FIRST_RETRY: Final = timedelta(minutes=1)
LONGEST_RETRY: Final = timedelta(hours=4)
BATCH: Final = 50
SMTP_TIMEOUT: Final = 20.0
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class NoticeRow:
    """One notice as its person sees it; ``link`` is a path of the dashboard or empty."""

    id: int
    kind: str
    subject: str
    body: str
    link: str
    at: datetime
    read_at: datetime | None


def notify(
    session: Session,
    app: App,
    *,
    person_ids: Iterable[int] = (),
    role: str | None = None,
    plantel_id: int | None = None,
    kind: str,
    subject: str,
    body: str,
    link: str = "",
) -> int:
    """Write one notice for each person, in the caller's transaction; return how many.

    ``role`` adds whoever holds it now (at ``plantel_id``, where given). E-mail waits only where a
    mail server is set. Never put a password or token into ``subject`` or ``body``.
    """
    now = app.clock()
    heard = set(person_ids)
    if role is not None:
        heard |= persons_with(session, role, now=now, plantel_id=plantel_id)
    mailed = bool(app.settings.smtp_url.get_secret_value())
    for person_id in sorted(heard):
        session.add(
            Notice(
                person_id=person_id,
                kind=kind,
                subject=" ".join(subject.split()),
                body=body,
                link=link,
                at=now,
                mail_state="waiting" if mailed else "none",
                next_at=now if mailed else None,
            )
        )
    session.flush()
    return len(heard)


def custodians(session: Session, plantel_id: int, *, now: datetime) -> frozenset[int]:
    """Return who answers for a plantel's accounts: operators, director, the coordinators."""
    return (
        persons_with(session, "OPER", now=now, plantel_id=plantel_id)
        | persons_with(session, "DIRP", now=now, plantel_id=plantel_id)
        | persons_with(session, "COOR", now=now)
    )


def list_for(
    app: App, actor: Actor, *, unread_only: bool = False, limit: int = 50, before: int | None = None
) -> tuple[NoticeRow, ...]:
    """Return the actor's own notices, newest first; ``before`` is the id where a page goes on."""
    statement = (
        select(Notice)
        .where(col(Notice.person_id) == actor.person_id)
        .order_by(col(Notice.id).desc())
        .limit(limit)
    )
    if unread_only:
        statement = statement.where(col(Notice.read_at).is_(None))
    if before is not None:
        statement = statement.where(col(Notice.id) < before)
    with app.read() as session:
        rows = session.scalars(statement).all()
    return tuple(
        NoticeRow(
            id=row.id or 0,
            kind=row.kind,
            subject=row.subject,
            body=row.body,
            link=row.link,
            at=row.at,
            read_at=row.read_at,
        )
        for row in rows
    )


def unread_count(app: App, actor: Actor) -> int:
    """Return how many of the actor's notices are unread."""
    with app.read() as session:
        found = session.scalar(
            select(func.count()).where(
                col(Notice.person_id) == actor.person_id, col(Notice.read_at).is_(None)
            )
        )
    return found or 0


def mark_read(app: App, actor: Actor, notice_ids: Iterable[int] | None = None) -> int:
    """Mark the actor's own notices as read (all of them when None); return how many changed."""
    statement = (
        update(Notice)
        .where(col(Notice.person_id) == actor.person_id, col(Notice.read_at).is_(None))
        .values(read_at=app.clock())
    )
    if notice_ids is not None:
        statement = statement.where(col(Notice.id).in_(list(notice_ids)))
    with app.write() as session:
        result: Any = session.execute(statement)
        return int(result.rowcount)


def send_due(app: App, now: datetime, *, limit: int = BATCH) -> int:
    """Send the e-mails that wait; return how many the server took.

    Without a mail server nothing is sent, and from a sandbox database only to loopback. A server
    that fails delays the row, longer each time; after eight tries, or when the server refuses the
    recipient for good, the notice stays in the list only.
    """
    url = app.settings.smtp_url.get_secret_value()
    if not url:
        return 0
    server = _Server.parse(url)
    if app.sandboxed and server.host not in _LOOPBACK:
        log.warning("notices.mail_refused", reason="sandbox")
        return 0
    claimed = _claim(app, now, limit)
    if not claimed:
        return 0
    outcomes = _send(app, server, claimed)
    _settle(app, now, claimed, outcomes)
    return sum(outcome == "sent" for outcome in outcomes.values())


def when(session: Session, instant: datetime) -> str:
    """Return ``instant`` in the institution's zone, for sentences (24 nov 2026, 09:00)."""
    institution = session.get(Institution, 1)
    local = instant.astimezone(ZoneInfo(institution.timezone if institution else "UTC"))
    return texts.WHEN.format(
        day=local.day,
        month=texts.MONTHS[local.month - 1],
        year=local.year,
        hour=local.hour,
        minute=local.minute,
    )


@dataclass(frozen=True, kw_only=True)
class _Mail:
    id: int
    to: str
    subject: str
    body: str
    link: str
    at: datetime
    tries: int


@dataclass(frozen=True, kw_only=True)
class _Server:
    host: str
    port: int
    tls: bool
    user: str
    password: str

    @classmethod
    def parse(cls, url: str) -> _Server:
        parts = urlsplit(url)
        try:
            port = parts.port
        except ValueError:
            raise Unready(texts.SMTP_URL) from None
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise Unready(texts.SMTP_URL)
        tls = parts.scheme == "smtps"
        return cls(
            host=parts.hostname,
            port=port or (465 if tls else 587),
            tls=tls,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )

    @contextmanager
    def connect(self) -> Iterator[smtplib.SMTP]:
        """Open the connection; beyond loopback nothing travels without TLS."""
        context = ssl.create_default_context()
        if self.tls:
            client: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=SMTP_TIMEOUT, context=context
            )
        else:
            client = smtplib.SMTP(self.host, self.port, timeout=SMTP_TIMEOUT)
        with client:
            client.ehlo()
            if not self.tls and (self.host not in _LOOPBACK or client.has_extn("starttls")):
                client.starttls(context=context)
                client.ehlo()
            if self.user:
                client.login(self.user, self.password)
            yield client


def _claim(app: App, now: datetime, limit: int) -> tuple[_Mail, ...]:
    waiting = (
        select(col(Notice.id))
        .where(col(Notice.mail_state) == "waiting", col(Notice.next_at) <= now)
        .order_by(col(Notice.next_at), col(Notice.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    with app.write() as session:
        ids = [found for found in session.scalars(waiting) if found is not None]
        if not ids:
            return ()
        session.execute(
            update(Notice)
            .where(col(Notice.id).in_(ids))
            .values(next_at=now + CLAIM, tries=Notice.__table__.c.tries + 1)  # type: ignore[attr-defined]
        )
        rows = session.execute(
            select(Notice, col(Person.email), col(Person.state))
            .join(Person, col(Person.id) == col(Notice.person_id))
            .where(col(Notice.id).in_(ids))
            .order_by(col(Notice.id))
        ).all()
        gone = [row[0].id for row in rows if row[2] != "active"]
        if gone:
            session.execute(
                update(Notice)
                .where(col(Notice.id).in_(gone))
                .values(mail_state="none", next_at=None)
            )
    return tuple(
        _Mail(
            id=notice.id or 0,
            to=email,
            subject=notice.subject,
            body=notice.body,
            link=notice.link,
            at=notice.at,
            tries=notice.tries,
        )
        for notice, email, state in rows
        if state == "active"
    )


def _send(app: App, server: _Server, mails: tuple[_Mail, ...]) -> dict[int, str]:
    """Return what became of each mail: ``sent``, ``failed`` (for good) or ``later``."""
    if db.in_transaction():
        raise RuntimeError("e-mail is never sent inside a transaction")
    outcomes = {mail.id: "later" for mail in mails}
    try:
        with server.connect() as client:
            for mail in mails:
                outcomes[mail.id] = _send_one(client, _message(app, mail))
    except (OSError, smtplib.SMTPException) as error:
        log.warning("notices.mail_server", error=type(error).__name__)
    return outcomes


def _send_one(client: smtplib.SMTP, message: EmailMessage) -> str:
    try:
        client.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        return "failed" if codes and all(code >= 500 for code in codes) else "later"
    except smtplib.SMTPServerDisconnected:
        raise
    except smtplib.SMTPResponseException as error:
        return "failed" if error.smtp_code >= 500 else "later"
    return "sent"


def _message(app: App, mail: _Mail) -> EmailMessage:
    institution = app.institution
    message = EmailMessage()
    sender = app.settings.mail_from or f"pregonero@{_domain(app)}"
    message["From"] = sender
    message["To"] = mail.to
    message["Subject"] = texts.MAIL_SUBJECT.format(
        subject=mail.subject, institution=institution.short_name
    )
    message["Date"] = mail.at
    message["Message-ID"] = f"<aviso-{mail.id}-{int(mail.at.timestamp())}@{_domain(app)}>"
    message["Auto-Submitted"] = "auto-generated"
    lines = [mail.body]
    if mail.link and app.settings.public_url:
        link = f"{app.settings.public_url.rstrip('/')}/{mail.link.lstrip('/')}"
        lines.append(texts.MAIL_LINK.format(link=link))
    lines.append(texts.MAIL_FOOT.format(institution=institution.name))
    message.set_content("\n\n".join(lines))
    return message


def _domain(app: App) -> str:
    sender = app.settings.mail_from.rpartition("@")[2].strip("> ")
    return sender or urlsplit(app.settings.public_url).hostname or "localhost"


def _settle(app: App, now: datetime, claimed: tuple[_Mail, ...], outcomes: dict[int, str]) -> None:
    with app.write() as session:
        for mail in claimed:
            outcome = outcomes[mail.id]
            if outcome == "later" and mail.tries >= MAX_TRIES:
                outcome = "failed"
            values: dict[str, Any] = {"mail_state": outcome, "next_at": None}
            if outcome == "later":
                wait = min(FIRST_RETRY * 2 ** (mail.tries - 1), LONGEST_RETRY)
                values = {"next_at": now + wait}
            session.execute(
                update(Notice)
                .where(col(Notice.id) == mail.id, col(Notice.mail_state) == "waiting")
                .values(**values)
            )
