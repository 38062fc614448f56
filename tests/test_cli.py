"""The commands as a person types them: what they print, what they refuse, how they end."""

import asyncio
import io
import os
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

import livechat
from livechat import cli, console, data_folder
from livechat.data_folder import FolderUnusable
from livechat.domain.chat import Chat
from livechat.domain.model import ServerRole
from livechat.domain.password_errors import PasswordLinkInvalid, SignInFailed
from livechat.settings import Settings
from livechat.store import index_check
from livechat.store.index_check import Checked
from livechat.store.rebuild import Rebuilt
from tests.server_process import COMMAND, ServerProcess

PASSWORD = 'correct horse battery'


@dataclass(frozen=True, slots=True)
class Ended:
    code: object
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Type a command in an empty directory; the answer is how it ended."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv('XDG_DATA_HOME', str(tmp_path / 'user-data'))
    before = signal.getsignal(signal.SIGTERM)

    def typed(*arguments: str, typed_in: str = '') -> Ended:
        monkeypatch.setattr(sys, 'argv', ['livechat', *arguments])
        monkeypatch.setattr(sys, 'stdin', io.StringIO(typed_in))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        return Ended(ended.value.code, captured.out, captured.err)

    yield typed
    signal.signal(signal.SIGTERM, before)


def in_chat(folder: Path, ask: Callable[[Chat], object]) -> None:
    """Look into a data folder as the server would."""
    asyncio.run(cli._with_chat(Settings(data=folder), ask))  # type: ignore[arg-type]


def test_version_is_printed(run: Run) -> None:
    assert run('--version') == Ended(0, f'livechat {livechat.__version__}\n', '')


def test_help_names_the_commands(run: Run) -> None:
    ended = run('--help')

    assert ended.code == 0
    assert 'serve' in ended.out
    assert 'user' in ended.out


def test_reindex_beside_a_running_server_ends_with_a_line_that_says_all_is_well(run: Run, tmp_path: Path) -> None:
    data = tmp_path / 'data'
    with ServerProcess(data):
        ended = run('reindex', '--data', str(data))

    assert ended.code == 0
    assert ended.out.splitlines()[-1] == 'The search indexes are new, and fit all 0 messages.'
    assert ended.err == ''


def test_second_reindex_is_refused_in_one_line(run: Run, tmp_path: Path) -> None:
    with data_folder.held(tmp_path, data_folder.REINDEX_LOCK_NAME):
        ended = run('reindex', '--data', str(tmp_path))

    assert ended.code == 2
    assert ended.err.startswith('livechat: Another livechat (process ')
    assert ended.err.count('\n') == 1


