"""Files over HTTP: how they come, and how whoever may read their message gets them. Behind the door: nobody is a stranger here."""

from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, contextmanager
from http import HTTPStatus

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from livechat.domain.attachment import Attachment, FileRecord, Making
from livechat.domain.errors import LivechatError, NotAllowed, RoomNotFound
from livechat.domain.file import THUMBNAIL_SIDES, FileId, FileKind
from livechat.domain.file_errors import FileNotFound, FileRefused, FileTooLarge, FileTooSlow, NoSpaceLeft
from livechat.domain.file_pictures import thumbnail_name
from livechat.domain.files import Files
from livechat.domain.model import RoomId, User
from livechat.domain.uploads import UploadCancelled, Uploads
from livechat.ui.current import chat
from livechat.ui.door_cookie import token_in
from livechat.ui.door_pages import headers_of, status_of
from livechat.ui.file_answer import Reader, Sent, file_answer
from livechat.ui.multipart import BodyBroken, BodyTooSlow, Part, parts

UPLOADS = '/uploads/'
FILES = '/files/'
MAX_DIGITS = 15
"""Of a room's id, and of a length."""
INLINE = frozenset({FileKind.IMAGE, FileKind.VIDEO, FileKind.AUDIO})
"""What browsers show by themselves; the rest is saved."""
OVERHEAD_BYTES = 250
"""Of a form with one file and without its name, about: what a browser says of the length is of the whole form."""
_NOT_ACCEPTED: Mapping[type[LivechatError], HTTPStatus] = {
    FileTooSlow: HTTPStatus.REQUEST_TIMEOUT,
    FileTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    NoSpaceLeft: HTTPStatus.INSUFFICIENT_STORAGE,
    FileRefused: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
}


def upload_path(room_id: RoomId) -> str:
    """Where files for that room are sent."""
    return f'{UPLOADS}{room_id}'


def mount(app: FastAPI) -> None:
    """Before NiceGUI's routes."""
    app.router.routes.insert(0, Route(UPLOADS + '{room_id}', _receive, methods=['POST']))
    app.router.routes.insert(0, Route(FILES + '{file_id}/{name:path}', _send, methods=['GET', 'HEAD']))


async def _receive(request: Request) -> Response:
    """A form with a file, which waits in the person's tray of that room. Refused as soon as it is known, whatever is still to come."""
    try:
        taken = await _take(request)
    except LivechatError as refusal:
        return _refused(str(refusal), _NOT_ACCEPTED.get(type(refusal)) or HTTPStatus(status_of(refusal)), headers_of(refusal))
    except UploadCancelled:
        return _refused('It was taken away.', HTTPStatus.CONFLICT)
    except BodyBroken as error:
        return _refused(str(error), HTTPStatus.BAD_REQUEST)
    files = [{'id': file.id, 'name': file.name, 'kind': file.kind.value, 'size': file.size} for file in taken]
    return JSONResponse({'files': files}, status_code=HTTPStatus.CREATED, headers={'Cache-Control': 'no-store'})


async def _take(request: Request) -> Sequence[Attachment]:
    """The one file of the form; none of a form without any. With a second one it is broken, and nothing of either is kept: so the
    length of the whole is what the one has, and no answer speaks of one file while another one came."""
    user, room_id = _user(request), _room_id(request.path_params['room_id'])
    uploads, upload = _files().uploads, None
    async with uploads.form(user, room_id), AsyncExitStack() as stack:
        with _slow_is_said_in_the_tray():
            async for part in await stack.enter_async_context(aclosing(_parts(request, uploads))):
                if part.filename is None:
                    continue
                if upload is not None:
                    raise BodyBroken('It has more than one file.')
                size = _size_without(part.filename, request.headers.get('content-length', ''))
                upload = await stack.enter_async_context(uploads.receiving(user, room_id, part.filename, size=size))
                async for piece in part.pieces():
                    await upload.write(piece)
        await _must_be_signed_in(request)
        return [] if upload is None else [await upload.finish()]  # the form has ended as it must


async def _must_be_signed_in(request: Request) -> None:
    """Still, after all that time. :raises NotAllowed:"""
    token = token_in(request.scope)
    if token is None or await chat().accounts.signed_in(token) is None:
        raise NotAllowed('You signed out before it had arrived.')


def _parts(request: Request, uploads: Uploads) -> AsyncGenerator[Part, None]:
    content_type = request.headers.get('content-type', '')
    return parts(content_type, request.receive, idle_s=chat().limits.upload_idle_s, least_bytes=lambda: uploads.least_bytes)


@contextmanager
def _slow_is_said_in_the_tray() -> Iterator[None]:
    try:
        yield
    except BodyTooSlow:
        raise FileTooSlow from None


def _size_without(filename: str, length: str) -> int:
    """Of the file in a form of that length, never more than it has: it would be refused for that. 0 when nothing is said."""
    if not length.isdecimal() or len(length) > MAX_DIGITS:
        return 0
    return max(0, int(length) - OVERHEAD_BYTES - 3 * len(filename.encode()))  # bytes of a name may be escaped, each by three


def _refused(text: str, status: HTTPStatus, headers: Mapping[str, str] | None = None) -> Response:
    """The rest of the form is not wanted."""
    headers = {'Cache-Control': 'no-store', 'Connection': 'close', **(headers or {})}
    return JSONResponse({'error': text}, status_code=status, headers=headers)


async def _send(request: Request) -> Response:
    """Asked anew at each request, and while it is answered: who leaves, and what is deleted, gets and gives nothing more."""
    here, sign_in_id = chat(), request.state.signed_in.sign_in.id

    async def record_now() -> FileRecord:
        user = here.accounts.current(sign_in_id)
        if user is None or here.files is None:
            raise FileNotFound
        return await here.files.open(user, FileId(request.path_params['file_id']))

    try:
        answer = await _answer(request, _files(), await record_now(), Reader(id=_user(request).id, must_have_access=record_now))
    except FileNotFound:
        answer = None
    return answer or Response(status_code=HTTPStatus.NOT_FOUND, headers={'Cache-Control': 'no-store'})


async def _answer(request: Request, files: Files, record: FileRecord, reader: Reader) -> Response | None:
    file, asked = record.file, request.query_params
    if file.kind is FileKind.IMAGE and file.making is Making.DONE and (width := _width(asked.get('w'))) is not None:
        small = Sent(name=thumbnail_name(record.key, width), media_type='image/webp', filename=file.name, inline=True)
        if (answer := await file_answer(request, files.store, small, reader)) is not None:
            return answer
    inline = file.kind in INLINE and 'download' not in asked
    media_type = 'text/plain; charset=utf-8' if file.media_type == 'text/plain' else file.media_type
    whole = Sent(name=record.key, media_type=media_type, filename=file.name, inline=inline)
    return await file_answer(request, files.store, whole, reader)


def _width(asked: str | None) -> int | None:
    return next((width for width in THUMBNAIL_SIDES if str(width) == asked), None)


def _files() -> Files:
    files = chat().files
    if files is None:
        raise FileNotFound
    return files


def _user(request: Request) -> User:
    user: User = request.state.signed_in.user
    return user


def _room_id(text: str) -> RoomId:
    if not (text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS):
        raise RoomNotFound
    return RoomId(int(text))
