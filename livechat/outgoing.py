"""Which addresses strangers' text may make this computer call: those of the public internet, and no others.

The rule is checked on the numeric address of every single connection, not on the name that somebody typed: names may resolve to
anything, differently each time, and 127.0.0.1 has many spellings (`2130706433`, `0177.0.0.1`, `127.1`, `[::ffff:127.0.0.1]`).
"""

import ipaddress
import socket
import sys
import unicodedata
from collections.abc import Callable

_UNICAST = ipaddress.IPv6Network('2000::/3')
_NOT_PUBLIC = tuple(ipaddress.IPv6Network(network) for network in ('2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'))
"""Special purposes, documentation, and 6to4, which carries an IPv4 address of any kind within."""


WEB_PORTS = frozenset({80, 443})


class CallRefused(PermissionError):
    """A connection that must not be made; for the code that tried it an error like any other of the network."""


def is_public(address: str) -> bool:
    """Whether this numeric address is one of the public internet. False for anything that is no numeric address.

    `ipaddress.is_global` alone lets through multicast, and IPv6 addresses that lead to private IPv4 ones (NAT64, 6to4, mapped).
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not ip.is_multicast
    return ip in _UNICAST and not any(ip in network for network in _NOT_PUBLIC)


def is_public_web(address: str, port: int) -> bool:
    """Whether a server of the public web may be there: nobody's text makes this computer knock at other ports."""
    return port in WEB_PORTS and is_public(address)


def numeric_address(host: str) -> str | None:
    """The address that a host stands for without asking anybody: a numeric one in any spelling, or localhost; else None."""
    host = unicodedata.normalize('NFKC', host).strip('[]').rstrip('.').lower()
    if host == 'localhost' or host.endswith('.localhost'):
        return '127.0.0.1'
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, UnicodeEncodeError):
        return None


def guard(allows: Callable[[str, int], bool]) -> None:
    """From here on this process makes only connections of which `allows(numeric address, port)`, whatever code asks for them.

    An audit hook: it sees each connection at the call into the operating system, cannot be removed, and is given exactly the
    address that is used. A name instead of a numeric address is refused, for the system would resolve it once more.
    """

    def check(event: str, arguments: tuple[object, ...]) -> None:
        if event not in {'socket.connect', 'socket.sendto', 'socket.sendmsg'} or arguments[1] is None:
            return
        target = arguments[1]
        if not (isinstance(target, tuple) and isinstance(target[0], str) and _is_numeric(target[0]) and allows(target[0], target[1])):
            raise CallRefused(f'no connection to {target!r}')

    sys.addaudithook(check)


def _is_numeric(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
