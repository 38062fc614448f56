"""Administration of the server: for its admins."""

from livechat.ui.pages.places import Places
from livechat.ui.session import Session


def admin_page(session: Session, places: Places) -> None:
    places.leave_for_page('Administration')
