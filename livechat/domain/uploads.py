"""Files on their way here: who may send them, how much, and what became of each."""

import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from fnmatch import fnmatchcase
from weakref import WeakValueDictionary

from livechat.domain.access import Right
from livechat.domain.attachment import Attachment, FileRecord, Making
from livechat.domain.errors import LivechatError, TooBusy, TooFast, TooMany
from livechat.domain.file import FileId, FileInspector, FileKind, Inspected
from livechat.domain.file_errors import FileRefused
from livechat.domain.file_names import clean_file_name
from livechat.domain.file_ports import FileStore, Incoming
from livechat.domain.file_quota import FileQuota
from livechat.domain.model import RoomId, User, UserId
from livechat.domain.rate_limit import TokenBuckets
from livechat.domain.room_desk import RoomDesk
from livechat.domain.tray_item import Stage, TrayItem, TrayItemId
from livechat.domain.trays import Tray, Trays

Keep = Callable[[Incoming, Callable[[str, int], FileRecord], Callable[[FileRecord], bool]], Awaitable[FileRecord]]
"""Has the content kept, and then the record of it that is made from its key and size. At last it is shown; False: nobody wants it."""
WRITING_AT_ONCE = 4
FORMS_PER_FILE = 2
"""Bodies on their way, for each file that may be: whoever sends one file too many is told so in the tray, by the name that comes first."""
INTERRUPTED = 'It did not arrive completely. Attach it again; what is in a folder as a zip file.'


class UploadCancelled(Exception):
    """The person took the file away while it was on its way."""


class Upload:
    """One file that arrives. Made by `Uploads.receiving`, which ends it."""

    def __init__(self, uploads: 'Uploads', user: User, tray: Tray, item: TrayItem, incoming: Incoming) -> None:
        self._uploads = uploads
        self._user = user
        self._tray = tray
        self._item = item
        self._incoming = incoming
        self._counted = 0
        """Bytes that the quota counts as on their way."""
        self.received = 0

    async def write(self, data: bytes) -> None:
        """The next bytes of it.

        :raises FileTooLarge: :raises NoSpaceLeft: :raises NotStored: :raises UploadCancelled:
        """
        if self._tray.item(self._item.id) is None:
            raise UploadCancelled
        self._uploads.quota.take(self._item.name, self._user.id, self.received + len(data), more=len(data))
        self._counted += len(data)
        self.received += len(data)
        async with self._uploads.turns:
            await self._incoming.write(data)
        before, self._item = self._item, self._shown()
        if self._item.percent != before.percent:
            self._tray.change(self._item.id, received=self.received)

    async def finish(self) -> Attachment:
        """All of it is here: look at it and keep it. The right to post is asked once more.

        :raises FileRefused: :raises FileTooLarge: :raises NoSpaceLeft: :raises NotStored: :raises NotAllowed: :raises NotFound:
        :raises UploadCancelled:
        """
        self._tray.change(self._item.id, stage=Stage.CHECKING, received=self.received, size=self.received)
        await self._incoming.finish()
        record = await self._uploads.store(
            self._user, self._tray.room_id, self._item.name, self._incoming, show=self._show, must_fit=self._must_fit
        )
        if self._tray.item(self._item.id) is None:
            raise UploadCancelled
        return record.file

    def _must_fit(self, size: int) -> None:
        """As it is kept: a picture that was cleaned may be larger than what arrived. :raises FileTooLarge: :raises NoSpaceLeft:"""
        self._uploads.quota.must_fit(self._item.name, self._user.id, size, counted=self._counted)

    def give_back(self) -> None:
        """It is not on its way any more."""
        self._uploads.quota.give_back(self._user.id, self._counted)
        self._counted = 0

    def _show(self, record: FileRecord) -> bool:
        """It is kept. Not shown when it was taken away meanwhile, or whoever sent it was told that it did not arrive."""
        self.give_back()
        item = self._tray.item(self._item.id)
        if item is None or item.stage is not Stage.CHECKING:
            return False
        self._tray.put(self._uploads.trays.there(record.file, self._item.id))
        return True

    def _shown(self) -> TrayItem:
        size = max(self._item.size, self.received)
        return TrayItem(id=self._item.id, name=self._item.name, stage=Stage.ARRIVING, size=size, received=self.received)


