"""E-mail of notices that wait: claimed in a write, sent outside any transaction, then settled.

A crash between sending and settling sends again, with the same Message-ID; a notice is never lost.
"""

from __future__ import annotations

import smtplib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any, Final

import structlog
from sqlalchemy import select, update
from sqlmodel import col

from publisher import db
from publisher.app import App
from publisher.models import Notice, Person
from publisher.notices import deciding
from publisher.notices.mail import LOOPBACK, Server, domain, sender
from publisher.texts import notices as texts

MAX_TRIES: Final = 8
CLAIM: Final = timedelta(minutes=5)
FIRST_RETRY: Final = timedelta(minutes=1)
LONGEST_RETRY: Final = timedelta(hours=4)
BATCH: Final = 50

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
    server = Server.parse(url)
    if app.sandboxed and server.host not in LOOPBACK:
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
    link: str = field(repr=False)
    at: datetime
    tries: int


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
        links = {row[0].id or 0: deciding.outside(app, session, row[0].link) for row in rows}
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
            link=links[notice.id or 0],
            at=notice.at,
            tries=notice.tries,
        )
        for notice, email, state in rows
        if state == "active"
    )


def _send(app: App, server: Server, mails: tuple[_Mail, ...]) -> dict[int, str]:
    """Return what became of each mail: ``sent``, ``failed`` (for good) or ``later``."""
    if db.in_transaction():
        raise RuntimeError("e-mail is never sent inside a transaction")
    outcomes = {mail.id: "later" for mail in mails}
    try:
        with server.connect(domain(app)) as client:
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
    message["From"] = sender(app)
    message["To"] = mail.to
    message["Subject"] = texts.MAIL_SUBJECT.format(
        subject=mail.subject, institution=institution.short_name
    )
    message["Date"] = mail.at
    message["Message-ID"] = f"<aviso-{mail.id}-{int(mail.at.timestamp())}@{domain(app)}>"
    message["Auto-Submitted"] = "auto-generated"
    lines = [mail.body]
    if mail.link and app.settings.public_url:
        link = f"{app.settings.public_url.rstrip('/')}/{mail.link.lstrip('/')}"
        lines.append(texts.MAIL_LINK.format(link=link))
    lines.append(texts.MAIL_FOOT.format(institution=institution.name))
    message.set_content("\n\n".join(lines))
    return message


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
