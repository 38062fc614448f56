"""A picture that can be changed: as it is now, a button to choose another, one to take it away.

Choosing is Quasar's uploader, without a line of script: a click falls on the native input that lies over the button, so that the
browser's chooser opens at once; keys go by way of the server. The file is sent as it is, to an address that this page made. Then
a dialog asks which part of it is wanted. Nothing is stored before that is saved.
"""

from collections.abc import Awaitable, Callable

from nicegui import ui

from livechat.domain.face import CutOut
from livechat.domain.faces import MAX_PICTURE_BYTES
from livechat.domain.model import SignInId
from livechat.ui.components.crop_dialog import crop_dialog
from livechat.ui.components.dialogs import worded
from livechat.ui.components.forms import Outcome, button
from livechat.ui.html import CHOSEN
from livechat.ui.picture_choosers import await_picture
from livechat.ui.session import Session

TYPES = 'image/jpeg,image/png,image/webp,image/gif,image/avif,image/heic,image/heif,.avif,.heic,.heif'
"""Systems that do not know HEIC call it nothing: then its name counts."""
REFUSED = f'Choose a JPEG, PNG, WebP, GIF, HEIC or AVIF of at most {MAX_PICTURE_BYTES // 2**20} MB.'


class PictureField:
    """Its buttons hold it, and with them it goes; `html` and `has_picture` are asked each time they are shown."""

    def __init__(
        self,
        session: Session,
        *,
        html: Callable[[], str],
        has_picture: Callable[[], bool],
        save: Callable[[str, CutOut], Awaitable[object]],
        remove: Callable[[], Awaitable[object]],
    ) -> None:
        self._session = session
        self._html, self._has_picture = html, has_picture
        self._save, self._remove = save, remove
        self._is_refused = False
        with ui.element('div').classes('picture-field') as self._box:
            self._face = ui.element('div').classes('shown')
            with ui.element('div').classes('row-of-buttons'):
                self._uploader = self._build_uploader()
                self._remove_button = button('Remove', self._take_away, label='Remove the picture')
            self._outcome = Outcome()
        self.show()

    def _build_uploader(self) -> ui.element:
        uploader = ui.element('q-uploader').props(f'url={CHOSEN}{await_picture(self)} auto-upload send-raw flat no-thumbnails')
        uploader.props(f'accept={TYPES} max-file-size={MAX_PICTURE_BYTES}').classes('picture-uploader')
        uploader.on('rejected', lambda: self.refuse(REFUSED), [])
        uploader.on('uploaded', self._tidy, [])
        uploader.on('failed', self._failed, [])
        with uploader.add_slot('header'), ui.element('div').classes('quiet').props('role=button tabindex=0') as opener:
            opener.props['aria-label'] = 'Choose a picture'
            worded('span', 'Choose a picture')
            ui.element('q-uploader-add-trigger')
            for key in ('enter', 'space'):
                opener.on(f'keydown.{key}.prevent', lambda: uploader.run_method('pickFiles'), [])
        with uploader.add_slot('list'):
            pass
        return uploader

    @property
    def sign_in_id(self) -> SignInId:
        return self._session.sign_in_id

    def show(self, html: str = '') -> None:
        """As it is now, or another HTML for a preview."""
        self._face.props['innerHTML'] = html or self._html()
        self._remove_button.visible = self._has_picture()

    def chosen(self, token: str) -> None:
        """Ask which part of it."""
        if self._box.is_deleted or not self._session.may_act:
            return
        self._outcome.show('')
        original = self._session.chat.faces.original(self._session.user, token)

        async def save(cut_out: CutOut) -> None:
            await self._save(token, cut_out)
            self._done('Saved.')

        with self._session.client:
            crop_dialog(f'{CHOSEN}{token}', original.width, original.height, save)

    def refuse(self, why: str) -> None:
        self._is_refused = True
        self._outcome.show(why, bad=True)

    async def _take_away(self) -> None:
        async def job() -> None:
            await self._remove()
            self._done('Removed.')

        await self._outcome.attempt(job, 'Removed.')

    def _done(self, word: str) -> None:
        if not self._box.is_deleted:
            self.show()
            self._outcome.show(word)

    def _failed(self) -> None:
        """Why, was said already if it came as far as that."""
        if not self._is_refused:
            self.refuse('The picture did not arrive. Try again.')
        self._tidy()

    def _tidy(self) -> None:
        """What was sent stays in the uploader's list, and would be sent again or refused as a duplicate."""
        self._is_refused = False
        for method in ('removeUploadedFiles', 'removeQueuedFiles'):
            self._uploader.run_method(method)
