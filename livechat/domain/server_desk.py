"""The name and the picture of the server: decided by its admins, shown to everybody."""

from livechat.domain.access import must_be_server_admin
from livechat.domain.audit import Act
from livechat.domain.audit_log import AuditLog
from livechat.domain.errors import NotFound
from livechat.domain.events import SERVER_TOPIC, ServerChanged
from livechat.domain.face import CutOut, Face, FaceFile
from livechat.domain.faces import Faces
from livechat.domain.model import MAX_SERVER_NAME_CHARS, Server, User
from livechat.domain.names import clean_name
from livechat.domain.ports import ServerStore
from livechat.domain.reception import Reception
from livechat.domain.room_desk import RoomDesk


class ServerDesk:
    """One per process. What it changes is told as `ServerChanged`."""

    def __init__(self, store: ServerStore, faces: Faces, desk: RoomDesk, reception: Reception, audit: AuditLog) -> None:
        self._store = store
        self._faces = faces
        self._desk = desk
        self._reception = reception
        self._audit = audit

    async def profile(self) -> Server:
        """As it is stored: the command line may have given it a name. Without one before it is set up."""
        return await self._store.profile()

    async def icon(self) -> tuple[str, bytes] | None:
        """A PNG of 256 x 256 and its token; None for a server without a picture."""
        token = (await self.profile()).picture
        try:
            return (token, await self._faces.files.get(token, FaceFile.ICON)) if token else None
        except NotFound:  # removed a moment ago
            return None

    async def rename(self, user: User, name: str) -> Server:
        """:raises NotAllowed: :raises NameInvalid: :raises TooFast:"""
        clean = clean_name(name, 'server_name', limit=MAX_SERVER_NAME_CHARS)
        await self._must_decide(user)
        self._desk.take_change(user)
        before = await self._store.profile()
        server = self._tell(await self._store.rename(clean))
        if server.name != before.name:
            await self._audit.write(user, Act.SERVER_NAME, detail=f'{before.name} → {server.name}')
        return server

    async def set_picture(self, user: User, token: str, cut_out: CutOut) -> Server:
        """:raises NotAllowed: :raises NotFound: the original is gone. :raises TooFast:"""
        await self._must_decide(user)
        return await self._set_picture(user, await self._faces.cut(user, token, cut_out), token)

    async def remove_picture(self, user: User) -> Server:
        """:raises NotAllowed: :raises TooFast:"""
        return await self._set_picture(user, None)

    async def _set_picture(self, user: User, face: Face | None, token: str = '') -> Server:
        await self._must_decide(user)  # cutting it out took time
        self._desk.take_change(user)
        old = (await self._store.profile()).picture
        server = await self._store.set_picture(face)
        self._faces.now_kept(token, old, face)
        self._tell(server)
        await self._audit.write(user, Act.SERVER_PICTURE)
        return server

    async def _must_decide(self, user: User) -> None:
        must_be_server_admin(await self._reception.as_now(user))

    def _tell(self, server: Server) -> Server:
        self._reception.backplane.broadcast(SERVER_TOPIC, ServerChanged(server=server))
        return server
