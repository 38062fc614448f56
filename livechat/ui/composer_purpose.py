"""What the text in the box is for: a new message, an answer, or another wording of an own message; and the bar that says so."""

from collections.abc import Sequence
from dataclasses import dataclass

from livechat.domain.message import Message, excerpt, in_short, words_of
from livechat.domain.model import Draft, MessageNumber
from livechat.ui.components.icons import icon
from livechat.ui.html import escape
from livechat.ui.shell import Elements, Part, part
from livechat.ui.stream import element

EDIT_GONE = 'The message you were editing was deleted. Your words are still in the box.'
REPLY_GONE = 'The message you were answering was deleted. Your words are still in the box.'


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """Of the text in one room's box. Editing goes first: what was there before waits in `stash`, an answer too."""

    reply_to: MessageNumber | None = None
    editing: MessageNumber | None = None
    stash: str = ''

    @property
    def number(self) -> MessageNumber | None:
        """Of the message that the bar shows."""
        return self.editing if self.editing is not None else self.reply_to

    def draft(self, text: str, unsent: Sequence[str]) -> Draft:
        """Everything in progress. `unsent`: messages that were refused for a passing reason."""
        plain = self.stash if self.editing is not None else text
        body = joined(*unsent, plain)
        return Draft(body=body, reply_to=self.reply_to, editing=self.editing, edit_body=text if self.editing is not None else '')


PLAIN = Purpose()


def joined(*texts: str) -> str:
    """One below the other, without those that are empty."""
    return '\n'.join(text for text in texts if text)


def bar(purpose: Purpose, message: Message | None) -> Elements:
    """Above the text. Without the message, which may be on its way, it says only what is being done."""
    if purpose.number is None:
        return {part(Part.COMPOSER_BAR): element('div', classes=['composer-bar', 'hidden'])}
    is_edit = purpose.editing is not None
    close = 'Stop editing' if is_edit else 'Stop replying'
    return {
        part(Part.COMPOSER_BAR): element(
            'div', classes=['composer-bar'], children=[part(Part.BAR_WORDS), part(Part.BAR_CLOSE)], role='group', aria_label=_doing(is_edit)
        ),
        part(Part.BAR_WORDS): element('div', classes=['words'], html=_words(is_edit, message)),
        part(Part.BAR_CLOSE): element(
            'button',
            classes=['icon', 'small'],
            html=icon('close'),
            aria_label=close,
            title=f'{close} (Esc)',
            type_='button',
            on={'mousedown.prevent': [], 'click': []},
        ),
    }


def _doing(is_edit: bool) -> str:
    return 'Editing a message' if is_edit else 'Replying'


def _words(is_edit: bool, message: Message | None) -> str:
    if is_edit or message is None:
        return f'{icon("pencil") if is_edit else ""}<b>{_doing(is_edit)}</b>'
    author, begins = escape(message.author.display_name), escape(excerpt(words_of(in_short(message))))
    return f'<b>Replying to <span dir="auto">{author}</span></b><span class="begins" dir="auto">{begins}</span>'
