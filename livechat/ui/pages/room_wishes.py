"""What one member wants to hear of a room, and where it is in their list."""

from livechat.domain.model import Involvement, Membership
from livechat.ui.components.dialogs import switch
from livechat.ui.components.forms import Outcome, choice, section
from livechat.ui.pages.room_in_view import RoomInView

WORDS = {
    Involvement.EVERYTHING: 'Everything',
    Involvement.MENTIONS: 'When somebody mentions me',
    Involvement.NOTHING: 'Nothing',
    Involvement.HIDDEN: 'Nothing, and hide it from my list',
}


def wishes_section(view: RoomInView, membership: Membership) -> None:
    """Applies at once, and to this person alone. After a refusal the buttons show again what holds."""
    lead = 'Only for you. A hidden room stays yours: “Browse rooms” has it at the end.'
    with section('What you hear of it', lead):

        async def choose(value: str) -> None:
            async def job() -> None:
                await view.session.chat.members.set_involvement(view.user, view.room_id, Involvement(value))

            if value == held[-1]:
                return
            if await outcome.attempt(job, 'Saved.'):
                held[-1] = value
            elif not radio.is_deleted:
                radio.set_value(held[-1])

        options = {involvement.value: word for involvement, word in WORDS.items()}
        held = [membership.involvement.value]
        radio = choice('What you hear of it', options, held[-1], choose)
        outcome = Outcome()
        _favourite(view, membership)


def _favourite(view: RoomInView, membership: Membership) -> None:
    """On a phone there is no room for the star in the header."""

    async def set_it() -> None:
        async def job() -> None:
            await view.session.chat.members.set_favourite(view.user, view.room_id, bool(box.value))

        await outcome.attempt(job, 'Saved.')

    box = switch('Favourite', 'Favourites stand at the top of your list of rooms.', value=membership.favourite)
    box.on_value_change(set_it)
    outcome = Outcome()
