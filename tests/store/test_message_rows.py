"""The JSON in the rows of messages."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest

from livechat.domain.attachment import Attachment, Making
from livechat.domain.file import FileId, FileKind
from livechat.domain.message import Card, Mention, Picture
from livechat.domain.model import UserId
from livechat.store.message_rows import to_cards, to_files, to_named

FILE = Attachment(
    id=FileId('one'), name='a.png', kind=FileKind.IMAGE, media_type='image/png', size=1, width=2, height=3, making=Making.UNDER_WAY
)
PICTURE = Picture(token='one', width=2, height=3)
CARD = Card(url='https://example.org/', title='An example', picture=PICTURE)
MENTION = Mention(user_id=UserId(1), word='ana', name='Ana')


def with_more(value: object) -> object:
    """As a newer version may store it, which knows more of everything."""
    if isinstance(value, dict):
        return {'newer': [1, 2], **{name: with_more(each) for name, each in value.items()}}
    return value


@pytest.mark.parametrize(
    ('read', 'stored', 'expected'),
    [
        (to_files, [with_more(asdict(FILE))], (FILE,)),
        (to_cards, {'newer': 1, 'cards': [with_more(asdict(CARD))], 'removed': []}, ((CARD,), ())),
        (to_named, [with_more(asdict(MENTION))], (MENTION,)),
    ],
)
def test_what_a_newer_version_stored_beside_keeps_no_room_from_loading(read: Callable[[str], Any], stored: object, expected: object):
    assert read(json.dumps(stored)) == expected
