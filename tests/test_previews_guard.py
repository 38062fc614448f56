"""No link of anybody makes this server call anything but the public web, however it is spelled, resolved or redirected."""

import ssl
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from livechat.outgoing import is_public_web
from livechat.preview_fetch import MAX_REDIRECTS, Fetcher, FetchFailed
from livechat.previews import PAGE, own_hosts
from tests.hostile_server import PAGE as HTML
from tests.hostile_server import HostileServer, Names, http, redirect
from tests.ntfy_server import PRIVATE

NOT_PUBLIC = [
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '127.8.8.8',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.1',
    '192.0.2.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '239.255.255.250',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::ffff:0:127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:10::1',
    '2001:20::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '2002:a9fe:a9fe::',
    '3fff::1',
    '5f00::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fec0::1',
    'ff02::1',
]


@pytest.fixture
async def server() -> AsyncIterator[HostileServer]:
    async with HostileServer().running() as running:
        running.answers['/'] = http(HTML)
        yield running


@pytest.fixture
def names() -> Names:
    return Names()


@pytest.fixture
def fetcher(server: HostileServer, names: Names) -> Fetcher:
    return Fetcher(resolve=names, allows=server.allows, own_hosts={'chat.test', '8.8.4.4'})


async def refusal(fetcher: Fetcher, url: str) -> str:
    with pytest.raises(FetchFailed) as failed:
        await fetcher.get(url, PAGE)
    return str(failed.value)


async def test_page_is_fetched_under_its_own_name_without_cookies_or_credentials(
    server: HostileServer, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
):
    for name in ('HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'):
        monkeypatch.setenv(name, 'http://127.0.0.1:9')
    server.answers['/'] = http(HTML, more='Set-Cookie: a=b\r\n')

    await fetcher.get(server.url(), PAGE)
    page = await fetcher.get(server.url('/#fragment'), PAGE)

    assert (page.body.decode()[:20], page.host) == (HTML[:20], 'page.test')
    asked = server.requests[1]
    assert asked.target == '/'
    assert asked.headers['host'] == f'page.test:{server.port}'
    assert asked.headers['accept-encoding'] == 'identity'
    assert not {'cookie', 'authorization', 'referer', 'proxy-authorization'} & set(asked.headers)


@pytest.mark.parametrize('address', NOT_PUBLIC)
async def test_name_at_an_address_that_is_not_public_is_not_called(server: HostileServer, address: str):
    names = Names(evil_test=[[address]])

    assert await refusal(Fetcher(resolve=names), f'http://evil.test:{server.port}/') == 'it is not at a public address'
    assert await refusal(Fetcher(resolve=names), 'http://evil.test/') == 'it is not at a public address'

    assert names.asked == ['evil.test'] * 2
    assert server.connections == 0


@pytest.mark.parametrize('host', [*PRIVATE, *(f'[{address}]' if ':' in address else address for address in NOT_PUBLIC)])
async def test_no_spelling_of_an_address_that_is_not_public_is_called(server: HostileServer, host: str):
    assert await refusal(Fetcher(), f'http://{host}/')
    assert await refusal(Fetcher(), f'http://{host}:{server.port}/')
    assert server.connections == 0


async def test_spellings_would_have_been_called_were_it_not_for_the_guard(server: HostileServer):
    fetcher = Fetcher(allows=lambda _address, _port: True)

    for host in ('127.0.0.1', 'localhost', '2130706433', '0x7f000001', '127.1'):
        await fetcher.get(f'http://{host}:{server.port}/', PAGE)

    assert server.connections == 5


@pytest.mark.parametrize('address', ['8.8.8.8', '2606:4700:4700::1111'])
def test_public_address_is_called_at_the_ports_of_the_web_alone(address: str):
    assert [port for port in (21, 22, 25, 80, 443, 3306, 6379, 8000, 8080) if is_public_web(address, port)] == [80, 443]


