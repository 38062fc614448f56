"""One's own account: name, look, where one is signed in, where one is reached. Real form fields, built when the page is opened."""

from nicegui import ui

from livechat.ui.components.forms import refill
from livechat.ui.pages.places import Places
from livechat.ui.pages.profile_identity import identity
from livechat.ui.pages.profile_look import look
from livechat.ui.pages.profile_password import keep_name, new_password
from livechat.ui.pages.profile_push import PushTargets
from livechat.ui.pages.profile_sign_ins import SignInList
from livechat.ui.session import Session


def profile_page(session: Session, places: Places) -> None:
    places.leave_for_page('Profile and settings')
    cards = ui.element('div').classes('cards profile-page')
    with cards:
        _cards(session, cards)


def _cards(session: Session, cards: ui.element) -> None:
    identity(session)
    if session.user.is_guest:
        keep_name(session, then=lambda: refill(cards, lambda: _cards(session, cards)))
    look(session)
    PushTargets(session).build()
    if not session.user.is_guest:
        new_password(session)
    SignInList(session).build()
