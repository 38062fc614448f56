"""Pictures of people, of rooms and of the server in memory."""

from livechat.domain.face import Face, FaceFile
from tests.memory import Memory


class MemoryPictures:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def get(self, token: str, file: FaceFile) -> bytes | None:
        await self._memory.reading()
        face = self._memory.pictures.get(token)
        if face is None or (file is FaceFile.ICON and token not in self._memory.icons):
            return None
        return {FaceFile.SMALL: face.webp_64, FaceFile.LARGE: face.webp_256, FaceFile.ICON: face.png_256}[file]


def exchange_picture(memory: Memory, before: str, face: Face | None, *, with_icon: bool = False) -> str:
    """The token of what is there now."""
    token = '' if face is None else face.token
    if before != token:
        memory.pictures.pop(before, None)
    if face is not None:
        memory.pictures[token] = face
        if with_icon:
            memory.icons.add(token)
    return token
