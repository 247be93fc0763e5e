"""What binds an account to its network: a credential that was seen to act as that very account.

``connect_account`` ``accept_risk``   installing or renewing a credential, proven first
``verify_accounts``                   a look at many accounts at once
``keep_up``                           the worker's daily looks, renewals and warnings
``standing``                          what a look means, pure
``looks``                             the look itself, outside every transaction
``settling``                          what follows from looks, in one transaction
"""

from publisher.connections.connect import accept_risk, connect_account
from publisher.connections.settling import Verified
from publisher.connections.upkeep import keep_up
from publisher.connections.verify import verify_accounts

__all__ = ["Verified", "accept_risk", "connect_account", "keep_up", "verify_accounts"]
