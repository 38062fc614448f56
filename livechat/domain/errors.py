"""What can go wrong, and what to say about it.

LivechatError                     everything below; safe to show: `str(error)` is a sentence that says what to do
|- NotFound
|  |- RoomNotFound                no such room, or not for this person: the two cannot be told apart
|  |- MessageNotFound
|  `- FileNotFound                no such file, or not for this person
|- NotAllowed                     the person sees the thing, but may not do this to it
|  |- NotAMember                  join the room first
|  |- RoomArchived                nothing can be said there any more
|  |- TimedOut                    `until`; an admin of the room keeps this person from posting
|  `- Banned                      the person, or their address, is kept out
|- TooLate                        what can be taken back for some seconds only
|- NeedsConfirmation              `people`: it would call so many; asked again with a yes it is done
|- InvalidInput                   `field` names the input
|  |- BodyEmpty  BodyTooLong      of a message
|  |- FileTooLarge  NoSpaceLeft  FileGone   `name`: above a limit, of one's own or of the server; removed before it was sent
|  |- FileTooSlow                 it would hold a place for hours
|  |- UnknownCommand              it begins with a slash, and there is no such command
|  |- ReactionInvalid  TooMany      `limit`: different reactions on a message, pins in a room
|  |- NameInvalid  PasswordTooShort  PasswordTooLong  EmailInvalid  DescriptionTooLong  BioTooLong
|  |- FileRefused                 it is empty, or a picture that is broken or too large
|  `- PushTargetInvalid           an address for notifications that cannot be used
|- Taken                          `field`, `suggestion`
|  |- NameTaken                 NameOfAccount: where names alone let people in, an account's does not
|  |- UsernameTaken  RoomNameTaken
|- TooFast                        `retry_after_s`: messages, changes of rooms; TooManyAttempts: sign-ins
|- SearchTooSlow                  more was to be read than this server has time for
|- TooBusy                        password hashing, files on their way: more at once than this server does
|- InvitationUnusable             `why`: expired, used up, revoked; a forged one and one whose room is gone are just unknown
|- PasswordLinkInvalid            used, expired or forged
|- PushFailed  MailFailed         a service outside did not take it
|- SignInFailed                   unknown name or wrong password: the two cannot be told apart
|- WrongPassword                  the current password, when one changes it
|- SetUpTokenInvalid  AlreadySetUp
|- RoomUnavailable                the room crashed too often; the next visitor starts it anew
`- NotStored                      the database refused the write (full, locked, read-only); nothing was stored
"""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar


class LivechatError(Exception):
    """Base of all errors that a person may see."""


class NotFound(LivechatError):
    pass


class RoomNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__('There is no such room, or it is not open to you.')


class MessageNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__('That message does not exist any more.')


class NotAllowed(LivechatError):
    pass


class NotAMember(NotAllowed):
    def __init__(self) -> None:
        super().__init__('Join this room to take part.')


class RoomArchived(NotAllowed):
    def __init__(self) -> None:
        super().__init__('This room is archived: it can be read, and nothing can be added.')


class TimedOut(NotAllowed):
    def __init__(self, *, until: datetime, wait_s: float) -> None:
        self.until = until
        minutes = max(1, math.ceil(wait_s / 60))
        super().__init__(f'An admin of this room asked you to pause. You can write again in {minutes} min.')


class Banned(NotAllowed):
    def __init__(self) -> None:
        super().__init__('You cannot come in here. Ask whoever runs this server if you think that is a mistake.')


class InvalidInput(LivechatError):
    field = ''


class BodyEmpty(InvalidInput):
    field = 'body'

    def __init__(self) -> None:
        super().__init__('Write something first.')


class BodyTooLong(InvalidInput):
    field = 'body'

    def __init__(self, *, length: int, limit: int) -> None:
        self.length, self.limit = length, limit
        super().__init__(f'A message has at most {limit:,} characters; this one has {length:,}. Shorten it or send it in parts.')


class NameInvalid(InvalidInput):
    def __init__(self, reason: str, *, field: str = 'name') -> None:
        self.field = field
        super().__init__(reason)


class DescriptionTooLong(InvalidInput):
    field = 'description'

    def __init__(self, *, length: int, limit: int) -> None:
        self.length, self.limit = length, limit
        super().__init__(f'A description has at most {limit} characters; this one has {length}.')