@pytest.mark.parametrize('port', [0, 22, 25, 6379, 8080, 65_535])
async def test_other_ports_are_not_called(port: int):
    names = Names(page_test=[['8.8.8.8']])

    assert await refusal(Fetcher(resolve=names), f'http://page.test:{port}/')


async def test_one_address_among_several_that_is_not_public_refuses_all(server: HostileServer):
    fetcher = Fetcher(resolve=Names(evil_test=[['127.0.0.1', '10.0.0.1']]), allows=server.allows)

    assert await refusal(fetcher, server.url(host='evil.test')) == 'it is not at a public address'
    assert server.connections == 0


async def test_name_is_resolved_once_so_that_no_second_answer_counts(server: HostileServer):
    """DNS rebinding: the second answer is a private address, or ours."""
    names = Names(evil_test=[['127.0.0.1'], ['10.0.0.1']])

    page = await Fetcher(resolve=names, allows=server.allows).get(server.url(host='evil.test'), PAGE)

    assert page.body
    assert names.asked == ['evil.test']


async def test_name_that_is_rebound_between_two_hops_is_looked_at_anew(server: HostileServer):
    names = Names(evil_test=[['127.0.0.1'], ['10.0.0.1']])
    server.answers['/first'] = redirect('/')

    fetcher = Fetcher(resolve=names, allows=server.allows)

    assert await refusal(fetcher, server.url('/first', host='evil.test')) == 'it is not at a public address'
    assert [request.target for request in server.requests] == ['/first']


@pytest.mark.parametrize(
    'url',
    [
        'ftp://page.test/',
        'file:///etc/passwd',
        'gopher://page.test:70/_x',
        'data:text/html,<title>x</title>',
        'javascript:alert(1)',
        'ws://page.test/',
        'unix:/run/docker.sock',
        '//page.test/',
        '/etc/passwd',
        'page.test',
        '',
        'http://',
        'http:///path',
        'http://[::1',
        'http://[::1%25lo]/',
        'http://[fe80::1%lo]/',
        'http://page.test:99999/',
        'http://page.test:-1/',
        'http://page.test:x/',
        'http://pa ge.test/',
        'http://page.test\r\nHost: other.test/',
        'http://page\x00.test/',
        'http://\ud800.test/',
        'http://' + 'a' * 300 + '.test/',
        'http://xn--a.test/',
        'http://%31%32%37.0.0.1/',
        'http://page.test/' + 'a' * 2_000,
    ],
)
async def test_what_is_no_address_of_the_web_is_not_called(server: HostileServer, fetcher: Fetcher, url: str):
    assert await refusal(fetcher, url.replace('page.test/', f'page.test:{server.port}/'))
    assert server.connections == 0


@pytest.mark.parametrize('user', ['user@', 'user:password@', ':password@', '127.0.0.1@', 'page.test%40', 'http://a:b@'])
async def test_address_with_credentials_is_not_called(server: HostileServer, fetcher: Fetcher, user: str):
    assert await refusal(fetcher, f'http://{user}page.test:{server.port}/')
    assert server.connections == 0


async def test_name_in_another_script_is_called_in_its_ascii_form(server: HostileServer):
    names = Names(**{'xn--bcher-kva_test': [['127.0.0.1']]})

    page = await Fetcher(resolve=names, allows=server.allows).get(server.url(host='bücher.test'), PAGE)

    assert names.asked == [page.host] == ['xn--bcher-kva.test']
    assert server.requests[0].headers['host'] == f'xn--bcher-kva.test:{server.port}'


@pytest.mark.parametrize('host', ['chat.test', 'CHAT.TEST', 'chat.test.', '8.8.4.4', '134743044', 'other.test'])
async def test_this_server_itself_is_not_called(host: str):
    fetcher = Fetcher(own_hosts={'Chat.test', '8.8.4.4'}, resolve=Names(other_test=[['8.8.4.4']]))

    assert await refusal(fetcher, f'http://{host}/') in {'it is this server', 'it is not at a public address'}


