"""Whose names a message shows besides those in its text."""

from dataclasses import replace

from livechat.domain.message import Message, Reaction
from livechat.domain.model import Person


def renamed(message: Message, person: Person) -> Message:
    """The message with that person as they are now: its author, whom it answers, who reacted. The same object if none is them."""
    if message.author.id == person.id:
        message = replace(message, author=person)
    if message.quote is not None and message.quote.author.id == person.id:
        message = replace(message, quote=replace(message.quote, author=person))
    if any(one.id == person.id for reaction in message.reactions for one in reaction.people):
        message = replace(message, reactions=tuple(_renamed(reaction, person) for reaction in message.reactions))
    return message


def _renamed(reaction: Reaction, person: Person) -> Reaction:
    return replace(reaction, people=tuple(person if one.id == person.id else one for one in reaction.people))
