"""SQLModel tables by subject; importing this package registers every table, the vault's included.

``institution``  the institution, its planteles and their accounts
``people``       persons, designations, delegations, sessions, second factors
``content``      posts, variants, media, findings, dictamen, approval
``delivery``     deliveries, parts, attempts, handovers, receipts, workers, pauses, breakers
``after``        changes to what is public, what networks show and count, spending caps
``notices``      who must hear of what
"""

from publisher.models.after import RemoteChange, RemotePost, SpendingCap
from publisher.models.content import (
    Approval,
    CheckRun,
    ExceptionRequest,
    Finding,
    ManualVersion,
    Media,
    Post,
    PostMedia,
    Rendition,
    Review,
    Target,
    Variant,
)
from publisher.models.delivery import (
    Attempt,
    Breaker,
    Bucket,
    Delivery,
    DeliveryPart,
    Fact,
    Handover,
    Pause,
    Receipt,
    Worker,
)
from publisher.models.institution import Account, AccountProof, Institution, Plantel
from publisher.models.notices import Notice
from publisher.models.people import (
    Delegation,
    Designation,
    ExternalIdentity,
    Person,
    RecoveryCode,
    SecondFactor,
    SignIn,
    WebSession,
)

__all__ = [
    "Account",
    "AccountProof",
    "Approval",
    "Attempt",
    "Breaker",
    "Bucket",
    "CheckRun",
    "Delegation",
    "Delivery",
    "DeliveryPart",
    "Designation",
    "ExceptionRequest",
    "ExternalIdentity",
    "Fact",
    "Finding",
    "Handover",
    "Institution",
    "ManualVersion",
    "Media",
    "Notice",
    "Pause",
    "Person",
    "Plantel",
    "Post",
    "PostMedia",
    "Receipt",
    "RecoveryCode",
    "RemoteChange",
    "RemotePost",
    "Rendition",
    "Review",
    "SecondFactor",
    "SignIn",
    "SpendingCap",
    "Target",
    "Variant",
    "WebSession",
    "Worker",
]
