"""Errors of the vault, by what the caller may do.

VaultError
├── KeyProblem               the key, not the data: nothing was touched
│   ├── WrongKey             this key did not seal this database: stop at start-up
│   │   ├── KeyNotRegistered
│   │   ├── KeyRegistryEmpty
│   │   └── KeyOfOtherRoot   a new key that is no successor of the one in force
│   ├── KeyUnavailable       a secret needs a key that the keyring does not hold
│   ├── KeyInUse             the key still seals something and cannot be retired
│   ├── KeyMissing           refused to create a key beside sealed secrets
│   ├── KeyFileExposed       others can read the key file
│   ├── KeyDamaged           what rests there is no key
│   ├── KeyFileUnusable      the operating system refused
│   ├── KeyPlaceUnknown      the setting names no place that there is
│   ├── KeyPlaceFixed        nothing can be written there from here
│   ├── KeyPlaceTaken        another key rests there
│   ├── KeyPlaceOther        a rotation to another place was begun and not ended
│   ├── KeyRingSilent        the system's keyring does not answer
│   ├── KeyServiceSilent     the key service refused or did not answer
│   ├── PassphraseWrong      it opens nothing
│   ├── PassphraseMissing    nobody gave one
│   └── PassphraseWeak       too short to protect a key
├── Tampered                 authentication failed: the row is not what was sealed there
│   └── RolledBack           the version counter is behind the stored versions
├── SecretProblem            what was asked makes no sense: back to the person
│   ├── SecretMissing
│   ├── SecretEmpty
│   ├── SecretSame
│   ├── FieldName
│   └── ReasonMissing
├── KitProblem               what was typed of the recovery kit
│   ├── KitLine              a line with a typing error, and where it may be
│   └── KitOther             sheets that do not belong together
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


class KeyMissing(KeyProblem):
    """The key is gone while the database holds sealed secrets."""

    template = texts.KEY_MISSING


class KeyFileExposed(KeyProblem):
    """Group or others can read the key file, or a stranger owns it."""

    template = texts.KEY_FILE_EXPOSED


class KeyDamaged(KeyProblem):
    """What rests in the place is no key."""

    template = texts.KEY_DAMAGED


class KeyFileUnusable(KeyProblem):
    """The operating system refused to read or create the key file."""

    template = texts.KEY_FILE_UNUSABLE


class KeyPlaceUnknown(KeyProblem):
    """The setting names no place that there is."""

    template = texts.KEY_PLACE_UNKNOWN


class KeyPlaceFixed(KeyProblem):
    """Nothing can be written in this place from here."""

    template = texts.KEY_PLACE_FIXED


class KeyPlaceTaken(KeyProblem):
    """Another key rests in the place; it was left alone."""

    template = texts.KEY_PLACE_TAKEN


class KeyPlaceOther(KeyProblem):
    """A rotation to another place was begun and not ended."""

    template = texts.KEY_PLACE_OTHER


class KeyRingSilent(KeyProblem):
    """The system's keyring is absent, locked or refused."""

    template = texts.KEY_RING_SILENT


class KeyServiceSilent(KeyProblem):
    """The key service refused or did not answer."""

    template = texts.KEY_SERVICE_SILENT


class PassphraseWrong(KeyProblem):
    """The passphrase does not open the key."""

    template = texts.PHRASE_WRONG


class PassphraseMissing(KeyProblem):
    """There is neither a file with the passphrase nor a terminal to ask for it."""

    template = texts.PHRASE_MISSING


class PassphraseWeak(KeyProblem):
    """The passphrase is too short to protect a key."""

    template = texts.PHRASE_WEAK


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


class KitProblem(VaultError):
    """What was typed of the recovery kit is the trouble; nothing was written."""


class KitLine(KitProblem):
    """A line has a typing error."""

    template = texts.KIT_LINE


class KitOther(KitProblem):
    """The sheets do not belong together, or are the same half twice."""

    template = texts.KIT_OTHER


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
