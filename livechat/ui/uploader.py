"""How files leave the browser, without a line of script: Quasar's uploader, as an element that exists in the browser alone.

It lies around the conversation, so that what is dropped anywhere there is sent, each file in a request of its own to the address
it was given. It shows nothing itself: what becomes of a file is seen where it arrives, on the server. A running request goes on
when the elements around it are drawn again, when another address is given for what comes next, and while the socket is away.

What it needs help with: a file that was sent stays in its list and would be refused as a duplicate the next time, and one that
failed would be sent again with the next one. So both are taken out when it tells of them. And while it sends it takes no drops
(it does take what is picked): a second one around it does then.
"""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Any

from livechat.ui.components.icons import icon
from livechat.ui.keys import hearing, pressed
from livechat.ui.session import Session
from livechat.ui.shell import Elements, Part, part
from livechat.ui.stream import ElementId, Kind, element, parse_id, run_method

MAX_KEY_CHARS = 1_000
MOST_FILES = 100
"""Taken at once, whatever the settings say: each is a request."""
REASONS = frozenset({'accept', 'duplicate', 'max-files'})
"""Why a browser leaves out a file before it is sent, in Quasar's words."""
_UPLOADERS = (Part.UPLOADER, Part.SECOND_UPLOADER)
_INSIDE = (Part.HEAD, Part.SCROLLER, Part.BELOW, Part.COMPOSER)
_EVENTS = {'added': None, 'rejected': None, 'uploaded': ('files',), 'failed': ('files',)}


@lru_cache(maxsize=1_024)
def uploader_elements(url: str | None, *, max_files: int = MOST_FILES, accept: str | None = None) -> Elements:
    """What lies around the conversation, and the button in the composer; without an address the same layout without uploading.

    The same for all tabs in a room, which keep it: 8 KiB.

    :param accept: types and endings as the HTML attribute has them, `image/*,.pdf`; None: any
    """
    inside = tuple(map(part, _INSIDE))
    settings: dict[str, Any] = {'url': url, 'max_files': max_files, 'accept': accept}
    return {
        part(Part.SECOND_UPLOADER): _uploader(part(Part.UPLOADER), **settings),
        part(Part.UPLOADER): _uploader(*inside, **settings),
        **_attach(is_open=url is not None),
    }


def _uploader(*inside: ElementId, url: str | None, **settings: Any) -> dict[str, Any]:
    """Read-only rather than disabled without an address: disabled, it would also take the pointer from all that lies in it."""
    return element(
        'q-uploader',
        classes=['around'],
        on=_EVENTS,
        slots={'header': (), 'list': inside},
        url=url,
        readonly=url is None,
        field_name='file',
        multiple=True,
        auto_upload=True,
        no_thumbnails=True,
        flat=True,
        **settings,
    )


def _attach(*, is_open: bool) -> Elements:
    """A click falls on the native input over the icon, so that the chooser opens at once; keys go by way of the server."""
    button = element(
        'div',
        classes=['icon', 'attach'] if is_open else ['icon', 'attach', 'hidden'],
        children=[part(Part.ATTACH_ICON), *([part(Part.ATTACH_INPUT)] if is_open else [])],
        role='button',
        tabindex='0',
        aria_label='Attach files',
        title='Attach files',
    )
    return {
        **hearing({part(Part.ATTACH): button}, 'enter', 'space', modifiers=('exact', 'prevent')),
        part(Part.ATTACH_ICON): element('span', html=icon('paperclip')),
        part(Part.ATTACH_INPUT): element('q-uploader-add-trigger'),
    }


class Uploader:
    """Of one tab. What the browser tells of its files is a hint for the page; the server decides on the bytes as they arrive."""

    def __init__(self, session: Session) -> None:
        self.on_added: Callable[[Sequence[str]], object] = lambda _: None
        """Called when files were picked or dropped, with a key of each, in which its name stands; their requests are on the way."""
        self.on_rejected: Callable[[AbstractSet[str]], object] = lambda _: None
        """Called when files were left out by the browser, with reasons out of `REASONS`."""
        self.on_failed: Callable[[int], object] = lambda _: None
        """Called when so many were not taken by the server, or could not be read, as a folder."""
        self.on_missed: Callable[[], object] = lambda: None
        """Called when something was dropped while both uploaders were busy."""
        self._session = session
        self._elements = uploader_elements(None)
        self._is_open = False

    def open(self, url: str | None, *, max_files: int = MOST_FILES, accept: str | None = None) -> None:
        """From now on files are sent there; None: nowhere. What is under way goes on."""
        elements = uploader_elements(url, max_files=max_files, accept=accept)
        if elements != self._elements:
            self._elements, self._is_open = elements, url is not None
            self._session.show(elements)

    def show_again(self) -> None:
        """After the tab's frame was drawn anew."""
        if self._is_open:
            self._session.show(self._elements)

    def pick(self) -> None:
        """Open the browser's chooser; it does so for some seconds after its person did something."""
        if self._is_open:
            run_method(self._session.client, part(Part.UPLOADER), 'pickFiles')

    def tidy(self) -> None:
        """Forget what was sent and what failed; what is under way goes on."""
        for which in _UPLOADERS:
            self._tidy(which)

    def hear(self, element_id: int, args: list[Any]) -> bool:
        """An event of an element that exists in the browser alone; False: it is none of these."""
        kind, _, number = parse_id(element_id) or (None, 0, 0)
        if kind is not Kind.SHELL or not self._session.may_act:
            return False
        argument = args[0] if args else None
        if number in _UPLOADERS:
            self._told(Part(number), argument)
        elif number == Part.ATTACH:
            if pressed(argument):
                self.pick()
        elif number == Part.TALK and not pressed(argument):
            if self._is_open:
                self.on_missed()
        else:
            return False
        return True

    def _told(self, which: Part, argument: object) -> None:
        """Lists are of what was added or left out; anything else tells how one request ended."""
        if isinstance(argument, dict):
            failed = sum(file.get('__status') == 'failed' for file in _entries(argument.get('files')))
            self._tidy(which)
            if failed:
                self.on_failed(failed)
            return
        entries = list(_entries(argument))
        reasons = REASONS.intersection(str(entry.get('failedPropValidation')) for entry in entries)
        added = [str(entry['__key'])[:MAX_KEY_CHARS] for entry in entries if '__key' in entry]
        if reasons:
            self.on_rejected(reasons)
        elif added and self._is_open:
            self.on_added(added)

    def _tidy(self, which: Part) -> None:
        for method in ('removeUploadedFiles', 'removeQueuedFiles'):
            run_method(self._session.client, part(which), method)


def _entries(argument: object) -> Iterator[dict[str, Any]]:
    """The objects in what should be a list of few."""
    return (each for each in (argument[:MOST_FILES] if isinstance(argument, list) else ()) if isinstance(each, dict))
