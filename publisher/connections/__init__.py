"""What binds an account to its network: a credential that was seen to act as that very account.

``connect_account`` ``accept_risk``   installing or renewing a credential, proven first
``verify_accounts``                   a look at many accounts at once
``begin_login`` ``finish_login`` ``cancel_login`` ``offered``   Facebook Login
``begin_session`` ``answer_session`` ``cancel_session``   Instagram's own login, with its codes
``keep_up``                           the worker's daily looks, renewals and warnings
``standing``                          what a look means, pure
``looks``                             the look itself, outside every transaction
``settling``                          what follows from looks, in one transaction
"""

from publisher.connections.connect import accept_risk, connect_account
from publisher.connections.login import (
    Connected,
    begin_login,
    cancel_login,
    finish_login,
    offered,
)
from publisher.connections.session_login import (
    CodeWanted,
    answer_session,
    begin_session,
    cancel_session,
)
from publisher.connections.settling import Verified
from publisher.connections.upkeep import keep_up
from publisher.connections.verify import verify_accounts

__all__ = [
    "CodeWanted",
    "Connected",
    "Verified",
    "accept_risk",
    "answer_session",
    "begin_login",
    "begin_session",
    "cancel_login",
    "cancel_session",
    "connect_account",
    "finish_login",
    "keep_up",
    "offered",
    "verify_accounts",
]
