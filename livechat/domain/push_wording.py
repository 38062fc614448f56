"""How a push reads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from livechat.domain.message import Message, in_short, is_action_text, words_of
from livechat.domain.model import Preferences, RoomId, RoomSummary, UserId

MAX_PUSH_CHARS = 200
"""Phones show less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushText:
    title: str
    body: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PushWording:
    summary: Callable[[RoomId], RoomSummary | None]
    public_url: str
    """Empty when nobody has said where people reach this server: links have no host then."""

    def of(self, reader: UserId, messages: Sequence[Message], preferences: Preferences) -> PushText | None:
        """For at least one message of one room; None when that is gone."""
        summary = self.summary(messages[0].room_id)
        if summary is None:
            return None
        return PushText(
            title=_title(summary, reader, messages),
            body=_body(messages, say_what=preferences.push_bodies),
            link=f'{self.public_url}/rooms/{summary.room.slug}?m={messages[0].number}',
        )


def _title(summary: RoomSummary, reader: UserId, messages: Sequence[Message]) -> str:
    if summary.room.is_direct and len({message.author.id for message in messages}) == 1:
        return messages[0].author.display_name
    return summary.title(reader)


def _body(messages: Sequence[Message], *, say_what: bool) -> str:
    if len(messages) > 1:
        return f'{len(messages)} new messages'
    if not say_what:
        return 'New message'
    body = _said(messages[0])
    return body if len(body) <= MAX_PUSH_CHARS else f'{body[: MAX_PUSH_CHARS - 1]}…'


def _said(message: Message) -> str:
    """What somebody does is no word of theirs."""
    end = ' ' if is_action_text(message.body) else ': '
    return f'{message.author.display_name}{end}{words_of(in_short(message))}'
