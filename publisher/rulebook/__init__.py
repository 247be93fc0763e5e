"""The manual de contenidos as the house keeps it: versions, the one draft, who has read which.

The manual's truth is rows in the database; a file is its import, export and shipped first version.

``versions``        ``in_force`` ``by_hash`` ``around`` ``add`` ``import_shipped`` ``versions``
                    ``stored``
``drafts``          ``open_draft`` ``draft`` ``save_draft`` ``import_draft`` ``discard``
``proposals``       ``propose`` ``recall`` ``send_back``
``adopting``        ``approve`` (imported from there: it judges posts, which read the versions)
``acknowledging``   ``acknowledge`` ``owes`` ``owing``
``printing``        ``printed``

Posts that an older version judged are judged anew by ``publisher.editorial.recheck``.
"""

from publisher.models import ManualVersion
from publisher.rulebook.acknowledging import Reader, acknowledge, owes, owing
from publisher.rulebook.drafts import Draft, discard, draft, import_draft, open_draft, save_draft
from publisher.rulebook.printing import printed
from publisher.rulebook.proposals import propose, recall, send_back
from publisher.rulebook.versions import (
    VersionRow,
    add,
    all_versions,
    around,
    by_hash,
    hash_in_force,
    import_shipped,
    in_force,
    numbered,
    stored,
    versions,
)

__all__ = [
    "Draft",
    "ManualVersion",
    "Reader",
    "VersionRow",
    "acknowledge",
    "add",
    "all_versions",
    "around",
    "by_hash",
    "discard",
    "draft",
    "hash_in_force",
    "import_draft",
    "import_shipped",
    "in_force",
    "numbered",
    "open_draft",
    "owes",
    "owing",
    "printed",
    "propose",
    "recall",
    "save_draft",
    "send_back",
    "stored",
    "versions",
]
