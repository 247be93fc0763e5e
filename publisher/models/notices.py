"""Who must hear of what: the in-app list and the outbox of e-mail in one table."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from publisher.models.columns import one_of, refers

_WAITING = text("mail_state = 'waiting'")


class Notice(SQLModel, table=True):
    """One sentence for one person; ``link`` is a path of the dashboard."""

    __tablename__ = "notice"
    __table_args__ = (
        one_of("mail_state", ("none", "waiting", "sent", "failed"), name="notice_mail_state"),
        Index("notice_of_person", "person_id", "read_at", "at"),
        Index("notice_of_link", "link", "kind"),
        Index("notice_waiting", "next_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
    )

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(sa_column=refers("person.id", index=False))
    kind: str
    subject: str
    body: str
    link: str = ""
    at: datetime
    read_at: datetime | None = None
    mail_state: str = "none"
    next_at: datetime | None = None
    tries: int = 0
