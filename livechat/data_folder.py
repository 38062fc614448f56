"""The data folder before anything is in it: made, held by one server at a time, with the secrets that no database keeps."""

import os
import secrets
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: nothing there keeps two servers apart
    fcntl = None  # type: ignore[assignment]

LOCK_NAME = 'livechat.lock'
REINDEX_LOCK_NAME = 'reindex.lock'
SECRETS_NAME = 'secrets.toml'
INVITATIONS_KEY_NAME = 'invitations.key'
INVITATIONS_KEY_BYTES = 32
SET_UP_TOKEN_BYTES = 24
"""192 bits: nobody guesses it, and the address still fits one line."""


class FolderUnusable(Exception):
    """The data folder cannot be used; `str(error)` is one line that says why and what to do."""


def prepare(folder: Path) -> None:
    """Make the folder, for its owner alone, unless it is there.

    One that is there keeps its mode: it may be somebody's home.

    :raises FolderUnusable:
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise FolderUnusable(f'The data folder {folder} cannot be made: {error.strerror}. Name another one with --data.') from None
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise FolderUnusable(f'The data folder {folder} cannot be written. Mend its rights or name another one with --data.')


@contextmanager
def held(folder: Path, name: str = LOCK_NAME) -> Iterator[None]:
    """Keep every other server, or whatever else has that lock, out of the folder; the system lets go when the process ends, however.

    :raises FolderUnusable: another one holds it, or nothing can be written there
    """
    try:
        lock = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise FolderUnusable(f'The data folder {folder} cannot be written: {error.strerror}.') from None
    try:
        _lock(lock, folder)
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(lock)


def _lock(lock: int, folder: Path) -> None:
    if fcntl is None:
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(lock, 20, 0).decode(errors='replace') or 'unknown'
        raise FolderUnusable(
            f'Another livechat (process {holder}) uses the data folder {folder}. Stop it or name another folder with --data.'
        ) from None
    except OSError:  # a file system without locks (some network ones): better no guard than no server
        return


def set_up_token(folder: Path) -> str:
    """The one-time token of the set-up address: the same at every start until an owner exists."""
    with suppress(OSError, ValueError):  # not there, or damaged: a new one does no harm
        token = tomllib.loads((folder / SECRETS_NAME).read_text('utf-8')).get('set_up_token')
        if isinstance(token, str) and len(token) >= SET_UP_TOKEN_BYTES:
            return token
    token = secrets.token_urlsafe(SET_UP_TOKEN_BYTES)
    _write_private(folder / SECRETS_NAME, f'# Made by livechat; keep it to yourself.\nset_up_token = "{token}"\n')
    return token


def forget_set_up_token(folder: Path) -> None:
    """An owner exists: the token opens nothing any more."""
    (folder / SECRETS_NAME).unlink(missing_ok=True)


def invitations_key(folder: Path) -> bytes:
    """What the codes of invitations are made with: whoever has the database alone cannot make one. Without it all links are void."""
    file = folder / INVITATIONS_KEY_NAME
    with suppress(OSError, ValueError):  # not there, or damaged
        key = bytes.fromhex(file.read_text('ascii').strip())
        if len(key) == INVITATIONS_KEY_BYTES:
            return key
    key = secrets.token_bytes(INVITATIONS_KEY_BYTES)
    _write_private(file, f'{key.hex()}\n')
    return key


def _write_private(file: Path, text: str) -> None:
    """Whole or not at all, and never readable by others, not even for a moment: mkstemp makes files of mode 0600."""
    handle, name = tempfile.mkstemp(prefix=f'{file.name}.', dir=file.parent)
    try:
        with os.fdopen(handle, 'w', encoding='utf-8') as temporary:
            temporary.write(text)
            temporary.flush()
            os.fsync(temporary.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