class BioTooLong(InvalidInput):
    field = 'bio'

    def __init__(self, *, length: int, limit: int) -> None:
        self.length, self.limit = length, limit
        super().__init__(f'This has at most {limit} characters; yours has {length}.')


class PushTargetInvalid(InvalidInput):
    field = 'url'

    def __init__(self, reason: str) -> None:
        super().__init__(reason)


class EmailInvalid(InvalidInput):
    field = 'email'

    def __init__(self) -> None:
        super().__init__('That is no e-mail address. Leave it empty or write it like ana@example.org.')


class Taken(LivechatError):
    field = ''

    def __init__(self, message: str, *, suggestion: str = '') -> None:
        self.suggestion = suggestion
        super().__init__(f'{message} Try “{suggestion}”.' if suggestion else message)


class NameTaken(Taken):
    field = 'name'

    def __init__(self, *, suggestion: str = '') -> None:
        super().__init__('Somebody here has that name already.', suggestion=suggestion)


class NameOfAccount(NameTaken):
    def __init__(self, *, suggestion: str = '') -> None:
        super(NameTaken, self).__init__('That name belongs to an account: sign in instead if it is yours.', suggestion=suggestion)


class UsernameTaken(Taken):
    field = 'username'

    def __init__(self, *, suggestion: str = '') -> None:
        super().__init__('That user name is taken.', suggestion=suggestion)


class RoomNameTaken(Taken):
    field = 'name'

    def __init__(self, *, suggestion: str = '') -> None:
        super().__init__('A room with that name exists already.', suggestion=suggestion)


class TooFast(LivechatError):
    def __init__(self, why: str = 'You write faster than this room reads', *, retry_after_s: float) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(f'{why}: wait {_whole(retry_after_s)} s.')


class TooManyAttempts(LivechatError):
    def __init__(self, *, retry_after_s: float) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(f'Too many tries. Wait {_whole(retry_after_s)} s and try again.')


class TooBusy(LivechatError):
    def __init__(self, doing: str = 'signing others in') -> None:
        super().__init__(f'The server is busy {doing}. Try again in a moment.')


class InvitationUnusable(LivechatError):
    """`why` is a value of `livechat.domain.invitation.Unusable`."""

    _WORDS: ClassVar[Mapping[str, str]] = {
        'expired': 'This invitation has expired.',
        'used up': 'This invitation was for fewer people than tried it.',
        'revoked': 'This invitation was taken back.',
    }

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f'{self._WORDS.get(why, "There is no such invitation.")} Ask whoever sent it for a new one.')


class PushFailed(LivechatError):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)


class MailFailed(LivechatError):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)


class SetUpTokenInvalid(LivechatError):
    def __init__(self) -> None:
        super().__init__('This is not the set-up address. Open the one that the server printed when it started.')


class AlreadySetUp(LivechatError):
    def __init__(self) -> None:
        super().__init__('This server has an owner already.')


class RoomUnavailable(LivechatError):
    def __init__(self) -> None:
        super().__init__('This room has trouble and was closed for a moment. Nothing that was sent is lost; open it again.')


class NotStored(LivechatError):
    def __init__(self) -> None:
        super().__init__('The server could not store this. It is still in your box; try again in a moment.')


def _whole(seconds: float) -> int:
    """Rounded up: who waits as long as they are told is not refused once more."""
    return max(1, math.ceil(seconds))


class ReactionInvalid(InvalidInput):
    def __init__(self) -> None:
        super().__init__('A reaction is an emoji or up to 16 characters of text.')


class TooMany(InvalidInput):
    def __init__(self, what: str, limit: int) -> None:
        super().__init__(f'There are {limit} {what} already.')
        self.limit = limit


class UnknownCommand(InvalidInput):
    def __init__(self, name: str) -> None:
        super().__init__(f'There is no command /{name}. Begin with two slashes to send it as text.')


class TooLate(LivechatError):
    def __init__(self) -> None:
        super().__init__('It is too late to take that back.')


class NeedsConfirmation(LivechatError):
    def __init__(self, people: int) -> None:
        super().__init__(f'This would notify {people} people. Send it all the same?')
        self.people = people
