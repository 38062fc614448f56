"""Who may do what on the server: chosen here, in force at once."""

from collections.abc import Callable
from dataclasses import replace

from livechat.domain.policy import Circle, Policy, Registration
from livechat.ui.components.dialogs import worded
from livechat.ui.components.forms import Outcome, choice, section
from livechat.ui.session import Session

REGISTRATION = {
    Registration.OPEN: 'Everybody who reaches this server',
    Registration.INVITED: 'Whoever has an invitation as a member',
    Registration.CLOSED: 'Nobody; guests cannot keep their names either',
}
GUESTS = {'yes': 'Guests are let in', 'no': 'No guests'}
CIRCLES = {Circle.EVERYBODY: 'Everybody, guests too', Circle.MEMBERS: 'Members', Circle.ADMINS: 'Admins of this server'}


def policy_card(session: Session) -> None:
    now = session.chat.policy.current
    with section('Policy', 'What is chosen here is in force at once, for everybody.'):
        _question(
            session,
            'Who may make an account?',
            {each.value: words for each, words in REGISTRATION.items()},
            now.registration.value,
            lambda policy, value: replace(policy, registration=Registration(value)),
        )
        _question(
            session,
            'Guests, who come by an invitation and give only a name',
            GUESTS,
            'yes' if now.guests else 'no',
            lambda policy, value: replace(policy, guests=value == 'yes'),
        )
        circles = {each.value: words for each, words in CIRCLES.items()}
        _question(
            session,
            'Who may create rooms?',
            circles,
            now.create_rooms.value,
            lambda policy, value: replace(policy, create_rooms=Circle(value)),
        )
        _question(session, 'Who may invite others?', circles, now.invite.value, lambda policy, value: replace(policy, invite=Circle(value)))


def _question(session: Session, question: str, answers: dict[str, str], answer: str, change: Callable[[Policy, str], Policy]) -> None:
    """Each choice starts from what is in force when its turn comes: another admin may have changed another answer."""
    worded('h3', question).props('aria-hidden=true')

    def choose(value: str) -> None:
        async def store() -> None:
            await session.chat.policy.change(session.user, change(session.chat.policy.current, value))

        async def job() -> None:
            await outcome.attempt(store, 'Saved.')

        session.do(job)

    choice(question, answers, answer, choose)
    outcome = Outcome()
