"""Who must hear of what: the in-app list, and an outbox of e-mail.

``notify`` ``custodians`` ``list_for`` ``unread_count`` ``mark_read`` ``send_due`` ``when``
"""

from publisher.notices.inbox import (
    NoticeRow,
    custodians,
    list_for,
    mark_read,
    notify,
    unread_count,
    when,
)
from publisher.notices.outbox import send_due

__all__ = [
    "NoticeRow",
    "custodians",
    "list_for",
    "mark_read",
    "notify",
    "send_due",
    "unread_count",
    "when",
]
