"""Messages kept in memory, as the store would load them now: people are called otherwise, a quoted message reads otherwise.

Each function gives the same object back when nothing about it changes.
"""

from collections.abc import Iterator
from dataclasses import replace

from livechat.domain.message import Message, Reaction, quote_of
from livechat.domain.model import Person, UserId


def with_person(message: Message, person: Person) -> Message:
    """With another name, picture or role of somebody who wrote it, is quoted in it or reacted to it."""
    if not any(shown.id == person.id and shown != person for shown in people_in(message)):
        return message
    quote = message.quote
    return replace(
        message,
        author=person if message.author.id == person.id else message.author,
        quote=replace(quote, author=person) if quote is not None and quote.author.id == person.id else quote,
        reactions=tuple(_reaction_with(reaction, person) for reaction in message.reactions),
    )


def with_quoted(message: Message, original: Message) -> Message:
    """The message as the answer to `original`, if it is one."""
    if message.quote is None or message.quote.number != original.number:
        return message
    quote = quote_of(original)
    return message if quote == message.quote else replace(message, quote=quote)


def people_in(message: Message) -> Iterator[Person]:
    """Whose present name the message shows; some more than once."""
    yield message.author
    if message.quote is not None:
        yield message.quote.author
    for reaction in message.reactions:
        yield from reaction.people


def shows(message: Message, user_id: UserId) -> bool:
    return any(person.id == user_id for person in people_in(message))


def _reaction_with(reaction: Reaction, person: Person) -> Reaction:
    if all(each.id != person.id for each in reaction.people):
        return reaction
    return replace(reaction, people=tuple(person if each.id == person.id else each for each in reaction.people))
