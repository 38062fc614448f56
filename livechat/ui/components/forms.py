"""What pages without a room are made of: cards with fields, one line that says how it went, questions before dangerous acts."""

import logging
from collections.abc import Awaitable, Callable, Mapping

from nicegui import ui

from livechat.domain.errors import LivechatError
from livechat.domain.model import MAX_NAME_CHARS
from livechat.ui.components.dialogs import APOLOGY, Form, worded

logger = logging.getLogger(__name__)
Job = Callable[[], Awaitable[object]]


def section(title: str, lead: str = '') -> ui.element:
    """A card with a heading and perhaps a sentence; fill it with `with`."""
    card = ui.element('section').classes('card')
    card.props['aria-label'] = title
    with card:
        worded('h2', title)
        if lead:
            worded('p', lead).classes('muted')
    return card


def field(label: str, value: str = '', *, limit: int = MAX_NAME_CHARS, password: bool = False, autocomplete: str = 'off') -> ui.input:
    box = ui.input(label, value=value, password=password).props(f'outlined maxlength={limit} autocomplete={autocomplete}')
    box.props['aria-label'] = label
    return box


def button(text: str, on_click: Callable[[], object] | None = None, *, kind: str = 'quiet', label: str = '') -> ui.element:
    """A plain button; without a handler it submits its form. `label`: its name, where the text alone says too little."""
    result = worded('button', text).classes(kind)
    result.props['type'] = 'button' if on_click else 'submit'
    if label:
        result.props['aria-label'] = label
    return result.on('click', on_click, []) if on_click else result


def choice(label: str, options: Mapping[str, str], value: str, on_choose: Callable[[str], object], *, inline: bool = False) -> ui.radio:
    """Radio buttons that tell at once what was chosen: a key of `options`."""
    radio = ui.radio(dict(options), value=value, on_change=lambda event: on_choose(event.value)).props('inline' if inline else '')
    radio.props['aria-label'] = label
    return radio


class Outcome:
    """One line under a form: what went wrong, or that it is done. One act at a time: a second click on its button does nothing."""

    def __init__(self) -> None:
        self._label = ui.label().classes('outcome').props('role=status')
        self._busy = False

    def show(self, text: str, *, bad: bool = False) -> None:
        """Nothing, once the form was drawn anew or left: what was done may have changed the page under it."""
        if self._label.is_deleted:
            return
        self._label.text = text
        self._label.classes(replace='outcome bad' if bad else 'outcome good')

    async def attempt(self, job: Job, done: str = '') -> bool:
        """Whether it worked; if not, the line says why."""
        if self._busy:
            return False
        self._busy = True
        try:
            await job()
        except LivechatError as error:
            self.show(str(error), bad=True)
            return False
        except Exception:
            logger.exception('a form')
            self.show(APOLOGY, bad=True)
            return False
        finally:
            self._busy = False
        self.show(done)
        return True


def ask(question: str, consequence: str, verb: str, job: Job, *, kind: str = 'danger') -> Form:
    """Ask before it is done, in a dialog that says what will happen; a refusal is shown there. Put further fields into `body`."""
    form = Form(question)
    with form.body:
        worded('p', consequence)
    form.button('Cancel', form.dialog.close, kind='quiet')
    form.button(verb, lambda: form.attempt(_as_coroutine(job)), kind=kind)
    form.open()
    return form


def refill(box: ui.element, build: Callable[[], object]) -> None:
    """Replace what is in it; nothing is done once the page was left."""
    if box.is_deleted:
        return
    box.clear()
    with box:
        build()


async def _as_coroutine(job: Job) -> None:
    await job()