def test_own_hosts_are_the_names_and_all_addresses_of_this_computer():
    own = own_hosts('https://chat.example.org:8443', ['intern.example.org'])

    assert {'chat.example.org', 'intern.example.org', '127.0.0.1'} <= own
    assert '' not in own_hosts('', [])


# Redirects


async def test_redirects_are_followed_so_far_and_no_further(server: HostileServer, fetcher: Fetcher):
    for number in range(MAX_REDIRECTS + 1):
        server.answers[f'/{number}'] = redirect(f'/{number + 1}' if number < MAX_REDIRECTS else '/')

    page = await fetcher.get(server.url('/1'), PAGE)
    assert page.url == server.url('/')
    assert await refusal(fetcher, server.url('/0')) == 'it leads from one place to the next'

    assert len(server.requests) == 2 * (MAX_REDIRECTS + 1)


async def test_redirect_to_itself_ends(server: HostileServer, fetcher: Fetcher):
    server.answers['/loop'] = redirect('/loop')

    assert await refusal(fetcher, server.url('/loop'))
    assert server.connections == MAX_REDIRECTS + 1


@pytest.mark.parametrize('status', ['301 M', '302 F', '303 S', '307 T', '308 P'])
async def test_every_kind_of_redirect_is_followed(server: HostileServer, fetcher: Fetcher, status: str):
    server.answers['/first'] = redirect(server.url('/').removeprefix('http:'), status)

    assert (await fetcher.get(server.url('/first'), PAGE)).url == server.url('/')


@pytest.mark.parametrize(
    'target',
    [
        'http://169.254.169.254/latest/meta-data/',
        'http://[fd00:ec2::254]/latest/meta-data/',
        'http://metadata.test/',
        'http://127.0.0.1/',
        'http://2130706433/',
        'http://[::1]/',
        'http://[64:ff9b::7f00:1]/',
        'http://page.test:22/',
        'http://page.test:65535/',
        'file:///etc/passwd',
        'ftp://page.test/',
        'gopher://page.test/',
        'data:text/html,<title>x</title>',
        'javascript:alert(1)',
        'http://user:password@page.test/',
        'http://chat.test/',
        'http://[',
        'http://page.test:999999/',
    ],
)
async def test_redirect_out_of_the_public_web_is_not_followed(server: HostileServer, target: str):
    names = Names(metadata_test=[['169.254.169.254']], chat_test=[['8.8.8.8']])
    fetcher = Fetcher(resolve=names, allows=server.allows, own_hosts={'chat.test'})
    server.answers['/first'] = redirect(target.replace('@page.test/', f'@page.test:{server.port}/'))

    assert await refusal(fetcher, server.url('/first'))

    assert [request.target for request in server.requests] == ['/first']


# Certificates


@pytest.fixture(scope='module')
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of `page.test` and nobody else, with its key."""
    file = tmp_path_factory.mktemp('tls') / 'both.pem'
    command = 'openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=page.test'
    made = subprocess.run(
        [*command.split(), '-addext', 'subjectAltName=DNS:page.test', '-keyout', '-', '-out', '-'], capture_output=True, check=True
    )
    file.write_bytes(made.stdout)
    return file


async def test_certificate_is_checked_against_the_name_in_the_link(certificate: Path):
    accepting = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    accepting.load_cert_chain(certificate)
    async with HostileServer().running(accepting) as server:
        server.answers['/'] = http(HTML)
        trusting = Fetcher(resolve=Names(), allows=server.allows, tls=ssl.create_default_context(cafile=str(certificate)))
        usual = Fetcher(resolve=Names(), allows=server.allows)

        page = await trusting.get(f'https://page.test:{server.port}/', PAGE)

        assert page.body
        assert await refusal(trusting, f'https://other.test:{server.port}/') == 'ConnectError on the way'
        assert await refusal(usual, f'https://page.test:{server.port}/') == 'ConnectError on the way'
        assert len(server.requests) == 1
