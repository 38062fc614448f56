"""What belongs to a message besides words, as HTML: reactions, cards of links, buttons.

Attributes stand between single quotes, or bare where their value is known: in the JSON of a frame a double quote costs two
bytes. Buttons here are heard by one element per tab (`commandfor`), which `livechat.ui.pages.clicks` listens to.
"""

import zlib
from collections.abc import Sequence

from livechat.domain.message import Card, Message, Reaction
from livechat.domain.model import MessageNumber, Person
from livechat.ui.html import escape
from livechat.ui.message_style import ALL
from livechat.ui.shell import COMMANDS_DOM_ID

LIKE, REACT, REPLY, MORE = '--like-', '--react-', '--reply-', '--more-'
"""Commands of the buttons at a message; its number follows. REACT with `-` and a `reaction_code`: that one of the message."""
HISTORY = '--history-'
UNCARD = '--uncard-'
"""The number of a message and the place of the card in it follow."""
SHOWN_NAMES = 20


def speaks_to(message: Message) -> str:
    """The attribute that the own rules of those tabs hook on whose person is spoken to; the author is not one of them."""
    ids = [str(mention.user_id) for mention in message.named if mention.user_id != message.author.id]
    if message.group is not None:
        ids.append(ALL)
    return f" data-to='{' '.join(ids)}'" if ids else ''


def tools_html(number: MessageNumber) -> str:
    """The four buttons at a message; what they look like is the style sheet's."""
    end = f'{number} commandfor={COMMANDS_DOM_ID} title='
    return (
        f'<div class=tools><button command={LIKE}{end}Like></button><button command={REACT}{end}React></button>'
        f'<button command={REPLY}{end}Reply></button><button command={MORE}{end}More></button></div>'
    )


def edited_html(message: Message) -> str:
    """Leads to how it read before."""
    if message.edited_at is None or message.deleted:
        return ''
    return f'<button class=edited commandfor={COMMANDS_DOM_ID} command={HISTORY}{message.number}>(edited)</button>'


def pin_html(message: Message) -> str:
    return '' if message.pinned_at is None else '<i class=pin role=img aria-label=Pinned title=Pinned></i>'


def reactions_html(message: Message) -> str:
    """A button for each, named by its text, how many there are and who; pressed it joins them, or takes one's own back."""
    if not message.reactions:
        return ''
    return f'<div class=reacts>{"".join(_reaction(message.number, each) for each in message.reactions)}</div>'


def reaction_code(text: str) -> int:
    """What names a reaction in a command, at most nine digits: places move when others react while a click is on its way."""
    return zlib.crc32(text.encode()) % 10**9


def _reaction(number: MessageNumber, reaction: Reaction) -> str:
    by = ' '.join(str(person.id) for person in reaction.people)
    return (
        f"<button class=react data-by='{by}' commandfor={COMMANDS_DOM_ID} command={REACT}{number}-{reaction_code(reaction.text)}>"
        f'<bdi>{escape(reaction.text)}</bdi> <b>{len(reaction.people)}</b> <small dir=auto>{escape(who(reaction.people))}</small></button>'
    )


def who(people: Sequence[Person]) -> str:
    """Ana; Ana and Bo; Ana, Bo and Cem; twenty of them "and 12 more"."""
    names = [person.display_name for person in people[:SHOWN_NAMES]]
    if len(people) > SHOWN_NAMES:
        return f'{", ".join(names)} and {len(people) - SHOWN_NAMES} more'
    return ' and '.join(filter(None, (', '.join(names[:-1]), names[-1])))


def cards_html(message: Message) -> str:
    """What the pages say of themselves that the message links to. The button that takes a card away is shown to its author."""
    return ''.join(_card(message.number, place, card) for place, card in enumerate(message.cards))


def _card(number: MessageNumber, place: int, card: Card) -> str:
    picture = card.picture
    image = (
        f"<img src='/previews/{escape(picture.token)}' width={picture.width} height={picture.height} alt='' loading=lazy>"
        if picture is not None
        else ''
    )
    site = f'<small dir=auto>{escape(card.site)}</small>' if card.site else ''
    description = f'<span dir=auto>{escape(card.description)}</span>' if card.description else ''
    link = f"<a href='{escape(card.url)}' target=_blank rel='noopener noreferrer nofollow' dir=auto>{escape(card.title)}</a>"
    remove = f"<button class=uncard commandfor={COMMANDS_DOM_ID} command={UNCARD}{number}-{place} title='Remove preview'></button>"
    return f'<div class=card>{image}<div>{site}{link}{description}</div>{remove}</div>'
