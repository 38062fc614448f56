"""What a search in the stores finds."""

from collections.abc import Sequence
from datetime import date

from livechat.domain.model import UserId
from livechat.domain.ports import Stores
from livechat.domain.search_ports import Order, Place, Question
from livechat.domain.search_query import parse


async def found(stores: Stores, user_id: UserId, text: str, *, enough: int = 0) -> Sequence[Place]:
    """In all rooms of that person, newest first."""
    terms = parse(text, today=date(2026, 5, 4)).terms
    if not terms:
        return []
    return (await stores.search.find(Question(user_id=user_id, terms=terms, order=Order.NEWEST), enough=enough)).places
