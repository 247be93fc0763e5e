"""A string that no log, traceback, format, JSON or pickle shows."""

from __future__ import annotations

import hmac
from typing import Any, NoReturn, final

MASK = "Secret(***)"


@final
class Secret:
    """One secret value; only ``reveal`` gives it, and whoever calls it answers for the rest.

    Equality takes constant time and holds only between secrets. There is no hash, so no cache or
    set keeps one by accident; copying and pickling raise ``TypeError``.
    """

    __slots__ = ("_value",)
    _value: str

    def __init__(self, value: str) -> None:
        object.__setattr__(self, "_value", value)

    def reveal(self) -> str:
        """Return the value in clear."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return False
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    __hash__ = None  # type: ignore[assignment]

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a Secret does not change")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("a Secret does not change")

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return MASK

    def __reduce__(self) -> Any:
        raise TypeError("a Secret is never pickled or copied")

    def __getstate__(self) -> Any:
        raise TypeError("a Secret is never pickled or copied")
