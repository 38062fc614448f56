"""The commands: `livechat` starts the server, `livechat user ...` mends accounts from the terminal."""

import asyncio
import errno
import logging
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn, TypeVar

import typer
import uvicorn

import livechat
from livechat import console, data_folder
from livechat.data_folder import FolderUnusable
from livechat.domain.chat import Chat, SystemClock, running_chat
from livechat.domain.errors import LivechatError
from livechat.domain.model import ServerRole, User
from livechat.settings import Settings, SettingsInvalid, load_settings
from livechat.store import DATABASE_NAME, StoreError, open_stores
from livechat.store.rebuild import StoppedLate, rebuild

try:
    import resource
except ImportError:  # Windows: no such limit
    resource = None  # type: ignore[assignment]

T = TypeVar('T')

REFUSED = 2
"""Exit code of a start that the person can mend: a bad setting, a taken port, a folder in use."""
INTERRUPTED = 130
BACKLOG = 2_048
OWN_OPTIONS = ('--help', '--version')
"""Options of `livechat` itself; all others belong to `livechat serve`, whose name may be left out."""

commands = typer.Typer(
    name='livechat',
    help=livechat.__doc__,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
user_commands = typer.Typer(help='Accounts, also while the server runs.', no_args_is_help=True, rich_markup_mode=None)
commands.add_typer(user_commands, name='user')
DataOption = Annotated[Path | None, typer.Option(help='The one folder that holds everything. Default: the place for user data.')]


class AddressUnusable(Exception):
    """The server cannot listen there; `str(error)` is one line that says why and what to do."""


def main() -> None:
    """The console script. Without a command it serves: `livechat --port 9000` is `livechat serve --port 9000`."""
    arguments = sys.argv[1:]
    if not arguments or (arguments[0].startswith('-') and arguments[0] not in OWN_OPTIONS):
        arguments = ['serve', *arguments]
    commands(arguments, prog_name='livechat')


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f'livechat {livechat.__version__}')
        raise typer.Exit


@commands.callback()
def _livechat(
    *, version: Annotated[bool, typer.Option('--version', help='Print the version.', callback=_print_version, is_eager=True)] = False
) -> None:
    pass


@commands.command()
def serve(
    *,
    host: Annotated[str | None, typer.Option(help='Where to listen. Default: 127.0.0.1, this computer only.')] = None,
    port: Annotated[int | None, typer.Option(help='Default: 8000; 0 takes any free one.')] = None,
    data: DataOption = None,
    lan: Annotated[bool, typer.Option('--lan', help='Listen on the whole network; print its address with a QR code.')] = False,
    no_browser: Annotated[bool, typer.Option('--no-browser', help='Do not open the browser.')] = False,
) -> None:
    """Start the server (also without this word). Ctrl-C stops it."""
    signal.signal(signal.SIGTERM, _stop)
    with suppress(KeyboardInterrupt), _one_clear_line():
        flags = {'host': host, 'port': port, 'data': data, 'lan': lan or None, 'open_browser': False if no_browser else None}
        settings = load_settings(flags)
        data_folder.prepare(settings.data)
        with data_folder.held(settings.data), _listening(settings) as listener:
            _serve(settings, listener)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    """SIGTERM, once uvicorn has shut everything down (it keeps the signal until then) or before it runs."""
    raise SystemExit(0)


@contextmanager
def _one_clear_line() -> Iterator[None]:
    try:
        yield
    except (SettingsInvalid, FolderUnusable, AddressUnusable, StoreError, LivechatError) as refusal:
        typer.echo(f'livechat: {refusal}', err=True)
        raise typer.Exit(REFUSED) from None


@contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    """The bound socket. It listens at once: two binds of one port may both succeed, two listens never.

    :raises AddressUnusable:
    """
    host, port = settings.bind_host, settings.port
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.socket(family, kind)
    except (OSError, UnicodeError):
        raise AddressUnusable(f'{host} is no address of this computer. Name another with --host.') from None
    with listener:
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(BACKLOG)
        except OSError as error:
            raise AddressUnusable(_why_not(error, host, port)) from None
        yield listener


def _why_not(error: OSError, host: str, port: int) -> str:
    if isinstance(error, PermissionError):
        return f'Port {port} is not open to you: ports below 1024 need rights. Choose another with --port.'
    if error.errno == errno.EADDRINUSE:
        return f'Port {port} is taken by another program (or another livechat). Choose another with --port.'
    return f'Cannot listen on {host}, port {port}: {error.strerror}. Name another with --host or --port.'


class _Server(uvicorn.Server):
    """uvicorn's server, which tells when it answers and always ends in order."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell_started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._tell_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """A second Ctrl-C ends the wait for requests, but rooms still store what is queued: uvicorn would leave them to it."""
        await super().shutdown(sockets)
        if self.force_exit:
            await self.lifespan.shutdown()


def _serve(settings: Settings, listener: socket.socket) -> None:
    """Until a signal ends it."""
    from livechat.app import check_store, create_app, uvicorn_options  # noqa: PLC0415 - a second of NiceGUI that --version can do without

    _log_to_terminal(settings)
    _raise_open_files()
    asyncio.run(check_store(settings))
    app = create_app(settings)
    port = listener.getsockname()[1]
    server = _Server(uvicorn.Config(app, **uvicorn_options(settings)), lambda: _announce(settings, port, app.state.set_up_token))
    server.run(sockets=[listener])


def _log_to_terminal(settings: Settings) -> None:
    """Our own lines from the level that was asked for; other libraries' only when something is wrong."""
    logging.basicConfig(format='%(asctime)s %(levelname)s %(name)s: %(message)s', level=logging.WARNING)
    logging.getLogger('livechat').setLevel(settings.log_level.upper())
    logging.getLogger('uvicorn.error').addFilter(_is_no_cancellation)


