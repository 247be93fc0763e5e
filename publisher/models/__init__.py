"""SQLModel tables by subject; importing this package registers every table, the vault's included.

``institution``  the institution, its planteles and their accounts
``people``       persons, designations, delegations, sessions, second factors
``content``      posts, variants, media, findings, dictamen, approval
``delivery``     deliveries, parts, attempts, handovers, receipts, workers, pauses, breakers
``after``        changes to what is public, what networks show and count, spending caps
``manual``       versions and drafts of the manual, acknowledgements, posts judged anew
``consent``      consents for image, voice and name
``review``       remarks, phrases, false alarms, visto bueno, links that decide, reminders
``notices``      who must hear of what
"""

from publisher.models.after import RemoteChange, RemoteComment, RemotePost, SpendingCap
from publisher.models.consent import Consent
from publisher.models.content import (
    Approval,
    CheckRun,
    ExceptionRequest,
    Finding,
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
from publisher.models.manual import (
    ManualAcknowledgement,
    ManualDraft,
    ManualRecheck,
    ManualVersion,
)
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
from publisher.models.review import (
    Clearance,
    DecisionLink,
    FindingDismissal,
    GoodExample,
    ReasonPhrase,
    ReviewComment,
    ReviewReminder,
    SeenRevision,
)

__all__ = [
    "Account",
    "AccountProof",
    "Approval",
    "Attempt",
    "Breaker",
    "Bucket",
    "CheckRun",
    "Clearance",
    "Consent",
    "DecisionLink",
    "Delegation",
    "Delivery",
    "DeliveryPart",
    "Designation",
    "ExceptionRequest",
    "ExternalIdentity",
    "Fact",
    "Finding",
    "FindingDismissal",
    "GoodExample",
    "Handover",
    "Institution",
    "ManualAcknowledgement",
    "ManualDraft",
    "ManualRecheck",
    "ManualVersion",
    "Media",
    "Notice",
    "Pause",
    "Person",
    "Plantel",
    "Post",
    "PostMedia",
    "ReasonPhrase",
    "Receipt",
    "RecoveryCode",
    "RemoteChange",
    "RemoteComment",
    "RemotePost",
    "Rendition",
    "Review",
    "ReviewComment",
    "ReviewReminder",
    "SecondFactor",
    "SeenRevision",
    "SignIn",
    "SpendingCap",
    "Target",
    "Variant",
    "WebSession",
    "Worker",
]
