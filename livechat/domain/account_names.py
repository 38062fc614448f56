"""Which names are free. Signing in takes a display name or a user name, so one person's may not be another's of either kind."""

import re
import unicodedata

from livechat.domain.model import MAX_NAME_CHARS, UserId
from livechat.domain.names import misreadings, name_key, username_from
from livechat.domain.people_ports import UserStore

SUGGESTIONS = 50
"""Looked at before none is made; more people of one name than that think of their own."""


class AccountNames:
    """Looks before the store decides: between two at once the store's unique columns have the last word."""

    def __init__(self, users: UserStore) -> None:
        self._users = users

    async def is_free(self, name: str, *, but_for: UserId | None = None) -> bool:
        """Whether nobody else signs in with it, in whatever case or width it is written, nor has a name that looks the same."""
        found = await self._users.by_login(name_key=name_key(name), username=login_username(name))
        if found is not None and found[0].id != but_for:
            return False
        return not await self._is_misread(name, but_for)

    async def _is_misread(self, name: str, but_for: UserId | None) -> bool:
        """Whether it is taken for another's name as both are written: BiII for Bill, but not Neil for Nell."""
        seen, keys = misreadings(name)
        for key in keys:
            found = await self._users.by_login(name_key=key, username='')
            if found is not None and found[0].id != but_for and misreadings(found[0].display_name)[0] == seen:
                return True
        return False

    async def suggestion(self, name: str) -> str:
        """A free display name close to a taken one: Ana 2. Empty when none was found."""
        base = re.sub(r'\s+\d+$', '', name)[: MAX_NAME_CHARS - 4].strip()
        for number in range(2, SUGGESTIONS):
            candidate = f'{base} {number}'
            if await self.is_free(candidate):
                return candidate
        return ''

    async def username_for(self, name: str) -> str:
        """A free user name made from any text: ana, ana2, ana3 ..."""
        base = username_from(name)[: MAX_NAME_CHARS - 4]  # with its number it still is one
        taken = await self._users.taken_usernames(base)
        number = 1
        while True:
            candidate = base if number == 1 else f'{base}{number}'
            if candidate not in taken and await self.is_free(candidate):
                return candidate
            number += 1


def login_username(typed: str) -> str:
    """What was typed at sign-in, as a user name would be stored."""
    return unicodedata.normalize('NFKC', typed).strip().removeprefix('@').lower()