def test_reindex_that_does_not_fit_says_so_and_fails(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checked = Checked(messages=3, troubles=('message_words has 2 of 3 messages.',))
    monkeypatch.setattr(cli, 'rebuild', lambda *_, **__: Rebuilt(mended=0, checked=checked))

    ended = run('reindex', '--data', str(tmp_path))

    assert ended.code == 1
    assert 'message_words has 2 of 3 messages.' in ended.err
    assert ended.out == ''


@pytest.mark.parametrize(
    ('is_checking', 'indexes'), [(False, 'the indexes as they were'), (True, 'the new indexes, which were not checked to the end')]
)
def test_reindex_that_is_stopped_says_which_indexes_there_are(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_checking: bool, indexes: str
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    if is_checking:
        monkeypatch.setattr(index_check, 'copy_database', stop)
    else:
        monkeypatch.setattr(console, 'progress', lambda _: stop)

    ended = run('reindex', '--data', str(tmp_path / 'data'))

    assert (ended.code, ended.err) == (130, f'livechat: Stopped. Searches go on with {indexes}.\n')


def test_unknown_command_is_refused(run: Run) -> None:
    ended = run('sreve')

    assert ended.code == 2
    assert 'sreve' in ended.err


def test_taken_port_is_refused_in_one_line(run: Run, tmp_path: Path) -> None:
    with socket.create_server(('127.0.0.1', 0)) as other:
        port = other.getsockname()[1]

        ended = run('--no-browser', '--port', str(port), '--data', str(tmp_path / 'data'))

    assert ended == Ended(2, '', f'livechat: Port {port} is taken by another program (or another livechat). Choose another with --port.\n')


def test_host_that_is_not_ours_is_refused_in_one_line(run: Run) -> None:
    ended = run('serve', '--no-browser', '--port', '0', '--host', '192.0.2.1')

    assert ended.code == 2
    assert ended.err.startswith('livechat: Cannot listen on 192.0.2.1')


def test_host_that_is_no_address_is_refused_in_one_line(run: Run) -> None:
    ended = run('serve', '--no-browser', '--port', '0', '--host', 'no such host')

    assert ended == Ended(2, '', 'livechat: no such host is no address of this computer. Name another with --host.\n')


def test_bad_setting_is_refused_in_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / 'livechat.toml').write_text('prot = 8000\n')

    ended = run()

    assert ended.code == 2
    assert ended.err.startswith(f'livechat: prot in {tmp_path}/livechat.toml is no setting; did you mean port?')
    assert ended.err.count('\n') == 1


def test_folder_that_cannot_be_made_is_refused_in_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / 'file').touch()

    ended = run('--no-browser', '--data', str(tmp_path / 'file' / 'data'))

    assert ended.code == 2
    assert ended.err.startswith(f'livechat: The data folder {tmp_path}/file/data cannot be made: ')
    assert ended.err.count('\n') == 1


@pytest.mark.skipif(sys.platform != 'linux', reason='/proc is where not even root can write')
def test_folder_that_cannot_be_written_is_refused_in_one_line(run: Run) -> None:
    ended = run('--no-browser', '--port', '0', '--data', '/proc')

    assert ended.code == 2
    assert ended.err.startswith('livechat: The data folder /proc cannot be written')
    assert ended.err.count('\n') == 1


def test_folder_of_a_running_server_is_refused_in_one_line(run: Run, tmp_path: Path) -> None:
    with data_folder.held(tmp_path):
        ended = run('--no-browser', '--port', '0', '--data', str(tmp_path))

    assert ended.code == 2
    assert ended.err.startswith(f'livechat: Another livechat (process {os.getpid()}) uses the data folder {tmp_path}.')


def test_folder_is_free_again_when_its_server_has_ended(tmp_path: Path) -> None:
    with data_folder.held(tmp_path), pytest.raises(FolderUnusable), data_folder.held(tmp_path):
        pass

    with data_folder.held(tmp_path):
        pass


def test_database_that_is_none_is_refused_in_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / 'livechat.db').write_text('a diary, by accident' * 100)

    ended = run('user', 'reset-password', 'Ana', '--data', str(tmp_path))

    assert ended.code == 2
    assert ended.err.startswith(f'livechat: The database {tmp_path}/livechat.db cannot be opened')
    assert ended.err.count('\n') == 1


def test_new_folder_and_its_secrets_are_for_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / 'deep' / 'data'

    data_folder.prepare(folder)
    data_folder.set_up_token(folder)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()] == [0o600]


def test_folder_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)

    data_folder.prepare(tmp_path)

    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_set_up_token_is_the_same_until_it_is_forgotten(tmp_path: Path) -> None:
    token = data_folder.set_up_token(tmp_path)
    assert data_folder.set_up_token(tmp_path) == token

    data_folder.forget_set_up_token(tmp_path)

    assert data_folder.set_up_token(tmp_path) != token


@pytest.mark.parametrize('damage', ['', 'set_up_token = ', 'set_up_token = ""', 'set_up_token = 3', '\0'])
def test_damaged_secrets_are_made_anew(tmp_path: Path, damage: str) -> None:
    (tmp_path / data_folder.SECRETS_NAME).write_text(damage)

    token = data_folder.set_up_token(tmp_path)

    assert len(token) == 32
    assert data_folder.set_up_token(tmp_path) == token


