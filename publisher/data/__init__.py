"""The institution's shipped data: planteles, civic calendar and the commonest passwords."""

from importlib import resources

__all__ = ["read"]


def read(name: str) -> bytes:
    """Return the bytes of the shipped file ``name``."""
    return resources.files(__package__).joinpath(name).read_bytes()