class Uploads:
    """One per process. What is arriving when it dies is swept at the next start."""

    def __init__(  # noqa: PLR0913 - everything that a file meets on its way
        self,
        desk: RoomDesk,
        trays: Trays,
        files: FileStore,
        inspector: FileInspector,
        *,
        quota: FileQuota,
        keep: Keep,
        accepted: Collection[str] = (),
    ) -> None:
        """`accepted`: patterns of media types like `image/*`; empty for all."""
        limits = desk.around.limits
        self.trays = trays
        self.quota = quota
        self._desk = desk
        self._limits = limits
        self._files = files
        self._inspector = inspector
        self._keep = keep
        self._accepted = tuple(accepted)
        self.turns = asyncio.Semaphore(WRITING_AT_ONCE)
        """Whoever waits reads no more from its socket: a hundred files at once leave the loop to the others."""
        self._under_way: Counter[UserId] = Counter()
        self._looks: WeakValueDictionary[UserId, asyncio.Lock] = WeakValueDictionary()
        """Of each person one file is looked at a time: those of others do not wait for all of theirs."""
        self._forms: Counter[UserId] = Counter()
        self._burst: TokenBuckets[UserId] = TokenBuckets(limits.upload_burst, limits.upload_refill_per_s)

    @property
    def least_bytes(self) -> float:
        """Whoever sends fewer in `upload_idle_s` is too slow. More have to come while half of the places are taken: few people who send
        as slowly as they may would else hold all of them for hours."""
        limits = self._limits
        taken = max(self._under_way.total(), self._forms.total())
        speed = limits.upload_min_bytes_per_s
        if 2 * taken >= limits.uploads_at_once_in_all:
            speed = max(speed, limits.upload_busy_min_bytes_per_s)
        return speed * limits.upload_idle_s

    @asynccontextmanager
    async def form(self, user: User, room_id: RoomId) -> AsyncIterator[None]:
        """A place for a body that may bring a file, from its first byte. :raises NotFound: :raises NotAllowed: :raises TooBusy:"""
        await self._must_post(user, room_id)
        limits = self._limits
        of_one, of_all = FORMS_PER_FILE * limits.uploads_at_once, FORMS_PER_FILE * limits.uploads_at_once_in_all
        if self._forms[user.id] >= of_one or self._forms.total() >= of_all:
            raise TooBusy('with other files')
        with _counted(self._forms, user.id):
            yield

    @asynccontextmanager
    async def receiving(self, user: User, room_id: RoomId, name: str, *, size: int = 0) -> AsyncIterator[Upload]:
        """A place for one file in the person's tray of that room. `size`: what it is said to have, 0 when nothing is said.

        Whatever goes wrong with it from then on is said in the tray, and raised.

        :raises NotFound: :raises NotAllowed: :raises TooFast: :raises TooBusy: :raises TooMany:
        """
        await self._must_post(user, room_id)
        tray = await self.trays.of(user.id, room_id)  # before the checks: between them and the counting nothing waits
        clean = clean_file_name(name)
        item = TrayItem(id=self.trays.next_id(), name=clean, stage=Stage.ARRIVING, size=max(size, 0))
        try:
            self._must_have_place(user, tray)
        except LivechatError as refusal:
            tray.put(replace(item, stage=Stage.REFUSED, why=str(refusal)))
            raise
        tray.put(item)
        with _counted(self._under_way, user.id):
            async with self._telling(tray, item.id), self._files.receive() as incoming:
                self.quota.must_fit(clean, user.id, size)
                upload = Upload(self, user, tray, item, incoming)
                try:
                    yield upload
                finally:
                    upload.give_back()

    @asynccontextmanager
    async def _telling(self, tray: Tray, item_id: TrayItemId) -> AsyncIterator[None]:
        try:
            yield
        except LivechatError as refusal:
            tray.change(item_id, stage=Stage.REFUSED, why=str(refusal))
            raise
        except UploadCancelled:
            raise
        except BaseException:
            tray.change(item_id, stage=Stage.REFUSED, why=INTERRUPTED)
            raise
        else:
            item = tray.item(item_id)
            if item is not None and item.stage is not Stage.THERE:
                tray.change(item_id, stage=Stage.REFUSED, why=INTERRUPTED)

    def _must_have_place(self, user: User, tray: Tray) -> None:
        """:raises TooFast: :raises TooBusy: :raises TooMany:"""
        limits = self._limits
        if limits.files_per_message and tray.count >= limits.files_per_message:
            raise TooMany('files attached', limits.files_per_message)
        if self._under_way[user.id] >= limits.uploads_at_once or self._under_way.total() >= limits.uploads_at_once_in_all:
            raise TooBusy('with other files')
        wait_s = self._burst.take(user.id, self._desk.around.clock.monotonic())
        if wait_s:
            raise TooFast('Those were many files at once', retry_after_s=wait_s)

    async def _must_post(self, user: User, room_id: RoomId) -> None:
        """:raises NotFound: :raises NotAllowed:"""
        access = await self._desk.access(user, room_id)
        access.must_say(Right.POST, self._desk.around.clock.now())

    async def store(
        self,
        user: User,
        room_id: RoomId,
        name: str,
        incoming: Incoming,
        *,
        show: Callable[[FileRecord], bool],
        must_fit: Callable[[int], None],
    ) -> FileRecord:
        """Once it is known what it is.

        :raises FileRefused: :raises FileTooLarge: :raises NoSpaceLeft: :raises NotStored: :raises NotAllowed: :raises NotFound:
        """
        async with self._looks.setdefault(user.id, asyncio.Lock()):
            found = await self._inspector.inspect(incoming.path, name)
        self._must_accept(found)
        now = self._desk.around.clock.now()
        (await self._desk.access_now(user, room_id)).must_say(Right.POST, now)

        def record(key: str, size: int) -> FileRecord:
            must_fit(size)
            file = Attachment(
                id=FileId(secrets.token_urlsafe(16)),
                name=_named(name, found),
                kind=found.kind,
                media_type=found.media_type,
                size=size,
                width=found.width,
                height=found.height,
                animated=found.animated,
                excerpt=found.excerpt,
                making=Making.UNDER_WAY if found.kind is FileKind.IMAGE else Making.DONE,
            )
            return FileRecord(file=file, key=key, room_id=room_id, user_id=user.id, created_at=now)

        return await self._keep(incoming, record, show)

    def _must_accept(self, found: Inspected) -> None:
        bare, _, _ = found.media_type.partition(';')
        if self._accepted and not any(fnmatchcase(bare, pattern) for pattern in self._accepted):
            raise FileRefused(f'This server takes only files of these types: {", ".join(self._accepted)}.')


@contextmanager
def _counted(places: Counter[UserId], user_id: UserId) -> Iterator[None]:
    places[user_id] += 1
    try:
        yield
    finally:
        places[user_id] -= 1
        if not places[user_id]:
            del places[user_id]


def _named(name: str, found: Inspected) -> str:
    """A picture that became another kind on its way is called so: browsers show no HEIC, it is kept as a JPEG."""
    stem, dot, extension = name.rpartition('.')
    return f'{stem}.jpg' if dot and found.media_type == 'image/jpeg' and extension.lower() in {'heic', 'heif'} else name