def _is_no_cancellation(record: logging.LogRecord) -> bool:
    """A request that the stop cuts off ends in a CancelledError; uvicorn would print it with its traceback."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


def _raise_open_files() -> None:
    """As many open files as the system allows: every tab is a socket, and the usual soft limit of 1,024 ends at 1,000 people."""
    if resource:
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        with suppress(ValueError, OSError):  # macOS calls it unlimited and then refuses
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _announce(settings: Settings, port: int, token: str | None) -> None:
    address = console.local_url(settings.bind_host, port)
    set_up_address = f'{address}/setup?token={token}' if token else None
    lan = (console.lan_hosts(), port) if settings.lan else None
    console.announce(address=address, data=settings.data, set_up_address=set_up_address, lan=lan)
    if settings.open_browser:
        console.open_browser(set_up_address or address)


@commands.command()
def reindex(*, data: DataOption = None) -> None:
    """Make the indexes of the search anew, also while the server runs, and check them against the messages."""
    try:
        with _one_clear_line():
            settings = load_settings({'data': data})
            data_folder.prepare(settings.data)
            with data_folder.held(settings.data, data_folder.REINDEX_LOCK_NAME):
                done = rebuild(settings.data / DATABASE_NAME, backups=settings.data / 'backups', tell=console.progress('of the messages'))
    except KeyboardInterrupt as stop:
        which = 'the new indexes, which were not checked to the end' if isinstance(stop, StoppedLate) else 'the indexes as they were'
        typer.echo(f'livechat: Stopped. Searches go on with {which}.', err=True)
        raise typer.Exit(INTERRUPTED) from None
    for trouble in done.checked.troubles:
        typer.echo(f'livechat: {trouble}', err=True)
    if done.checked.troubles:
        typer.echo('livechat: The indexes do not fit the messages. Is the disk full, or broken?', err=True)
        raise typer.Exit(1)
    mended = f' {done.mended:,} of them were not found by what they say, and are now.' if done.mended else ''
    typer.echo(f'The search indexes are new, and fit all {done.checked.messages:,} messages.{mended}')


@user_commands.command('add')
def add_user(
    *,
    name: Annotated[str, typer.Argument(help='As others see it.')],
    role: Annotated[ServerRole, typer.Option(help='The first owner gets the first room too, and ends the set-up address.')],
    password_stdin: Annotated[bool, typer.Option('--password-stdin', help='Read the password from the first line of the input.')] = False,
    data: DataOption = None,
) -> None:
    """Make an account; asks for the password."""
    with _one_clear_line():
        settings = load_settings({'data': data})
        data_folder.prepare(settings.data)
        password = _read_password(from_stdin=password_stdin)
        user = asyncio.run(_with_chat(settings, lambda chat: _add_user(chat, name, password, role)))
        typer.echo(f'{user.display_name} can sign in now, with this name or as {user.username}.')


@user_commands.command('reset-password')
def reset_password(*, name: Annotated[str, typer.Argument(help='Name or user name.')], data: DataOption = None) -> None:
    """Give an account a new random password, and end all its sign-ins."""
    with _one_clear_line():
        settings = load_settings({'data': data})
        data_folder.prepare(settings.data)
        password = asyncio.run(_with_chat(settings, lambda chat: chat.accounts.reset_password(name)))
        typer.echo(f'The new password: {password}')
        typer.echo('The old one opens nothing any more. All tabs are signed out, those that are open now within 20 s.')


@user_commands.command('reset-link')
def reset_link(*, name: Annotated[str, typer.Argument(help='Name or user name.')], data: DataOption = None) -> None:
    """Print a link by which its owner sets a new password: once, within 4 hours.

    Its address is `public_url`, else where a server with these settings would listen.
    """
    with _one_clear_line():
        settings = load_settings({'data': data})
        data_folder.prepare(settings.data)
        user, token = asyncio.run(_with_chat(settings, lambda chat: chat.passwords_help.make_link_for(name)))
        hosts = console.lan_hosts() if settings.lan else []
        address = settings.public_url or console.local_url(hosts[0] if hosts else settings.host, settings.port)
        console.show_link(f'For {user.display_name}, once, within 4 hours:', f'{address}/reset/{token}')


def _read_password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip('\r\n')
    return str(typer.prompt('Password', hide_input=True, confirmation_prompt='The same again'))


async def _with_chat(settings: Settings, work: Callable[[Chat], Awaitable[T]]) -> T:
    """Beside a server that may be running: the database keeps the two apart, and the server asks it anew."""
    async with (
        open_stores(settings.data, synchronous=settings.synchronous.upper()) as stores,
        running_chat(
            stores,
            clock=SystemClock(),
            limits=settings.limits,
            set_up_token=None,
            secret=data_folder.invitations_key(settings.data),
            public_url=settings.public_url,
        ) as chat,
    ):
        return await work(chat)


async def _add_user(chat: Chat, name: str, password: str, role: ServerRole) -> User:
    first_room = chat.rooms.oldest()
    return await chat.accounts.add_user(name, password, role, join=first_room.id if first_room else None)
