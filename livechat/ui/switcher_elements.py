"""The dialog of the quick switcher, as elements that exist in the browser alone: a closed one costs nothing."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from livechat.ui.components.icons import icon
from livechat.ui.html import escape
from livechat.ui.keys import hearing
from livechat.ui.shell import Elements, Part, button, container, part
from livechat.ui.stream import ElementId, Kind, element, element_id
from livechat.ui.switcher_choices import Choice, Group

NAME = 'Search or jump to'
MAX_TYPED_CHARS = 200
FIRST_DIALOG, FIRST_OPTION = 190_000_000, 200_000_000
"""Numbers of the shell's elements: each opening is a dialog of its own, or the browser would take it for the one it closed."""
KEYS = ('up', 'down', 'enter', 'tab')
"""Tab has nowhere to go in here; Escape is the dialog's own."""
_GROUPS = list(Group)


def find_button() -> dict[str, Any]:
    return element(
        'button',
        classes=['find'],
        html=f'{icon("search")}<span>{NAME}</span><kbd>Ctrl K</kbd>',
        aria_label=NAME,
        aria_keyshortcuts='Control+K Meta+K',
        type_='button',
        on={'click': []},
    )


def dialog_id(turn: int) -> ElementId:
    return element_id(Kind.SHELL, 0, FIRST_DIALOG + turn)


def option_id(number: int) -> ElementId:
    return element_id(Kind.SHELL, 0, FIRST_OPTION + number)


def dialog(turn: int, *, is_open: bool) -> Elements:
    """Quasar's: it takes the focus, keeps it, closes on Escape and on a click beside it, and gives the focus back."""
    return {
        part(Part.SWITCHER): element('div', classes=['extras'], children=[dialog_id(turn)]),
        dialog_id(turn): element(
            'q-dialog',
            classes=['switcher'],
            children=[part(Part.SWITCHER_SHEET)],
            on={'hide': []},
            model_value=is_open,
            aria_label=NAME,
            transition_duration=60,
        ),
    }


def sheet() -> Elements:
    """What lies in it. The shortcut that opened it closes it, and never reaches the browser."""
    return {
        **hearing(
            container(
                Part.SWITCHER_SHEET,
                'switcher-sheet',
                *map(part, (Part.SWITCHER_TOP, Part.SWITCHER_LIST, Part.SWITCHER_NOTE, Part.SWITCHER_SAYS)),
            ),
            'k',
            modifiers=('ctrl', 'exact', 'prevent'),
        ),
        **hearing(
            container(Part.SWITCHER_TOP, 'top', part(Part.SWITCHER_FIELD), part(Part.SWITCHER_CLOSE)),
            'k',
            modifiers=('meta', 'exact', 'prevent'),
        ),
        **button(Part.SWITCHER_CLOSE, 'Close', 'close'),
    }


def field(chosen: ElementId | None) -> Elements:
    """NiceGUI's input. The value it is sent is always the same, so that it never takes what is being typed away."""
    definition = element(
        'nicegui-input',
        classes=['typed'],
        on={'update:value': None},
        value='',
        placeholder=NAME,
        aria_label=NAME,
        role='combobox',
        aria_expanded='true',
        aria_autocomplete='list',
        aria_controls=f'c{part(Part.SWITCHER_LIST)}',
        aria_activedescendant=None if chosen is None else f'c{chosen}',
        autofocus=True,
        dense=True,
        borderless=True,
        autocomplete='off',
        autocapitalize='off',
        spellcheck='false',
        enterkeyhint='go',
        maxlength=MAX_TYPED_CHARS,
    )
    return hearing({part(Part.SWITCHER_FIELD): definition}, *KEYS, modifiers=('prevent',))


def options(choices: Sequence[Choice], ids: Sequence[ElementId], chosen: ElementId | None) -> Elements:
    """The list with its groups and lines; `choices` lie together by groups."""
    result: Elements = {}
    groups = []
    for group, lines in groupby(zip(choices, ids, strict=True), key=lambda line: line[0].group):
        children = []
        for choice, option in lines:
            result[option] = _option(choice, is_chosen=option == chosen)
            children.append(option)
        place = element_id(Kind.SHELL, 0, Part.SWITCHER_GROUP + _GROUPS.index(group))
        result[place] = element('div', classes=['group'], children=children, role='group', aria_label=group)
        groups.append(place)
    result[part(Part.SWITCHER_LIST)] = element('div', classes=['list'], children=groups, role='listbox', aria_label=NAME, tabindex='-1')
    return result


def _option(choice: Choice, *, is_chosen: bool) -> dict[str, Any]:
    return element(
        'div',
        classes=['jump', 'on'] if is_chosen else ['jump'],
        html=choice.html,
        role='option',
        aria_label=choice.name,
        aria_selected='true' if is_chosen else 'false',
        on={'mousedown.prevent': [], 'click': []},
    )


def says(count: int) -> Elements:
    """For screen readers, politely."""
    words = '1 result' if count == 1 else f'{count} results'
    return {part(Part.SWITCHER_SAYS): element('div', classes=['sr'], html=words, role='status', aria_label='Results')}


def note(text: str) -> Elements:
    """What is to be said of the search; empty for nothing."""
    return {part(Part.SWITCHER_NOTE): element('div', classes=['note'] if text else ['note', 'hidden'], html=escape(text))}
