"""What can go wrong with passwords; part of the tree in `errors.py`."""

from livechat.domain.errors import InvalidInput, LivechatError


class PasswordTooShort(InvalidInput):
    field = 'password'

    def __init__(self, *, limit: int) -> None:
        self.limit = limit
        super().__init__(f'A password needs at least {limit} characters. A few words in a row are good.')


class PasswordTooLong(InvalidInput):
    field = 'password'

    def __init__(self, *, limit: int) -> None:
        self.limit = limit
        super().__init__(f'A password has at most {limit:,} characters.')


class PasswordLinkInvalid(LivechatError):
    def __init__(self) -> None:
        super().__init__('This link was used or has expired. Ask for a new one.')


class SignInFailed(LivechatError):
    def __init__(self) -> None:
        super().__init__('That name and password do not match.')


class WrongPassword(LivechatError):
    field = 'password'

    def __init__(self) -> None:
        super().__init__('That is not your current password.')
