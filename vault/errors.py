"""Errors of the vault, by what the caller may do.

VaultError
├── KeyProblem               the key, not the data: nothing was touched
│   ├── WrongKey             this key did not seal this database: stop at start-up
│   │   ├── KeyNotRegistered
│   │   ├── KeyRegistryEmpty
│   │   └── KeyOfOtherRoot   a new key that is no successor of the one in force
│   ├── KeyUnavailable       a secret needs a key that the keyring does not hold
│   ├── KeyInUse             the key still seals something and cannot be retired
│   ├── KeyFileMissing       refused to create a key beside sealed secrets
│   ├── KeyFileExposed       others can read the key file
│   ├── KeyFileDamaged       not a key file
│   └── KeyFileUnusable      the operating system refused
├── Tampered                 authentication failed: the row is not what was sealed there
│   └── RolledBack           the version counter is behind the stored versions
├── SecretProblem            what was asked makes no sense: back to the person
│   ├── SecretMissing
│   ├── SecretEmpty
│   ├── SecretSame
│   ├── FieldName
│   └── ReasonMissing
├── AnchorProblem            the anchor file
│   ├── AnchorUnreadable
│   ├── AnchorContradicts    it disagrees with the chain and was left alone
│   └── NothingToAnchor
└── ExportExists             the folder holds an export already
"""

from __future__ import annotations

from typing import ClassVar

from vault import texts


class VaultError(Exception):
    """The vault could not do what was asked; ``sentence`` is Spanish and holds no secret."""

    template: ClassVar[str] = texts.VAULT

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        self.sentence = self.template.format(**facts)
        super().__init__(self.sentence)


class KeyProblem(VaultError):
    """The key is the trouble; no row was touched."""


class WrongKey(KeyProblem):
    """This key did not seal this database."""

    template = texts.WRONG_KEY


class KeyNotRegistered(WrongKey):
    """The database knows other keys, and none of them is in the keyring."""

    template = texts.KEY_NOT_REGISTERED


class KeyRegistryEmpty(WrongKey):
    """The database has content but no registered key."""

    template = texts.KEY_REGISTRY_EMPTY


class KeyOfOtherRoot(WrongKey):
    """The new key was not created as the successor of the one in force."""

    template = texts.KEY_OF_OTHER_ROOT


class KeyUnavailable(KeyProblem):
    """A secret needs a key that the keyring does not hold."""

    template = texts.KEY_UNAVAILABLE


class KeyInUse(KeyProblem):
    """The key still seals something."""

    template = texts.KEY_IN_USE


class KeyFileMissing(KeyProblem):
    """The key file is gone while the database holds sealed secrets."""

    template = texts.KEY_FILE_MISSING


class KeyFileExposed(KeyProblem):
    """Group or others can read the key file, or a stranger owns it."""

    template = texts.KEY_FILE_EXPOSED


class KeyFileDamaged(KeyProblem):
    """The file does not hold a key."""

    template = texts.KEY_FILE_DAMAGED


class KeyFileUnusable(KeyProblem):
    """The operating system refused to read or create the key file."""

    template = texts.KEY_FILE_UNUSABLE


class Tampered(VaultError):
    """Authentication failed; nothing was opened."""

    template = texts.TAMPERED


class RolledBack(Tampered):
    """The version counter is behind the stored versions."""

    template = texts.ROLLED_BACK


class SecretProblem(VaultError):
    """What was asked of a secret cannot be done."""


class SecretMissing(SecretProblem):
    """The account has no such secret."""

    template = texts.NO_SUCH_FIELD


class SecretEmpty(SecretProblem):
    """An empty value is never sealed."""

    template = texts.EMPTY_VALUE


class SecretSame(SecretProblem):
    """A rotation to the value in force is none."""

    template = texts.SAME_VALUE


class FieldName(SecretProblem):
    """The field's name is not a lower-case identifier of at most 64 characters."""

    template = texts.FIELD_NAME


class ReasonMissing(SecretProblem):
    """Whoever reads or changes a secret says why."""

    template = texts.REASON_MISSING


class AnchorProblem(VaultError):
    """The anchor file is the trouble."""


class AnchorUnreadable(AnchorProblem):
    """The anchor file cannot be read as one."""

    template = texts.ANCHOR_UNREADABLE


class AnchorContradicts(AnchorProblem):
    """The anchor disagrees with the chain; it was not overwritten."""

    template = texts.ANCHOR_CONTRADICTS


class NothingToAnchor(AnchorProblem):
    """There is no checkpoint yet."""

    template = texts.NOTHING_TO_ANCHOR


class ExportExists(VaultError):
    """An export is never written over another one."""

    template = texts.EXPORT_EXISTS
