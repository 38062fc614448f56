"""What may be typed as a target of notifications: at first sight, and as Apprise reads it."""

import importlib
import warnings

import pytest

from livechat.domain.errors import PushTargetInvalid
from livechat.push import AppriseSender
from livechat.push_worker import SERVICES, Outlet, Undeliverable, plugin_for
from tests.ntfy_server import PRIVATE

SLACK = 'slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ'
LINK = 'https://chat.example.org/rooms/garden?m=7'


@pytest.fixture(scope='module')
def plugins() -> None:
    """That of mail imports `imghdr`, which warns on Python 3.11 and 3.12."""
    with warnings.catch_warnings():
        warnings.simplefilter('ignore', DeprecationWarning)
        for service in SERVICES.values():
            importlib.import_module(f'apprise.plugins.{service.module}')


@pytest.mark.usefixtures('plugins')
@pytest.mark.parametrize(
    ('url', 'clean'),
    [
        (' NTFY://ntfy.example.org/topic ', 'ntfy://ntfy.example.org/topic'),
        ('ntfys://tk_token@ntfy.example.org:8443/topic?priority=high&tags=chat', None),
        ('ntfy://topic', None),
        ('gotifys://gotify.example.org/AbcdefghijklmnO', None),
        ('mailtos://ana:secret@example.org?smtp=mail.example.org&from=a@example.org&to=b@example.org', None),
        ('tgram://123456789:AbcdefghijklmnopqrstuvwxyzABCDEFGHI/987654321/', None),
        ('discord://123456789012345678/AbcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_01234567890', None),
        (f'{SLACK}/#general', f'{SLACK}/%23general'),
        ('matrixs://user:secret@matrix.example.org/#room', 'matrixs://user:secret@matrix.example.org/%23room'),
        ('pover://uabcdefghijklmnopqrstuvwxyz012@aabcdefghijklmnopqrstuvwxyz012?sound=bike', None),
    ],
)
def test_known_service_is_taken_and_apprise_can_read_it(url: str, clean: str | None):
    checked = AppriseSender(allow_private=False).check(url)

    assert checked == (clean or url)
    assert len(plugin_for(checked, link=LINK)) == 1


@pytest.mark.parametrize(
    'url',
    [
        '',
        'ntfy',
        'ntfy://',
        'topic',
        'https://example.org/',
        'http://127.0.0.1/',
        'json://example.org/',
        'jsons://example.org/',
        'xml://example.org/',
        'form://example.org/',
        'file:///etc/passwd',
        'exec://ls',
        'syslog://',
        'rsyslog://example.org',
        'dbus://',
        'apprise://example.org/token',
        'mqtt://example.org/topic',
        'ntfy://exa mple.org/topic',
        'ntfy://example.org/to\r\npic',
        'ntfy://example.org/\x00',
        'ntfy://[::1/topic',
        'ntfy://example.org/' + 'x' * 500,
        'ntfy://example.org/topic?click=http://a',
        'ntfy://example.org/topic?redirect=yes',
        'ntfy://example.org/topic?retry=10',
        'ntfy://example.org/topic?rto=1000',
        'ntfy://example.org/topic?attach=file:///etc/passwd',
        'gotify://example.org/token?%2Bheader=x',
        'mailto://a:b@example.org?pgpprv=/etc/ssl/private/key',
        'mailto://a:b@example.org?cc=eve@example.org',
        'mailto://a:b@example.org?format',
        'discord://1/a?template=/etc/passwd',
        f'{SLACK}/#general?template=/etc/passwd',
        'ntfy://example.org/one?priority=high&%63lick=x',
    ],
)
def test_anything_else_is_refused_before_it_is_kept(url: str):
    with pytest.raises(PushTargetInvalid) as refused:
        AppriseSender(allow_private=True).check(url)

    assert refused.value.field == 'url'


@pytest.mark.usefixtures('plugins')
@pytest.mark.parametrize(
    'url',
    [
        'ntfy://example.org/one/two',
        'ntfy://example.org/one?priority=high&click=x',
        'mailto://a:b@example.org?to=a@example.org,b@example.org',
        f'{SLACK}/%23general/%23other',
        f'{SLACK}/%23general?template=/etc/passwd',
        'gotify://example.org/token?+header=x',
        'discord://',
        'pover://user',
    ],
)
def test_address_that_apprise_reads_otherwise_is_refused_by_the_process(url: str):
    outlet = Outlet()

    with pytest.raises(Undeliverable):
        plugin_for(url)
    assert outlet.deliver({'url': url, 'title': 't', 'body': 'b', 'link': ''}) != ''


@pytest.mark.usefixtures('plugins')
def test_every_scheme_is_one_of_its_plugin():
    for scheme, service in SERVICES.items():
        plugin = getattr(importlib.import_module(f'apprise.plugins.{service.module}'), service.plugin)

        assert scheme in {plugin.protocol, plugin.secure_protocol}


@pytest.mark.parametrize('host', PRIVATE)
def test_private_host_is_refused_when_it_is_typed_unless_allowed(host: str):
    url = f'ntfy://{host}:8080/topic'

    assert AppriseSender(allow_private=True).check(url) == url
    with pytest.raises(PushTargetInvalid, match='private'):
        AppriseSender(allow_private=False).check(url)
    with pytest.raises(PushTargetInvalid, match='private'):
        AppriseSender(allow_private=False).check(f'mailto://a:b@example.org?smtp={host}')
