"""Passwords that have leaked: the 30,000 commonest, as the ``zxcvbn`` package ships them.

Read from the package's file on each call and let go at once, since passwords are chosen rarely:
30 to 45 ms and 11 MiB while it lasts, nothing afterwards. The package itself is never imported: its
score would keep 15 MiB of dictionaries that nobody asks. Source: OWASP ASVS 5.0, 6.2.4 and 6.2.12.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.machinery import SourceFileLoader
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

_PACKAGE: Final = "zxcvbn"
_MODULE: Final = "zxcvbn.frequency_lists"
_LIST: Final = "passwords"
# What people put in place of a letter; 1 stands for i and for l.
_DISGUISES: Final = (
    str.maketrans("@431$0578!", "aaeisostbi"),
    str.maketrans("@431$0578!", "aaelsostbl"),
)


def is_leaked(plain: str) -> bool:
    """Tell whether a password is a leaked one, or one with digits and signs around it.

    ``plain`` is in small letters without accents. A word inside a longer phrase says nothing.
    """
    dressed = (plain, re.sub(r"[\W_]+", "", plain), re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain))
    forms = {form.translate(disguise) for form in dressed for disguise in ({}, *_DISGUISES)}
    return not forms.isdisjoint(_listed())


def _listed() -> list[str]:
    names: dict[str, Any] = {}
    exec(_code(), names)  # noqa: S102 - a literal of an installed package
    found: list[str] = names["FREQUENCY_LISTS"][_LIST]
    return found


def _code() -> Any:
    loader = SourceFileLoader(_MODULE, str(_path()))
    return loader.get_code(_MODULE)


@lru_cache(maxsize=1)
def _path() -> Path:
    spec = find_spec(_PACKAGE)
    places = spec.submodule_search_locations if spec else None
    if not places:
        raise ModuleNotFoundError(_PACKAGE)
    return Path(places[0]) / "frequency_lists.py"
