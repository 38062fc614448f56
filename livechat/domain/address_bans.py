"""Banned addresses, in memory: asked at every request."""

import asyncio
import ipaddress
from collections.abc import Collection
from datetime import datetime
from functools import lru_cache

from livechat.domain.model import UserId
from livechat.domain.people_ports import AddressBanStore


class AddressBans:
    """Filled at the start, read anew after each change: the store alone knows whose ban holds which address."""

    def __init__(self, store: AddressBanStore) -> None:
        self._store = store
        self._banned: frozenset[str] = frozenset()
        self._changing = asyncio.Lock()

    async def load(self) -> None:
        self._banned = await self._store.all()

    def has(self, address: str) -> bool:
        """Whether that address, in whatever form, belongs to a banned one."""
        return bool(self._banned) and household(address) in self._banned

    async def add(self, addresses: Collection[str], *, user_id: UserId, at: datetime) -> None:
        """Households, see there."""
        async with self._changing:
            await self._store.add(addresses, user_id=user_id, at=at)
            await self.load()

    async def remove_of(self, user_id: UserId) -> None:
        async with self._changing:
            await self._store.remove_of(user_id)
            await self.load()


@lru_cache(4_096)  # 17 us each otherwise, at every request
def household(address: str) -> str:
    """An IPv4 address, or the /64 network that one IPv6 customer has to himself; empty for what is neither.

    Idempotent: such a network stays what it is.
    """
    try:
        ip = ipaddress.ip_interface(address.partition('%')[0]).ip
    except ValueError:
        return ''
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    if ip.ipv4_mapped is not None:
        return str(ip.ipv4_mapped)
    return str(ipaddress.ip_network((int(ip), 64), strict=False))


def is_public(place: str) -> bool:
    """Of a household. Behind any other address is whoever shares the network or the proxy, perhaps everybody."""
    return ipaddress.ip_interface(place).ip.is_global
