"""The institution: its planteles and accounts, from the first import to their end.

``create_institution`` ``load_shipped`` ``word`` ``read_procedure`` ``set_procedure``
``preview`` ``apply`` ``export`` ``template``
``rename_plantel`` ``close_plantel`` ``merge_planteles`` ``release_plantel``
``register_account`` ``replace_account`` ``pause_account`` ``resume_account``
``install_credential`` ``install_credentials``
"""

from typing import TYPE_CHECKING

from publisher.exports import lazily

if TYPE_CHECKING:
    from publisher.institution.credentials import install_credential, install_credentials
    from publisher.institution.exporting import ExportFile, export, template
    from publisher.institution.importing import apply, preview
    from publisher.institution.lifecycle import (
        close_plantel,
        merge_planteles,
        pause_account,
        release_plantel,
        rename_plantel,
        replace_account,
        resume_account,
    )
    from publisher.institution.procedure import Procedure, read_procedure, set_procedure
    from publisher.institution.registering import register_account
    from publisher.institution.setup import Loaded, create_institution, load_shipped, word
    from publisher.institution.sheet import Change, Preview, PreviewRow, RowError

__all__ = [
    "Change",
    "ExportFile",
    "Loaded",
    "Preview",
    "PreviewRow",
    "Procedure",
    "RowError",
    "apply",
    "close_plantel",
    "create_institution",
    "export",
    "install_credential",
    "install_credentials",
    "load_shipped",
    "merge_planteles",
    "pause_account",
    "preview",
    "read_procedure",
    "register_account",
    "release_plantel",
    "rename_plantel",
    "replace_account",
    "resume_account",
    "set_procedure",
    "template",
    "word",
]

__getattr__ = lazily(
    __name__,
    {
        "credentials": "install_credential install_credentials",
        "exporting": "ExportFile export template",
        "importing": "apply preview",
        "lifecycle": "close_plantel merge_planteles pause_account release_plantel rename_plantel"
        " replace_account resume_account",
        "procedure": "Procedure read_procedure set_procedure",
        "registering": "register_account",
        "setup": "Loaded create_institution load_shipped word",
        "sheet": "Change Preview PreviewRow RowError",
    },
)
