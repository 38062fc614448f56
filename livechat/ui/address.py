"""Network addresses: where a request comes from, as far as it is counted, and which ones lead nobody else anywhere."""

import ipaddress


def household(host: str) -> str:
    """Whom limits count: an IPv4 address, or the /64 network that one IPv6 customer has to himself. Else the host as it is."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return host
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address), 64), strict=False))


def is_loopback(host: str) -> bool:
    """Whether a host, with or without a port, is this computer's name for itself."""
    return host.removeprefix('[').startswith(('127.', 'localhost', '::1'))
