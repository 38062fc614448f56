"""Network addresses: where a request comes from, as far as it is counted, and which ones lead nobody else anywhere."""

from livechat.domain import address_bans


def household(host: str) -> str:
    """Whom limits count: an IPv4 address, or the /64 network that one IPv6 customer has to himself. Else the host as it is."""
    return address_bans.household(host) or host


def is_loopback(host: str) -> bool:
    """Whether a host, with or without a port, is this computer's name for itself."""
    return host.removeprefix('[').startswith(('127.', 'localhost', '::1'))
