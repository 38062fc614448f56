"""What the administration says of invitations in words. Pure."""

from datetime import datetime

from livechat.domain.invitation import Invitation


def state_in_words(invitation: Invitation, now: datetime) -> str:
    """Whether it lets people in, and how long still."""
    problem = invitation.problem(now)
    if problem is not None:
        return problem.value
    if invitation.expires_at is None:
        return 'never ends'
    hours = (invitation.expires_at - now).total_seconds() / 3_600
    if hours < 1:
        return 'ends within the hour'
    number, thing = (round(hours), 'hour') if hours < 36 else (round(hours / 24), 'day')
    return f'ends in {number} {thing}' + ('' if number == 1 else 's')


def uses_in_words(invitation: Invitation) -> str:
    if invitation.max_uses is None:
        return f'used {_times(invitation.uses)}' if invitation.uses else 'not used yet'
    return f'{invitation.uses:,} of {invitation.max_uses:,} used'


def _times(number: int) -> str:
    return 'once' if number == 1 else f'{number:,} times'