def test_owner_added_by_command_gets_the_first_room(run: Run, tmp_path: Path) -> None:
    ended = run('user', 'add', 'Ana', '--role', 'owner', '--password-stdin', '--data', str(tmp_path), typed_in=f'{PASSWORD}\n')

    assert ended == Ended(0, 'Ana can sign in now, with this name or as ana.\n', '')

    async def look(chat: Chat) -> None:
        assert await chat.accounts.has_owner()
        owner, _ = await chat.accounts.sign_in('ana', PASSWORD, address='127.0.0.1', user_agent='')
        assert owner.role is ServerRole.OWNER
        lobby = chat.rooms.oldest()
        assert lobby is not None
        assert lobby.id in await chat.rooms.memberships(owner.id)

    in_chat(tmp_path, look)


def test_member_added_by_command_is_in_the_first_room(run: Run, tmp_path: Path) -> None:
    run('user', 'add', 'Ana', '--role', 'owner', '--password-stdin', '--data', str(tmp_path), typed_in=PASSWORD)

    ended = run('user', 'add', 'Bo', '--role', 'member', '--password-stdin', '--data', str(tmp_path), typed_in=PASSWORD)

    assert ended.code == 0

    async def look(chat: Chat) -> None:
        member, _ = await chat.accounts.sign_in('Bo', PASSWORD, address='127.0.0.1', user_agent='')
        assert member.role is ServerRole.MEMBER
        assert len(await chat.rooms.memberships(member.id)) == 1

    in_chat(tmp_path, look)


def test_name_that_is_taken_is_refused_in_one_line(run: Run, tmp_path: Path) -> None:
    add = ('user', 'add', 'Ana', '--role', 'owner', '--password-stdin', '--data', str(tmp_path))
    assert run(*add, typed_in=PASSWORD).code == 0

    ended = run(*add, typed_in=PASSWORD)

    assert ended.code == 2
    assert ended.err.startswith('livechat: Somebody here has that name already.')
    assert ended.err.count('\n') == 1


def test_short_password_is_refused(run: Run, tmp_path: Path) -> None:
    ended = run('user', 'add', 'Ana', '--role', 'owner', '--password-stdin', '--data', str(tmp_path), typed_in='short\n')

    assert ended.code == 2
    assert 'at least 8 characters' in ended.err


def test_role_is_one_of_three(run: Run) -> None:
    ended = run('user', 'add', 'Ana', '--role', 'queen', '--password-stdin', typed_in=PASSWORD)

    assert ended.code == 2
    assert 'owner' in ended.err


