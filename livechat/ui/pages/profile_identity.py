"""How others see one: name, picture, a few words."""

from dataclasses import replace

from nicegui import ui

from livechat.domain.model import MAX_BIO_CHARS
from livechat.ui.components.dialogs import worded
from livechat.ui.components.forms import Outcome, button, field, section
from livechat.ui.html import avatar
from livechat.ui.pages.picture_field import PictureField
from livechat.ui.session import Session

MAX_EMAIL_CHARS = 254


def identity(session: Session) -> None:
    """Guests have no use for a user name and an e-mail address: nobody signs in with them."""
    user = session.user
    faces = session.chat.faces
    with section('Who you are'):
        picture = PictureField(
            session,
            html=lambda: avatar(session.user, size='large'),
            has_picture=lambda: bool(session.user.picture),
            save=lambda token, cut_out: faces.set_own(session.user, token, cut_out),
            remove=lambda: faces.remove_own(session.user),
        )
        form = ui.element('form')
    with form:
        name = field('Display name', user.display_name, autocomplete='name')
        username = None if user.is_guest else field('User name', user.username, autocomplete='username')
        email = None if user.is_guest else field('E-mail (optional)', user.email or '', limit=MAX_EMAIL_CHARS, autocomplete='email')
        bio = ui.textarea('About you (optional)', value=user.bio).props(f'outlined autogrow counter maxlength={MAX_BIO_CHARS}')
        bio.props['aria-label'] = 'About you (optional)'
        outcome = Outcome()

        def preview() -> None:
            picture.show(avatar(replace(session.user, display_name=(name.value or '').strip()), size='large'))

        async def save() -> None:
            now = session.user
            changed = await session.chat.accounts.update_profile(
                now,
                display_name=name.value or '',
                username=username.value or '' if username else now.username,
                email=email.value or None if email else now.email,
                bio=bio.value or '',
            )
            name.value, bio.value = changed.display_name, changed.bio
            if username is not None and email is not None:
                username.value, email.value = changed.username, changed.email or ''

        name.on_value_change(preview)
        worded('p', 'Without a picture you are shown by the first letter of your name, in a colour of your own.').classes('muted')
        button('Save')
        form.on('submit.prevent', lambda: outcome.attempt(save, 'Saved.'), [])
