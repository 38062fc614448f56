"""A link to hand on: as text, as a picture for a phone, to the clipboard."""

from nicegui import ui
from starlette.requests import Request

from livechat.ui.address import is_loopback
from livechat.ui.components.forms import Outcome, button
from livechat.ui.components.qr import qr_svg


def has_clipboard(request: Request) -> bool:
    """Whether the browser that asked for the page lets it write to the clipboard: over https, or on the server's own computer.

    WebKit (Safari, and every browser on iOS) does so only within the click itself; our word comes after the way to the server.
    """
    agent = request.headers.get('user-agent', '')
    if 'AppleWebKit' in agent and 'Chrome/' not in agent:
        return False
    url = request.url
    return url.scheme == 'https' or is_loopback(url.hostname or '')


def shared_link(link: str, label: str) -> ui.input:
    """QR code, the link in a field that cannot be changed, Copy. Where the browser refuses, the link is selected, to be copied by hand."""
    client = ui.context.client
    with ui.element('div').classes('shared-link'):
        ui.element('div').classes('picture').props['innerHTML'] = qr_svg(link, label=f'QR code: {label}')
        with ui.element('div').classes('text'):
            box = ui.input(label, value=link).props('outlined readonly')
            box.props['aria-label'] = label

            def copy() -> None:
                box.run_method('select')
                if has_clipboard(client.request):
                    ui.clipboard.write(link)
                    outcome.show('Copied.')
                else:
                    outcome.show('The link is selected: copy it with Ctrl+C, or hold it with a finger.')

            button('Copy', copy, kind='primary', label=f'Copy: {label}')
            outcome = Outcome()
    return box
