"""What can go wrong with files; part of the tree in `errors.py`."""

from livechat.domain.errors import InvalidInput, NotFound
from livechat.domain.sizes import size_in_words


class FileNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__('There is no such file, or it is not open to you.')


class FileRefused(InvalidInput):
    field = 'file'

    def __init__(self, reason: str) -> None:
        super().__init__(reason)


class FileTooLarge(InvalidInput):
    def __init__(self, name: str, *, limit_bytes: int) -> None:
        self.name, self.limit_bytes = name, limit_bytes
        super().__init__(f'“{name}” is too large: files here have at most {size_in_words(limit_bytes)}.')


class FileTooSlow(InvalidInput):
    def __init__(self) -> None:
        super().__init__('It came too slowly. Attach it again when your connection is better.')


class NoSpaceLeft(InvalidInput):
    def __init__(self, name: str, *, limit_bytes: int, of_person: bool) -> None:
        self.name, self.limit_bytes = name, limit_bytes
        if of_person:
            why = f'with it your files would be more than {size_in_words(limit_bytes)}. Delete some of your older ones'
        else:
            why = f'the files of this server may be {size_in_words(limit_bytes)}, and that is used up. Ask an admin'
        super().__init__(f'“{name}” was not taken: {why}.')


class FileGone(InvalidInput):
    def __init__(self) -> None:
        super().__init__('A file was removed before this was sent. Look at the others and send it again.')