def test_password_is_asked_for_twice(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def answer(question: str, **options: object) -> str:
        asked.append((question, options['hide_input'], bool(options['confirmation_prompt'])))
        return PASSWORD

    monkeypatch.setattr('typer.prompt', answer)

    ended = run('user', 'add', 'Ana', '--role', 'owner', '--data', str(tmp_path))

    assert ended.code == 0
    assert asked == [('Password', True, True)]


def test_reset_password_opens_with_the_new_one_only(run: Run, tmp_path: Path) -> None:
    run('user', 'add', 'Ana', '--role', 'owner', '--password-stdin', '--data', str(tmp_path), typed_in=PASSWORD)

    ended = run('user', 'reset-password', 'ana', '--data', str(tmp_path))

    assert ended.code == 0
    new = ended.out.splitlines()[0].removeprefix('The new password: ')

    async def look(chat: Chat) -> None:
        with pytest.raises(SignInFailed):
            await chat.accounts.sign_in('Ana', PASSWORD, address='127.0.0.1', user_agent='')
        await chat.accounts.sign_in('Ana', new, address='127.0.0.1', user_agent='')

    in_chat(tmp_path, look)


def test_reset_link_sets_a_new_password_once(run: Run, tmp_path: Path) -> None:
    run('user', 'add', 'Ana', '--role', 'owner', '--password-stdin', '--data', str(tmp_path), typed_in=PASSWORD)

    ended = run('user', 'reset-link', 'ana', '--data', str(tmp_path))

    assert ended.code == 0
    assert ended.out.startswith('For Ana, once, within 4 hours:\n\n  http://127.0.0.1:8000/reset/')
    token = ended.out.splitlines()[2].rpartition('/')[2]

    async def use(chat: Chat) -> None:
        await chat.passwords_help.use(token, 'a new pass phrase', user_agent='', address='127.0.0.1')
        await chat.accounts.sign_in('Ana', 'a new pass phrase', address='127.0.0.1', user_agent='')
        with pytest.raises(PasswordLinkInvalid):
            await chat.passwords_help.use(token, 'another one', user_agent='', address='127.0.0.1')

    in_chat(tmp_path, use)


def test_reset_link_for_nobody_is_refused(run: Run, tmp_path: Path) -> None:
    ended = run('user', 'reset-link', 'Nobody', '--data', str(tmp_path))

    assert ended == Ended(2, '', 'livechat: There is nobody called “Nobody”.\n')


def test_reset_of_nobodys_password_is_refused(run: Run, tmp_path: Path) -> None:
    ended = run('user', 'reset-password', 'Nobody', '--data', str(tmp_path))

    assert ended == Ended(2, '', 'livechat: There is nobody called “Nobody”.\n')


def announced(capsys: pytest.CaptureFixture[str], *, set_up: str | None = None, lan: tuple[list[str], int] | None = None) -> str:
    console.announce(address='http://127.0.0.1:8000', data=Path('/srv/chat'), set_up_address=set_up, lan=lan)
    return capsys.readouterr().out


def test_start_prints_what_one_needs(capsys: pytest.CaptureFixture[str]) -> None:
    printed = announced(capsys, set_up='http://127.0.0.1:8000/setup?token=t')

    assert re.findall(r'^  (\S.*?)  +(\S+)$', printed, re.MULTILINE) == [
        ('livechat', livechat.__version__),
        ('Address', 'http://127.0.0.1:8000'),
        ('Data folder', '/srv/chat'),
        ('Set up', 'http://127.0.0.1:8000/setup?token=t'),
    ]


def test_start_with_an_owner_prints_no_set_up_address(capsys: pytest.CaptureFixture[str]) -> None:
    assert 'Set up' not in announced(capsys)


def test_start_for_this_computer_alone_prints_no_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert '█' not in announced(capsys)


def test_lan_start_prints_every_address_a_code_and_what_lacks_without_https(capsys: pytest.CaptureFixture[str]) -> None:
    printed = announced(capsys, lan=(['192.168.1.20', '10.0.0.7'], 8000))

    assert 'http://192.168.1.20:8000\n' in printed
    assert 'http://10.0.0.7:8000\n' in printed
    assert console.qr_code('http://192.168.1.20:8000') in printed
    assert 'only with https' in printed


def test_lan_start_without_a_network_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    printed = announced(capsys, lan=([], 8000))

    assert 'None found' in printed
    assert '█' not in printed


def test_code_is_left_out_where_the_terminal_cannot_draw_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert '█' in console.qr_code('http://192.168.1.20:8000')

    monkeypatch.setattr(sys, 'stdout', io.TextIOWrapper(io.BytesIO(), encoding='ascii'))

    assert console.qr_code('http://192.168.1.20:8000') == ''


@pytest.mark.parametrize(
    ('bind_host', 'address'),
    [('127.0.0.1', 'http://127.0.0.1:1'), ('0.0.0.0', 'http://127.0.0.1:1'), ('::', 'http://[::1]:1'), ('10.1.2.3', 'http://10.1.2.3:1')],
)
def test_printed_address_is_one_this_computer_can_open(bind_host: str, address: str) -> None:
    assert console.local_url(bind_host, 1) == address


def test_lan_hosts_are_addresses_of_networks() -> None:
    assert not [host for host in console.lan_hosts() if host.startswith(('127.', '169.254.', '0.'))]


def test_terminal_without_a_browser_is_no_obstacle(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    class TextBrowser(console.webbrowser.GenericBrowser):
        def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
            opened.append(url)
            return True

    monkeypatch.setattr(console.webbrowser, 'get', lambda: TextBrowser('firefox'))
    console._open_browser('http://graphical')
    monkeypatch.setattr(console.webbrowser, 'get', lambda: console.webbrowser.GenericBrowser('w3m'))
    console._open_browser('http://text')

    def none() -> None:
        raise console.webbrowser.Error('none')

    monkeypatch.setattr(console.webbrowser, 'get', none)
    console._open_browser('http://none')

    assert opened == ['http://graphical']


@pytest.mark.timeout(30)
def test_module_is_the_command() -> None:
    ended = subprocess.run([*COMMAND, '--version'], capture_output=True, text=True, check=True)

    assert ended.stdout == f'livechat {livechat.__version__}\n'


@pytest.mark.timeout(60)
@pytest.mark.parametrize('how', [signal.SIGINT, signal.SIGTERM])
def test_signal_stops_the_server_cleanly_within_3_s(tmp_path: Path, how: signal.Signals) -> None:
    with ServerProcess(tmp_path / 'data') as server:
        stopped = server.stop(how)

    assert (stopped.exit_code, stopped.errors) == (0, '')
    assert stopped.after_s < 3


@contextmanager
def slow_request(server: ServerProcess) -> Iterator[None]:
    """One that the server has begun to handle, and whose rest never comes."""
    host = server.address.removeprefix('http://')
    name, _, port = host.rpartition(':')
    headers = {
        'Host': host,
        'Origin': server.address,
        'Content-Type': 'application/x-www-form-urlencoded',
        'Content-Length': '1000',
        'Expect': '100-continue',
    }
    form = 'POST /setup HTTP/1.1\r\n' + ''.join(f'{header}: {value}\r\n' for header, value in headers.items()) + '\r\n'
    with socket.create_connection((name, int(port))) as connection:
        connection.sendall(form.encode())
        assert b'100 Continue' in connection.recv(1_000)  # uvicorn says so when the application asks for the body
        yield


@pytest.mark.timeout(60)
def test_slow_request_does_not_hold_the_stop(tmp_path: Path) -> None:
    with ServerProcess(tmp_path / 'data') as server, slow_request(server):
        stopped = server.stop()

    assert stopped.exit_code == 0
    assert stopped.after_s < 3
    assert 'Traceback' not in stopped.errors


@pytest.mark.timeout(60)
def test_second_signal_stops_at_once(tmp_path: Path) -> None:
    with ServerProcess(tmp_path / 'data') as server, slow_request(server):
        os.kill(server.pid, signal.SIGINT)
        wait_until_refused(server)

        stopped = server.stop()

    assert stopped.exit_code == 0
    assert 'Traceback' not in stopped.errors


def wait_until_refused(server: ServerProcess) -> None:
    """The stop has begun: the port is closed, requests that were there go on."""
    name, _, port = server.address.removeprefix('http://').rpartition(':')
    with suppress(ConnectionError):
        while True:
            socket.create_connection((name, int(port))).close()


@pytest.mark.timeout(60)
def test_restart_prints_the_same_set_up_address_until_an_owner_exists(run: Run, tmp_path: Path) -> None:
    data = tmp_path / 'data'
    with ServerProcess(data) as first:
        first.stop()
    with ServerProcess(data) as second:
        second.stop()
    assert first.set_up_address is not None
    assert second.set_up_address is not None
    assert first.set_up_address.partition('?')[2] == second.set_up_address.partition('?')[2]

    run('user', 'add', 'Ana', '--role', 'owner', '--password-stdin', '--data', str(data), typed_in=PASSWORD)

    with ServerProcess(data) as third:
        third.stop()
    assert third.set_up_address is None
    assert not (data / data_folder.SECRETS_NAME).exists()
