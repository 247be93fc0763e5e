"""Replies that the error catalogue does not know: logged each time, told to the centre once a code.

Until somebody adds the row, such a reply is treated as in doubt or as unavailable, which costs a
delay and never a second post.
"""

from __future__ import annotations

import structlog

from connectors.errors import ConnectorError
from publisher import notices
from publisher.access import persons_with
from publisher.app import SYSTEM, App
from publisher.delivery import facts
from publisher.texts import delivery as texts

log = structlog.get_logger(__name__)

PREFIX = "unlisted."
HEARERS = ("ADM", "COOR")


def report(app: App, error: BaseException) -> bool:
    """Write down a code that nobody knows; True the first time. Never inside a transaction.

    What cannot be written now (the database is away) is in the log, and is written the next time.
    """
    if not isinstance(error, ConnectorError) or error.listed:
        return False
    log.error("connector.unlisted", code=error.code, status=error.http_status, said=error.detail)
    try:
        with app.read() as session:
            if facts.read(session, PREFIX + error.code) is not None:
                return False
        return _tell(app, error)
    except Exception:
        # whoever asked the network goes on with its answer, whatever became of this notice
        log.exception("connector.unlisted_unwritten", code=error.code)
        return False


def _tell(app: App, error: ConnectorError) -> bool:
    now = app.clock()
    with app.write() as session:
        if not facts.add(session, PREFIX + error.code, error.detail, at=now):
            return False
        body = texts.UNLISTED_BODY.format(code=error.code, said=error.detail or texts.UNLISTED_MUTE)
        app.note(
            session,
            app.entry(
                SYSTEM, "connector.unlisted", "code", error.code, reason=body, result="failed"
            ),
        )
        notices.notify(
            session,
            app,
            person_ids={
                person for role in HEARERS for person in persons_with(session, role, now=now)
            },
            kind="connector.unlisted",
            subject=texts.UNLISTED_SUBJECT.format(code=error.code),
            body=body,
        )
    return True
