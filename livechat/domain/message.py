"""A message and what belongs to it: whom it speaks to, what it answers, reactions, cards of links, earlier wordings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from livechat.domain.attachment import Attachment, files_in_words
from livechat.domain.model import Member, MessageNumber, Person, Room, RoomId, Seq, UserId

MAX_MENTIONS = 50
"""People one message can speak to by name; more names in it are only words."""
MAX_REACTION_CHARS = 16
MAX_REACTIONS = 20
"""Different texts on one message."""
MAX_QUOTE_CHARS = 200
MAX_CARDS = 2
MAX_CARD_CHARS = 300
"""Of a card's title, and of its description."""
MAX_REVISIONS = 50
"""Earlier wordings kept of one message; the oldest go first."""
MAX_PINS = 100
"""In one room."""
ACTION = '/me '
"""What the text of a message begins with that says what its author does; `//me ` begins one that says these words."""
ONE_CLICK_REACTIONS = ('👍', '👏', '👋', '💪', '❤️', '😂', '🎉', '🔥')


class MessageKind(StrEnum):
    TEXT = 'text'
    SYSTEM = 'system'
    """What happened to the room: the author did it, the body says what, as a sentence that begins with the author's name."""


class MentionGroup(StrEnum):
    """`@room`: every member. `@here`: those who were online when it was posted."""

    ROOM = 'room'
    HERE = 'here'


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Somebody spoken to by name."""

    user_id: UserId
    word: str
    """What stands behind the @ in the body, lower case: their user name when it was written."""
    name: str
    """Their display name when it was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A message as another one that answers it shows it; always as it is now."""

    number: MessageNumber
    author: Person
    excerpt: str
    """The beginning of its text as written, in one line of at most MAX_QUOTE_CHARS; empty when it was deleted, or has only files."""
    files: str = ''
    """What stands for its files, in words."""
    deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """One text and who reacted with it, in that order."""

    text: str
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An image of a card, served by us under its token."""

    token: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a page says of itself, shown below the message that links to it. All texts are plain, whatever they contain."""

    url: str
    """As it stands in the message."""
    title: str
    description: str = ''
    site: str = ''
    picture: Picture | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """How a message read until it was edited."""

    body: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message; a deleted one is a tombstone: `deleted` is set, and nothing is left of what it said and got."""

    room_id: RoomId
    number: MessageNumber
    changed_seq: Seq
    """The room's seq at the last change of this message: its post, an edit, a reaction, a pin, a card, its deletion."""
    author: Person
    body: str
    client_key: str
    created_at: datetime
    edited_at: datetime | None = None
    deleted: bool = False
    kind: MessageKind = MessageKind.TEXT
    mentions: tuple[UserId, ...] = ()
    """Members of the room who are spoken to, by name or in a group, in no order; empty in a tombstone."""
    named: tuple[Mention, ...] = ()
    """Those of them who are spoken to by name."""
    group: MentionGroup | None = None
    quote: Quote | None = None
    """The message that this one answers."""
    reactions: tuple[Reaction, ...] = ()
    """In the order of their first one."""
    pinned_at: datetime | None = None
    cards: tuple[Card, ...] = ()
    cards_removed: tuple[str, ...] = ()
    """Addresses whose card its author took away: it does not come back."""
    files: tuple[Attachment, ...] = ()
    """In the order in which they were attached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomSnapshot:
    """A running room at one moment: what a person who enters needs, without a query."""

    room: Room
    seq: Seq
    """Of the last change; 0 in a room where nothing happened yet."""
    last_number: MessageNumber
    """Of the newest message; 0 in an empty room."""
    newest: tuple[Message, ...]
    """The newest messages, at most PAGE_SIZE, oldest first, tombstones included, without a gap."""
    members: Mapping[UserId, Member]


def quote_of(message: Message) -> Quote:
    """The message as an answer to it shows it."""
    return Quote(
        number=message.number,
        author=message.author,
        excerpt=excerpt(message.body),
        deleted=message.deleted,
        files=files_in_words(message.files),
    )


def in_short(message: Message) -> str:
    """What it says where only words can be shown: its text, else what stands for its files."""
    return message.body or files_in_words(message.files)


def is_action_text(body: str) -> bool:
    """Whether it says what its author does: `/me waves`."""
    return body.startswith(ACTION)


def words_of(body: str) -> str:
    """The text as it is to be read: of `/me waves` "waves", which goes on after the author's name; of `//me waves` "/me waves"."""
    return body.removeprefix(ACTION) if is_action_text(body) else body[1:] if is_escaped(body) else body


def is_escaped(body: str) -> bool:
    """Whether its first slash only says that it is no action: whatever the number of slashes, one more is stored."""
    return body.startswith('//') and body.lstrip('/').startswith(ACTION[1:])


def excerpt(body: str) -> str:
    """The beginning of a text in one line."""
    line = ' '.join(body[: 4 * MAX_QUOTE_CHARS].split())
    return line if len(line) <= MAX_QUOTE_CHARS else line[: MAX_QUOTE_CHARS - 1].rstrip() + '…'
