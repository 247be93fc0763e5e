"""Errors of the publisher, by what the person (or the caller) may do.

PublisherError            one Spanish sentence, fit to be shown
├── Invalid               what was given cannot be used: correct it and repeat
├── Forbidden             this person may not do this
├── NotFound              there is no such thing, or not for this person
├── Conflict              it changed meanwhile, or its state does not allow it
└── Unready               the system is not set up, or something it needs is missing
"""

from __future__ import annotations


class PublisherError(Exception):
    """The request could not be carried out; ``str()`` is the sentence for the person."""


class Invalid(PublisherError):
    """What was given cannot be used; ``field`` names the offending one."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


class Forbidden(PublisherError):
    """This person may not do this."""


class NotFound(PublisherError):
    """There is no such thing, or not for this person."""


class Conflict(PublisherError):
    """It changed meanwhile, or its state does not allow it."""


class Unready(PublisherError):
    """The system is not set up, or something it needs is missing."""
