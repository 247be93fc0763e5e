"""What binds an account to its network: a credential that was seen to act as that very account.

``connect_account`` ``accept_risk``   installing or renewing a credential, proven first
``verify_accounts``                   a look at many accounts at once
``begin_login`` ``finish_login`` ``cancel_login`` ``offered``   Facebook Login
``begin_session`` ``answer_session`` ``cancel_session``   Instagram's own login, with its codes
``by_token``                          the pages that a system user's token reaches
``chooser`` ``connect_chosen``        what was granted, and those of it that were chosen
``begin_x`` ``finish_x`` ``x_ways``   «Entrar con X»
``keep_up``                           the worker's daily looks, renewals and warnings
``renewal``                           one refresher at a time; sealed before it is used
``held``                              what waits sealed until a person comes back or has chosen
``standing``                          what a look means, pure
``looks``                             the look itself, outside every transaction
``settling``                          what follows from looks, in one transaction
"""

from typing import TYPE_CHECKING

from publisher.exports import lazily

if TYPE_CHECKING:
    from publisher.connections.choosing import (
        Choice,
        Chooser,
        Connected,
        by_token,
        chooser,
        connect_chosen,
    )
    from publisher.connections.connect import accept_risk, connect_account
    from publisher.connections.login import begin_login, cancel_login, finish_login, offered
    from publisher.connections.session_login import (
        CodeWanted,
        answer_session,
        begin_session,
        cancel_session,
    )
    from publisher.connections.settling import Verified
    from publisher.connections.upkeep import keep_up
    from publisher.connections.verify import verify_accounts
    from publisher.connections.x_login import begin_x, finish_x, x_ways

__all__ = [
    "Choice",
    "Chooser",
    "CodeWanted",
    "Connected",
    "Verified",
    "accept_risk",
    "answer_session",
    "begin_login",
    "begin_session",
    "begin_x",
    "by_token",
    "cancel_login",
    "cancel_session",
    "chooser",
    "connect_account",
    "connect_chosen",
    "finish_login",
    "finish_x",
    "keep_up",
    "offered",
    "verify_accounts",
    "x_ways",
]

__getattr__ = lazily(
    __name__,
    {
        "choosing": "Choice Chooser Connected by_token chooser connect_chosen",
        "connect": "accept_risk connect_account",
        "login": "begin_login cancel_login finish_login offered",
        "session_login": "CodeWanted answer_session begin_session cancel_session",
        "settling": "Verified",
        "upkeep": "keep_up",
        "verify": "verify_accounts",
        "x_login": "begin_x finish_x x_ways",
    },
)
