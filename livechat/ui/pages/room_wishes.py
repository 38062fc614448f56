"""What one member wants to hear of a room, and whether it is in their list."""

from livechat.domain.model import Involvement, Membership
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
