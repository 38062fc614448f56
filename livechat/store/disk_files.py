"""Single files on the disk, blocking, for threads: one that arrives, one that is read, one that is put in its place."""

import hashlib
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

PIECE_BYTES = 256 * 1024
"""Read and written at once: a hop to a thread takes 0.1 ms, which is little beside this, and 200 uploads hold 50 MiB."""

FLUSHED_BYTES = 8 * 2**20
"""At once: a commit of the database waits for what the file system has to write, which after 100 MB takes 0.1 s."""


class IncomingFile:
    """A file while its bytes arrive, until it is moved to its place or thrown away. The lock keeps threads apart.

    Invariant: after `discard` nothing of it is on the disk, whatever comes later from a caller that no longer waits.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._handle: int | None = None
        self._hash = hashlib.sha256()
        self._size = self._flushed = 0
        self._finished: tuple[int, int] | None = None
        """Inode and size it was left with."""
        self._is_discarded = False

    def append(self, data: bytes) -> None:
        """:raises OSError: and it is discarded: what a full disk took is given back at once"""
        with self._lock:
            if self._is_discarded:
                return
            try:
                if self._handle is None:
                    self._handle = _new(self.path)
                _write_all(self._handle, data)
                self._size += len(data)
                if self._size - self._flushed >= FLUSHED_BYTES:
                    self._flushed = self._size
                    os.fsync(self._handle)
            except OSError:
                self._discard()
                raise
            self._hash.update(data)

    def finish(self) -> None:
        """Nothing is appended after this. :raises OSError:"""
        with self._lock:
            if self._handle is None:
                return
            self._finished = os.fstat(self._handle).st_ino, self._size
            self._close()
            # File systems' clocks tick every 4 ms: only a time that no write leaves tells of any rewriting, however soon.
            os.utime(self.path, ns=(0, 0))

    def place(self, path_of: Callable[[str], Path]) -> str:
        """Move it, as it is now, to where its SHA-256 belongs; it survives a power cut. Its SHA-256 in hex.

        :raises OSError: and it is discarded: after a failed flush the system forgets what it could not write
        """
        with self._lock:
            try:
                key = self._settle()
                put_in_place(self.path, path_of(key))
            except OSError:
                self._discard()
                raise
            return key

    def discard(self) -> None:
        with self._lock:
            self._discard()

    def _settle(self) -> str:
        handle = os.open(self.path, os.O_RDWR)
        try:
            found = os.fstat(handle)
            is_as_written = found.st_mtime_ns == 0 and (found.st_ino, found.st_size) == self._finished
            key = self._hash.hexdigest() if is_as_written else _hash_of(handle)
            os.fchmod(handle, 0o600)
            os.utime(handle)
            os.fsync(handle)
        finally:
            os.close(handle)
        return key

    def _discard(self) -> None:
        self._is_discarded = True
        self._close()
        with suppress(OSError):  # a disk that takes nothing, or whose folder is gone; what stays is swept at the next start
            self.path.unlink(missing_ok=True)

    def _close(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)


class StoredFile:
    """A file being read; opened by the first `next`, held until `close`, so that a deletion does not cut it off."""

    def __init__(self, path: Path, start: int, stop: int | None) -> None:
        self._path = path
        self._start, self._stop = start, stop
        self._lock = threading.Lock()
        self._file: BinaryIO | None = None
        self._is_closed = False

    def next(self) -> bytes:
        """Up to PIECE_BYTES; empty at the end. :raises FileNotFoundError:"""
        with self._lock:
            if self._is_closed:  # by a reader that was cancelled while this waited for a thread
                return b''
            if self._file is None:
                self._file = self._path.open('rb', buffering=0)
                self._file.seek(self._start)
            left = PIECE_BYTES if self._stop is None else min(PIECE_BYTES, self._stop - self._start)
            piece = self._file.read(max(0, left))
            self._start += len(piece)
            return piece

    def close(self) -> None:
        with self._lock:
            self._is_closed = True
            if self._file is not None:
                self._file.close()


def put(data: bytes, path: Path, *, by_way_of: Path) -> None:
    """Whole or not at all, and it survives a power cut. :raises OSError:"""
    try:
        handle = _new(by_way_of)
        try:
            _write_all(handle, data)
            os.fsync(handle)
        finally:
            os.close(handle)
        put_in_place(by_way_of, path)
    except OSError:
        with suppress(OSError):
            by_way_of.unlink(missing_ok=True)
        raise


def put_in_place(new: Path, path: Path) -> None:
    """Also over one of the same name: whatever became of that meanwhile, this one is whole.

    :raises OSError: and what was not there before is not there: nobody would come to know of it
    """
    try:
        path.parent.mkdir(mode=0o700)
    except FileExistsError:
        pass
    else:
        _sync_folder(path.parent.parent)
    was_there = path.exists()
    new.replace(path)
    try:
        _sync_folder(path.parent)
    except OSError:
        if not was_there:
            with suppress(OSError):
                path.unlink()
        raise


def _new(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


def _write_all(handle: int, data: bytes) -> None:
    """A disk that is nearly full takes a part and refuses the next."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


def _hash_of(handle: int) -> str:
    digest = hashlib.sha256()
    while piece := os.read(handle, PIECE_BYTES):
        digest.update(piece)
    return digest.hexdigest()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
