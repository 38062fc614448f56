"""The frame around whatever room is open, as all tabs of a server share it: how the parts of the page lie in one another."""

from dataclasses import dataclass

from livechat.domain.model import Server
from livechat.ui.components.icons import icon
from livechat.ui.composer_keys import keys_element
from livechat.ui.composer_purpose import PLAIN, bar
from livechat.ui.composer_remark import remark
from livechat.ui.composer_tray_html import tray_element
from livechat.ui.keys import hearing
from livechat.ui.shell import COMMANDS_DOM_ID, HIDDEN_CONTROLS, Elements, Part, button, container, new_buttons, part, server_menu
from livechat.ui.stream import ElementId, element
from livechat.ui.switcher_elements import find_button
from livechat.ui.uploader import uploader_elements

_HEAD_BUTTONS = (
    Part.STAR,
    Part.BELL,
    Part.SEARCH,
    Part.OPEN_SEARCH,
    Part.PINS,
    Part.FILES,
    Part.INVITE,
    Part.DETAILS,
    Part.TOGGLE_PEOPLE,
    Part.OPEN_PEOPLE,
)
_EXTRAS = (
    Part.SEARCH_PANEL,
    Part.SCRIM,
    Part.STYLE,
    Part.OWN_STYLE,
    Part.TAB_STYLE,
    Part.PROBE,
    Part.COMMANDS,
    Part.TOASTS,
    Part.SOUND,
    Part.DONE,
    Part.CHOICE,
    Part.CHOICE_STYLE,
    Part.SWITCHER,
)
_COMPOSER = (Part.COMPLETION, Part.COMPLETION_SAYS, Part.COMPOSER_BAR, Part.TRAY, Part.TRAY_SAYS, Part.ATTACH, Part.BOX_KEYS, Part.SEND_ROW)
WITH_ALT = ('up', 'down', 'enter', 'z', 'ω', 'j', '∆')
"""On a Mac the Option key makes an omega of the z, a delta of the j."""
ROOT = (part(Part.ROOMS), part(Part.TALK), part(Part.ASIDE), part(Part.EXTRAS))


@dataclass(frozen=True, slots=True)
class RealElements:
    """The few elements of a tab that NiceGUI holds, by their ids there: equal in all tabs, since all are built alike."""

    box: int
    pages: int
    touch: bool = False
    """Whether Enter is a new line in that box."""
    has_files: bool = False
    """Whether there is a place for files."""


def frame_elements(server: Server, version: str, real: RealElements) -> Elements:
    """What all tabs of this server share, whoever looks and whatever room is open."""
    return {
        **_layout(real),
        part(Part.FIND): find_button(),
        **server_menu(server, version),
        **new_buttons(),
        **button(Part.MENU, 'Open rooms', 'menu', 'menu', 'to-rooms'),
        **button(Part.TOGGLE_ROOMS, 'Show or hide rooms', 'sidebar', 'wide'),
        **button(Part.SEARCH, 'Search', 'search', 'in-room', 'wide', pressed=False),
        **button(Part.OPEN_SEARCH, 'Open search', 'search', 'in-room', 'menu'),
        **button(Part.PINS, 'Pinned', 'pin', 'in-room'),
        **button(Part.FILES, 'Files', 'files', 'in-room' if real.has_files else 'hidden'),
        **button(Part.DETAILS, 'Room details', 'info', 'in-room'),
        **button(Part.TOGGLE_PEOPLE, 'Show or hide people', 'people', 'in-room', 'wide'),
        **button(Part.OPEN_PEOPLE, 'Open people', 'people', 'in-room', 'menu'),
        **button(Part.CLOSE_PEOPLE, 'Close people', 'close', 'drawer-only'),
        part(Part.SCRIM): element('button', classes=['scrim'], aria_label='Close', type_='button', tabindex='-1', on={'click': []}),
        **button(Part.EMOJI, 'Emoji', 'smile', 'emoji'),
        part(Part.SEND): element(
            'button',
            classes=['send'],
            html=icon('arrow'),
            aria_label='Send',
            title='Send',
            type_='button',
            on={'mousedown.prevent': [], 'click': []},
        ),
        part(Part.TYPING): element('div', classes=['typing'], role='status', aria_label='Typing'),
        part(Part.NOTICE): element('div', classes=['notice', 'hidden'], role='alert'),
        part(Part.COUNTER): element('div', classes=['counter', 'hidden']),
        part(Part.COMMANDS): element('div', id=COMMANDS_DOM_ID, classes=['hidden'], on={'command': ['command']}),
        part(Part.DONE): element('div', classes=['done', 'empty'], role='status'),
        part(Part.CHOICE): element('div', classes=['sr'], role='status', aria_label='Chosen message'),
        part(Part.CHOICE_STYLE): element('style', html=''),
        **uploader_elements(None),
        **tray_element(),
        **keys_element(real.box, is_open=False, touch=real.touch),
        **bar(PLAIN, None),
        **remark('', ''),
        part(Part.SENDING): None,
        **HIDDEN_CONTROLS,
    }


def column(*, is_log: bool, name: str = 'Rooms to join') -> Elements:
    """What lies in the scroller: the log of a room, or anything else, which is not to be announced as messages."""
    words = {'role': 'log', 'aria_label': 'Messages'} if is_log else {'role': 'region', 'aria_label': name}
    return hearing(container(Part.COLUMN, 'column', part(Part.LOG), tabindex='0', **words), '?')


def _layout(real: RealElements) -> Elements:
    """How the parts lie in one another."""
    pages = ElementId(real.pages)
    return {
        **hearing(
            container(
                Part.ROOMS, 'rooms', part(Part.SERVER), part(Part.FIND), part(Part.NAV), part(Part.ME), tag='nav', aria_label='Rooms'
            ),
            '?',
        ),
        **hearing(
            {part(Part.TALK): element('div', classes=['talk'], children=[part(Part.SECOND_UPLOADER), pages], on={'drop.prevent': []})},
            *WITH_ALT,
            modifiers=('alt', 'exact', 'prevent'),
        ),
        **hearing(
            container(Part.HEAD, 'head', part(Part.MENU), part(Part.TOGGLE_ROOMS), part(Part.TITLE), part(Part.HEAD_RIGHT), tag='header'),
            '?',
        ),
        **container(Part.SCROLLER, 'log', part(Part.SENDING), part(Part.COLUMN)),
        **column(is_log=True),
        **container(Part.BELOW, 'below', part(Part.JUMP), part(Part.TYPING), part(Part.NOTICE), part(Part.REMARK), part(Part.READ_ONLY)),
        **container(Part.COMPOSER, 'composer', *map(part, _COMPOSER)),
        **container(Part.SEND_ROW, 'send-row', part(Part.COUNTER), part(Part.EMOJI), part(Part.SEND)),
        **container(Part.ASIDE, 'people', part(Part.PEOPLE), tag='aside', role='region', aria_label='People'),
        **container(Part.EXTRAS, 'extras', *map(part, _EXTRAS)),
        **container(Part.HEAD_RIGHT, 'right', *map(part, _HEAD_BUTTONS)),
    }
