"""Where the bytes of files are kept, as Protocols: by content, under names that are no paths, in whatever holds them.

Everybody else knows names alone. A file's name is its key, the SHA-256 of its content in hex; what is derived from it (a small
picture of it, say) has the key, a dot and a short suffix. A name of another form is a mistake of the caller: `ValueError`.
"""

from collections.abc import AsyncGenerator, Collection
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol


class Incoming(Protocol):
    """Bytes on their way: written in order, and gone at the end of the context unless they are kept."""

    @property
    def size(self) -> int:
        """Bytes written so far."""
        ...

    @property
    def path(self) -> Path:
        """The local file, to be looked at and rewritten in place once `finish` was awaited."""
        ...

    async def write(self, data: bytes) -> None:
        """Some of it may wait in memory, 256 KiB at most. :raises NotStored: the disk is full or broken; nothing more can be written"""
        ...

    async def finish(self) -> None:
        """Everything written is in the file at `path`, though not yet safe from a power cut. :raises NotStored:"""
        ...


class FileStore(Protocol):
    def receive(self) -> AbstractAsyncContextManager[Incoming]:
        """Room for one file. However the context ends, and even if the server is killed: what was not kept leaves nothing."""
        ...

    async def keep(self, incoming: Incoming) -> str:
        """The key of the file as it is now, finished or not: the same content has the same key and is kept once.

        It survives a power cut when this returns. :raises NotStored:
        """
        ...

    async def put(self, name: str, data: bytes) -> None:
        """Keep something derived, whole or not at all; what was there is replaced. :raises NotStored:"""
        ...

    async def size(self, name: str) -> int | None:
        """In bytes; None if it is not there."""
        ...

    def read(self, name: str, start: int = 0, stop: int | None = None) -> AsyncGenerator[bytes, None]:
        """Pieces of at most 256 KiB, none of them empty, up to `stop` or the end. Whoever leaves early closes it (`aclosing`).

        A file that is deleted or replaced meanwhile is read to its end as it was. :raises FileNotFound: it is not there
        """
        ...

    def local(self, name: str) -> AbstractAsyncContextManager[Path]:
        """A path to read it from while the context lasts; a deletion takes it away earlier. :raises FileNotFound: it is not there"""
        ...

    async def delete(self, names: Collection[str]) -> None:
        """Those that are not there are ignored. :raises NotStored:"""
        ...

    async def names(self) -> Collection[str]:
        """Everything kept: keys and what is derived from them."""
        ...
