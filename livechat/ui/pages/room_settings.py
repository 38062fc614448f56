"""The settings of a room and its members: read by everybody in it, changed by its admins."""

from livechat.ui.pages.places import Places
from livechat.ui.session import Session


def room_settings_page(session: Session, places: Places, slug: str) -> None:
    places.leave_for_page('Room settings')
