"""What can go wrong with a search; part of the tree in `errors.py`."""

from livechat.domain.errors import LivechatError


class SearchTooSlow(LivechatError):
    def __init__(self) -> None:
        super().__init__('That search took too long. Add a word, a room or a person to it.')
