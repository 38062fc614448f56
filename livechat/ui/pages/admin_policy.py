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
    with section('Policy', 'What is chosen here is in force at once, for everybody.'):
        _question(
            session,
            'Who may make an account?',
            {each.value: words for each, words in REGISTRATION.items()},
            lambda policy: policy.registration.value,
            lambda policy, value: replace(policy, registration=Registration(value)),
        )
        _question(
            session,
            'Guests, who come by an invitation and give only a name',
            GUESTS,
            lambda policy: 'yes' if policy.guests else 'no',
            lambda policy, value: replace(policy, guests=value == 'yes'),
        )
        circles = {each.value: words for each, words in CIRCLES.items()}
        _question(
            session,
            'Who may create rooms?',
            circles,
            lambda policy: policy.create_rooms.value,
            lambda policy, value: replace(policy, create_rooms=Circle(value)),
        )
        _question(
            session,
            'Who may invite others?',
            circles,
            lambda policy: policy.invite.value,
            lambda policy, value: replace(policy, invite=Circle(value)),
        )


def _question(
    session: Session, question: str, answers: dict[str, str], read: Callable[[Policy], str], change: Callable[[Policy, str], Policy]
) -> None:
    """Each choice starts from what is in force when its turn comes: another admin may have changed another answer.

    After a refusal the buttons show again what is in force.
    """
    worded('h3', question).props('aria-hidden=true')

    def in_force() -> str:
        return read(session.chat.policy.current)

    def choose(value: str) -> None:
        async def store() -> None:
            await session.chat.policy.change(session.user, change(session.chat.policy.current, value))

        async def job() -> None:
            if value != in_force() and not await outcome.attempt(store, 'Saved.') and not radio.is_deleted:
                radio.set_value(in_force())

        session.do(job)

    radio = choice(question, answers, in_force(), choose)
    outcome = Outcome()
