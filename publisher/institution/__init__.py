"""The institution: its planteles and accounts, from the first import to their end.

``create_institution`` ``load_shipped`` ``word``
"""

from publisher.institution.setup import Loaded, create_institution, load_shipped, word

__all__ = ["Loaded", "create_institution", "load_shipped", "word"]
