"""Pictures of people, of rooms and of the server."""

from sqlmodel import Session, select

from livechat.domain.face import Face, FaceFile
from livechat.store.database import SqlStore, reads
from livechat.store.inputs import can_be_stored
from livechat.store.tables import PictureRow, RoomRow, ServerRow, UserRow

_FILES = {FaceFile.SMALL: PictureRow.webp_64, FaceFile.LARGE: PictureRow.webp_256, FaceFile.ICON: PictureRow.png_256}


class SqlPictures(SqlStore):
    """See `livechat.domain.face.PictureStore`."""

    @reads
    def get(self, session: Session, token: str, file: FaceFile) -> bytes | None:
        if not can_be_stored(token):
            return None
        return session.exec(select(_FILES[file]).where(PictureRow.token == token)).first()


def exchange_picture(session: Session, owner: UserRow | RoomRow | ServerRow, face: Face | None, *, with_icon: bool = False) -> None:
    """Store the new picture and erase the old one. What was done before a crash may be done again, and where the old
    one is missing, nothing else may fail for it."""
    token = '' if face is None else face.token
    if owner.picture and owner.picture != token and (before := session.get(PictureRow, owner.picture)) is not None:
        session.delete(before)
    if face is not None:
        icon = face.png_256 if with_icon else None
        session.merge(PictureRow(token=token, webp_64=face.webp_64, webp_256=face.webp_256, png_256=icon))
    owner.picture = token
