"""What the keyboard does, and the map of it under `?`."""

from nicegui import ui

from livechat.ui.components.dialogs import Form
from livechat.ui.pages.jump_to_day import JumpToDay
from livechat.ui.pages.message_selection import MessageSelection
from livechat.ui.pages.message_toast import ActionToast
from livechat.ui.session import Session
from livechat.ui.shell import Part

TITLE = 'Keyboard shortcuts'
_MAP = (
    ('Write', (
        ('Enter', 'Send'),
        ('Shift+Enter', 'New line'),
        ('↑', 'Edit your last message, in the empty box'),
        ('@', 'Mention somebody'),
        (':', 'Emoji by name'),
        ('/', 'Commands'),
        ('Esc', 'Leave a reply or an edit'),
    )),
    ('Messages', (
        ('Alt+↑', 'Choose the message above'),
        ('Alt+↓', 'Choose the message below'),
        ('Alt+Enter', 'Menu of the chosen message: then arrows, or a letter'),
        ('Alt+J', 'Jump to a day'),
        ('Alt+Z', 'Take back a deletion, for 8 seconds'),
    )),
    ('In the menu', (
        ('1 – 8', 'React'),
        ('9', 'Other reaction'),
        ('R  E  D', 'Reply, edit, delete'),
        ('C  L', 'Copy text, copy link'),
        ('P  U', 'Pin, mark unread from here'),
        ('W  H', 'Who reacted, edit history'),
    )),
    ('While searching', (
        ('↑  ↓', 'Choose a message, or a suggestion'),
        ('Enter', 'Open it; the first one without a choice'),
        ('Tab', 'Take the suggestion'),
        ('Esc', 'Close the suggestions, then the panel'),
    )),
    ('Everywhere', (
        ('Ctrl+K', 'Search, or jump to a room, a person, a message'),
        ('?', 'This map, while you are not typing'),
        ('Ctrl+/', 'This map'),
        ('Tab', 'To the next button or link'),
        ('Esc', 'Close what is open'),
    )),
)  # fmt: skip


class Shortcuts:
    """Of one tab. Only these keys are told to the server, none that is typed."""

    def __init__(self, session: Session, selection: MessageSelection, toast: ActionToast, days: JumpToDay) -> None:
        self._session = session
        self._selection = selection
        self._toast = toast
        self._days = days

    def listen(self, root: ui.element) -> None:
        """`root`: what the whole page lies in; dialogs and menus do not."""
        root.on('keydown./.ctrl.prevent', self.open, [])  # with Shift on keyboards where the slash needs it

    def hear(self, number: int, key: str) -> None:
        """A key in one of the parts that listen for some: see `page_frame`. Fields to type in are in none that hears the
        question mark but the column, and there only when it shows no messages."""
        if number == Part.TALK:
            self._hear_with_alt(key)
        elif key == '?' and (number != Part.COLUMN or self._selection.is_in_room):
            self.open()

    def _hear_with_alt(self, key: str) -> None:
        match key:
            case 'ArrowUp':
                self._selection.up()
            case 'ArrowDown':
                self._selection.down()
            case 'Enter':
                self._selection.open_menu()
            case 'z' | 'Z' | 'ω':
                self._toast.undo()
            case 'j' | 'J' | '∆':
                self._days.ask()

    def open(self) -> None:
        if not self._session.may_act:
            return
        with self._session.client:
            form = Form(TITLE)
            with form.body:
                ui.element('div').props['innerHTML'] = map_html()
            form.button('Close', form.dialog.close, kind='quiet')
            form.open()


def map_html() -> str:
    parts = []
    for title, keys in _MAP:
        lines = ''.join(f'<dt>{_keys(names)}</dt><dd>{meaning}</dd>' for names, meaning in keys)
        parts.append(f'<section aria-label="{title}"><h3>{title}</h3><dl>{lines}</dl></section>')
    return f'<div class="keys">{"".join(parts)}</div>'


def _keys(names: str) -> str:
    """Keys to be pressed together are joined, those to choose from are apart."""
    return ' '.join('+'.join(f'<kbd>{key}</kbd>' for key in each.split('+')) for each in names.split('  '))
