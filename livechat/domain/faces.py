"""Pictures of people and rooms: chosen, cut out, kept, taken away. Each right is checked each time, here.

A picture that was chosen is an `Original` for some minutes; nothing of it is stored before it is cut out and set.
"""

import secrets
from dataclasses import replace

from livechat.domain.access import Right
from livechat.domain.errors import InvalidInput
from livechat.domain.face import CutOut, Face, FaceMaker, Original, PictureStore
from livechat.domain.face_files import FaceFiles
from livechat.domain.model import Room, RoomId, User
from livechat.domain.originals import Originals
from livechat.domain.reception import Reception
from livechat.domain.room_changes import picturing
from livechat.domain.room_desk import RoomDesk

MAX_PICTURE_BYTES = 10 * 2**20
"""What a telephone's camera makes, with room to spare."""


class Faces:
    """One per process. Without a maker no picture can be chosen."""

    def __init__(self, desk: RoomDesk, reception: Reception, store: PictureStore, maker: FaceMaker | None) -> None:
        self._desk = desk
        self._reception = reception
        self._maker = maker
        self._clock = reception.clock
        self._originals = Originals()
        self.files = FaceFiles(store, reception.clock)

    async def choose(self, user: User, data: bytes) -> str:
        """The token of what will be cut out: it is theirs alone, for some minutes.

        :raises InvalidInput: it is no picture that can be used. :raises Banned: :raises TooFast:
        """
        user = await self._reception.as_now(user)
        if len(data) > MAX_PICTURE_BYTES:
            raise InvalidInput(f'A picture has at most {MAX_PICTURE_BYTES // 2**20} MB.')
        self._desk.take_change(user)
        original = await self._made_by().open(data)
        return self._originals.keep(user.id, original, self._clock.monotonic())

    def original(self, user: User, token: str) -> Original:
        """:raises NotFound: it is somebody else's, or was too long ago."""
        return self._originals.get(user.id, token, self._clock.monotonic())

    async def cut(self, user: User, token: str, cut_out: CutOut) -> Face:
        """Made and not kept yet, for whoever knows where it belongs. It costs a process, so it counts, whatever becomes of it.

        :raises NotFound: :raises InvalidInput: :raises TooFast:
        """
        original = self.original(user, token)
        self._desk.take_change(user)
        return await self._made_by().cut(original, cut_out, token=secrets.token_urlsafe(16))

    def now_kept(self, token: str, old: str, face: Face | None) -> None:
        """It was set in the place of the old one; the original is of no more use."""
        self._originals.drop(token)
        self.files.forget(old, face)

    async def set_own(self, user: User, token: str, cut_out: CutOut) -> User:
        """:raises NotFound: the original is gone. :raises Banned: :raises TooFast:"""
        await self._reception.as_now(user)
        face = await self.cut(user, token, cut_out)
        return await self._set_own(user, face, token)

    async def remove_own(self, user: User) -> User:
        """:raises Banned: :raises TooFast:"""
        return await self._set_own(user, None)

    async def _set_own(self, user: User, face: Face | None, token: str = '') -> User:
        user = await self._reception.as_now(user)  # cutting it out took time
        self._desk.take_change(user)
        stored = await self._reception.users.set_picture(user.id, face)
        self.now_kept(token, user.picture, face)
        return self._reception.changed(stored, lambda kept: replace(kept, picture=stored.picture))

    async def set_room(self, user: User, room_id: RoomId, token: str, cut_out: CutOut) -> Room:
        """:raises NotAllowed: direct rooms show who is in them. :raises NotFound: :raises TooFast:"""
        (await self._desk.access(user, room_id)).must(Right.MANAGE)
        return await self._set_room(user, room_id, await self.cut(user, token, cut_out), token)

    async def remove_room(self, user: User, room_id: RoomId) -> Room:
        """:raises NotAllowed: :raises TooFast:"""
        return await self._set_room(user, room_id, None)

    async def _set_room(self, user: User, room_id: RoomId, face: Face | None, token: str = '') -> Room:
        old = (await self._desk.access(user, room_id)).room.picture
        room = await self._desk.change(user, room_id, Right.MANAGE, picturing(user, face))
        self.now_kept(token, old, face)
        return room

    def _made_by(self) -> FaceMaker:
        if self._maker is None:
            raise InvalidInput('This server takes no pictures.')
        return self._maker
