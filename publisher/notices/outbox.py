"""E-mail of notices that wait: claimed in a write, sent outside any transaction, then settled.

A crash between sending and settling sends again, with the same Message-ID; a notice is never lost.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import structlog
from sqlalchemy import select, update
from sqlmodel import col

from publisher import db
from publisher.app import App
from publisher.errors import Unready
from publisher.models import Notice, Person
from publisher.texts import notices as texts

MAX_TRIES: Final = 8
CLAIM: Final = timedelta(minutes=5)
FIRST_RETRY: Final = timedelta(minutes=1)
LONGEST_RETRY: Final = timedelta(hours=4)
BATCH: Final = 50
SMTP_TIMEOUT: Final = 20.0
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})

log = structlog.get_logger(__name__)


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
    def connect(self, own_name: str) -> Iterator[smtplib.SMTP]:
        """Open the connection; beyond loopback nothing travels without TLS.

        ``own_name`` spares smtplib the look-up of this machine's name in the DNS.
        """
        context = ssl.create_default_context()
        if self.tls:
            client: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, own_name, timeout=SMTP_TIMEOUT, context=context
            )
        else:
            client = smtplib.SMTP(self.host, self.port, own_name, timeout=SMTP_TIMEOUT)
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
        with server.connect(_domain(app)) as client:
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
    except smtplib.SMTPSenderRefused:
        # Our own address is wrong for this server: an installation's fault, not this notice's.
        return "later"
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
