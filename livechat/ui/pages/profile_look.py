"""How one wants the page to look and sound, on all one's devices."""

from collections.abc import Callable
from dataclasses import replace

from nicegui import ui

from livechat.domain.model import Preferences, Theme
from livechat.ui.components.dialogs import worded
from livechat.ui.components.forms import Outcome, choice, section
from livechat.ui.pages.profile_words import zone_in_words
from livechat.ui.session import Session

THEMES = {Theme.SYSTEM: 'Like my device', Theme.LIGHT: 'Light', Theme.DARK: 'Dark'}


def look(session: Session) -> None:
    with section('Look and sound'):
        now = session.user.preferences
        outcome = Outcome()
        choice(
            'Theme',
            {theme.value: word for theme, word in THEMES.items()},
            now.theme.value,
            lambda value: prefer(session, outcome, lambda present: replace(present, theme=Theme(value))),
            inline=True,
        )
        ui.switch(
            'A soft sound with each notice',
            value=now.sound,
            on_change=lambda event: prefer(session, outcome, lambda present: replace(present, sound=bool(event.value))),
        )
        zone = zone_in_words(session.reader.audience.utc_offset_min)
        worded('p', f'Times are shown in {zone}, from this browser.').classes('muted')


def prefer(session: Session, outcome: Outcome, change: Callable[[Preferences], Preferences]) -> None:
    """In the order of the clicks, each starting from what the one before has stored."""

    async def store() -> None:
        await session.chat.accounts.update_preferences(session.user, change(session.user.preferences))

    async def job() -> None:
        await outcome.attempt(store)

    session.do(job)
