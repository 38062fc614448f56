"""What the start prints: the addresses, the way in while there is no owner, and what a network without https lacks."""

import contextlib
import io
import ipaddress
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path

import ifaddr
import segno
import typer

import livechat

NO_INTERNET_NEEDED = ('192.0.2.1', 9)
"""An address of the documentation network: a UDP "connect" to it sends nothing, but tells which way a packet would leave."""
BRIDGES = ('docker', 'br-', 'veth', 'virbr', 'vmnet', 'vbox', 'lxc', 'podman', 'cni')
"""Adapters to containers and virtual machines: nobody's phone is behind them."""
WITHOUT_HTTPS = """
  Everybody on this network can open this address, and whoever runs the network can read along: it is plain http.
  Browsers allow notifications, the clipboard button and installing as an app only with https.
"""


def url(host: str, port: int) -> str:
    return f'http://[{host}]:{port}' if ':' in host else f'http://{host}:{port}'


def local_url(bind_host: str, port: int) -> str:
    """How this computer itself reaches a server that listens there."""
    return url({'0.0.0.0': '127.0.0.1', '::': '::1'}.get(bind_host, bind_host), port)  # noqa: S104 - compared, not bound


def lan_hosts() -> list[str]:
    """This computer's IPv4 addresses on its networks, the likeliest first; empty without a network."""
    found = [
        address.ip
        for adapter in ifaddr.get_adapters()
        if not adapter.nice_name.lower().startswith(BRIDGES)
        for address in adapter.ips
        if isinstance(address.ip, str) and _is_on_a_network(address.ip)
    ]
    first = _default_route_host()
    return sorted(dict.fromkeys(found), key=lambda host: host != first)


def _is_on_a_network(host: str) -> bool:
    address = ipaddress.ip_address(host)
    return not (address.is_loopback or address.is_link_local or address.is_unspecified)


def _default_route_host() -> str | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.connect(NO_INTERNET_NEEDED)
        return str(probe.getsockname()[0])
    return None


def announce(*, address: str, data: Path, set_up_address: str | None, lan: tuple[Sequence[str], int] | None = None) -> None:
    """What everybody who starts a server needs to see; with the hosts and port of the network, if it was asked for."""
    lines = [('livechat', livechat.__version__), ('Address', address), ('Data folder', str(data))]
    if set_up_address:
        lines += [('Set up', set_up_address), ('', 'Open it to create the owner. It works until an owner exists; keep it to yourself.')]
    if lan:
        lines += [('On the network', url(host, lan[1])) for host in lan[0]] or [
            ('On the network', 'None found: only this computer gets in.')
        ]
    typer.echo('\n' + '\n'.join(f'  {name:<16}{value}' for name, value in lines) + '\n')
    if lan and lan[0]:
        typer.echo(f'{qr_code(url(lan[0][0], lan[1]))}{WITHOUT_HTTPS}')
    typer.echo('  Ctrl-C stops the server.\n')


def show_link(words: str, link: str) -> None:
    """A link to hand on, also as a QR code."""
    typer.echo(f'{words}\n\n  {link}\n\n{qr_code(link)}')


def qr_code(text: str) -> str:
    """For a terminal; empty where it cannot show the blocks it is drawn with."""
    drawing = io.StringIO()
    segno.make(text, micro=False).terminal(drawing, compact=True)
    try:
        drawing.getvalue().encode(sys.stdout.encoding or 'ascii')
    except UnicodeEncodeError:
        return ''
    return drawing.getvalue()


def open_browser(address: str) -> None:
    """Show the address in the person's browser, if there is one; never in the way of the server."""
    threading.Thread(target=_open_browser, args=(address,), name='open browser', daemon=True).start()


def _open_browser(address: str) -> None:
    with contextlib.suppress(webbrowser.Error, OSError):
        browser = webbrowser.get()
        if type(browser) is not webbrowser.GenericBrowser:  # such as w3m: it would take this very terminal
            browser.open(address)


def progress(done: str) -> Callable[[int, int], None]:
    """Say how much of the whole is done, at every tenth of it."""
    said = 0

    def tell(part: int, whole: int) -> None:
        nonlocal said
        tenths = part * 10 // whole if whole else 10
        if tenths > said:
            said = tenths
            typer.echo(f'{tenths * 10} % {done}')

    return tell
