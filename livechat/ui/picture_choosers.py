"""Which page waits for a picture under which address: how what arrives by HTTP finds the tab that it was chosen in."""

import secrets
from typing import Protocol
from weakref import WeakValueDictionary

from livechat.domain.model import SignInId


class Chooser(Protocol):
    """A place on a page where a picture can be chosen."""

    @property
    def sign_in_id(self) -> SignInId: ...

    def chosen(self, token: str) -> None:
        """It arrived, and can be cut out."""
        ...

    def refuse(self, why: str) -> None: ...


_choosers: WeakValueDictionary[str, Chooser] = WeakValueDictionary()
"""By key. They go with their pages."""


def await_picture(chooser: Chooser) -> str:
    """The key under which a picture may come for it, until it is forgotten."""
    key = secrets.token_urlsafe(16)
    _choosers[key] = chooser
    return key


def chooser_of(key: str, sign_in_id: SignInId) -> Chooser | None:
    """None for a page that is gone, and for somebody else's."""
    chooser = _choosers.get(key)
    return chooser if chooser is not None and chooser.sign_in_id == sign_in_id else None
