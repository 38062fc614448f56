"""The files of a message as HTML: their boxes before they are there, their names as nothing but words."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest

from livechat.domain.attachment import Attachment, Making
from livechat.domain.file import EXCERPT_LINES
from livechat.domain.message import Message
from livechat.domain.model import MessageNumber, Person, RoomId, Seq, ServerRole, UserId, UserKind
from livechat.ui.file_html import MAX_EXCERPT_CHARS, file_path, files_html, large_path, shown_size
from livechat.ui.message_html import Setting, entry_html
from tests.corpus.hostile import MISLEADING
from tests.corpus.xss import XSS
from tests.ui.files_stand import a_file

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
EVIL = '\'"><img src=x onerror=alert(1)>.pdf'


def message(*files: Attachment, body: str = '', number: int = 7) -> Message:
    return Message(
        room_id=RoomId(1),
        number=MessageNumber(number),
        changed_seq=Seq(number),
        author=Person(id=UserId(1), kind=UserKind.ACCOUNT, role=ServerRole.MEMBER, username='ana', display_name='Ana'),
        body=body,
        client_key=f'k{number}',
        created_at=NOON,
        files=files,
    )


def html_of(shown: Message, previous: Message | None = None) -> str:
    return entry_html(shown, previous, Setting('lobby'))


class Elements(HTMLParser):
    """Names and attributes of all elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


# Addresses


def test_address_has_the_name_percent_encoded() -> None:
    file = a_file('Über uns: 50% & mehr?.jpg')

    path = file_path(file)

    assert re.fullmatch(r'/files/[\w-]+/[\w.%~-]+', path)
    assert unquote(path).endswith(f'/{file.name}')
    assert file_path(file, width=480) == f'{path}?w=480'
    assert file_path(file, download=True) == f'{path}?download=1'


@pytest.mark.parametrize(
    'name', ['', '.', '..', '../../etc/passwd', '..\\x', 'a\x00b.png', '%2e%2e%2f', 'half \ud83d.png', '"; filename="b']
)
def test_address_is_one_path_below_that_of_files_whatever_the_name(name: str) -> None:
    parts = urlsplit(file_path(a_file(name)))

    assert len(parts.path.split('/')) == 4
    assert parts.path.split('/')[3] not in {'', '.', '..'}
    assert parts.query == ''


def test_what_moves_is_looked_at_as_it_came_and_all_else_as_its_larger_picture() -> None:
    assert large_path(a_file('a.jpg')).endswith('/a.jpg?w=1200')
    assert large_path(a_file('a.gif', animated=True)).endswith('/a.gif')
    assert large_path(a_file('b.gif', media_type='image/gif')).endswith('/b.gif')


# Pictures


def test_message_without_files_costs_nothing() -> None:
    assert files_html(message(body='hello')) == ''


@pytest.mark.parametrize(
    ('size', 'shown'),
    [
        ((1_600, 1_200), (480, 360)),
        ((3_000, 1_000), (480, 160)),
        ((1_000, 3_000), (120, 360)),
        ((100, 80), (100, 80)),
        ((9_000, 3), (480, 1)),
        ((0, 0), (320, 240)),
    ],
)
def test_picture_alone_reserves_its_own_shape_and_is_never_larger_than_it_is(size: tuple[int, int], shown: tuple[int, int]) -> None:
    file = a_file(width=size[0], height=size[1])

    assert shown_size(file) == shown
    assert f"?w=480' width={shown[0]} height={shown[1]} loading=lazy decoding=async alt='photo.jpg'>" in files_html(message(file))


def test_picture_is_a_button_that_says_which_it_is() -> None:
    html = files_html(message(a_file('a.pdf'), a_file('b.jpg'), a_file('c.jpg')))

    assert re.findall(r"<button commandfor=do command=(\S+)><img [^>]*alt='([^']*)'></button>", html) == [
        ('--view-7-1', 'b.jpg'),
        ('--view-7-2', 'c.jpg'),
    ]


@pytest.mark.parametrize(
    ('count', 'columns'), [(1, 'pics'), (2, "'pics two'"), (3, "'pics three'"), (4, "'pics two'"), (10, "'pics three'")]
)
def test_several_pictures_are_squares_side_by_side(count: int, columns: str) -> None:
    html = files_html(message(*(a_file(f'{place}.jpg') for place in range(count))))

    assert html.startswith(f'<div class=files><div class={columns}>')
    assert html.count('<button') == count
    assert ('width=' in html) == (count == 1)


def test_moving_picture_is_marked() -> None:
    assert "<button class='gif' " in files_html(message(a_file('a.gif', animated=True)))
    assert 'gif ' not in files_html(message(a_file('a.gif')))


def test_picture_that_is_being_made_has_its_box_already_and_no_address() -> None:
    html = files_html(message(a_file(making=Making.UNDER_WAY)))

    assert "<canvas class=wait width=480 height=360 role=img aria-label='photo.jpg is being prepared'></canvas>" in html
    assert '/files/' not in html


@pytest.mark.parametrize(('size', 'box'), [((16, 16), (96, 96)), ((4_000, 100), (480, 96)), ((100, 4_000), (96, 360))])
def test_box_of_a_small_or_narrow_picture_is_as_large_as_what_can_be_pressed(size: tuple[int, int], box: tuple[int, int]) -> None:
    html = files_html(message(a_file(making=Making.UNDER_WAY, width=size[0], height=size[1])))

    assert f'<canvas class=wait width={box[0]} height={box[1]} ' in html


def test_picture_that_cannot_be_shown_is_named_and_nothing_else() -> None:
    html = files_html(message(a_file(making=Making.FAILED), a_file('b.jpg')))

    assert "<div class='file broken'><bdi title='photo.jpg'>photo.jpg</bdi><small>This picture cannot be shown</small></div>" in html
    assert html.count('/files/') == 1
    assert '--view-7-1' in html


# Other files


def test_video_and_audio_are_played_by_the_browser_and_can_be_had() -> None:
    video, audio = a_file('clip.mp4'), a_file('talk.mp3')

    html = files_html(message(video, audio))

    assert f"<video controls playsinline preload=metadata src='{file_path(video)}' aria-label='clip.mp4'></video>" in html
    assert f"<audio controls preload=none src='{file_path(audio)}' aria-label='talk.mp3'></audio>" in html
    for file in (video, audio):
        assert f"<a download href='{file_path(file, download=True)}'>" in html


@pytest.mark.parametrize('name', ['report.pdf', 'notes.txt', 'things.zip'])
def test_any_other_file_is_a_card_with_its_size_that_leads_to_a_download(name: str) -> None:
    file = a_file(name)

    html = files_html(message(file))

    link = f"<a download href='{file_path(file, download=True)}'><i class=sr>Download </i><bdi title='{name}'>{name}</bdi></a>"
    assert f"<div class='file {file.kind.value}'>{link}<small>2 kB</small></div>" in html


def test_text_shows_how_it_begins() -> None:
    html = files_html(message(a_file('a.txt', excerpt='\n'.join(f'<b>{line}</b>' for line in range(20)))))

    excerpt = unescape(html.partition('<pre dir=auto>')[2].partition('</pre>')[0])
    assert excerpt == '\n'.join(f'<b>{line}</b>' for line in range(EXCERPT_LINES)) + ' …'
    assert '<b>' not in html
    assert '<pre' not in files_html(message(a_file('a.txt', excerpt='\n\n')))
    assert len(files_html(message(a_file('a.txt', excerpt='x' * 100_000)))) < MAX_EXCERPT_CHARS + 500


# In a message


def test_message_with_files_alone_has_no_empty_paragraph_and_all_the_rest() -> None:
    alone = replace(message(a_file()), edited_at=NOON, pinned_at=NOON)

    html = html_of(alone)

    assert '<div class=body hidden></div><div class=files>' in html
    assert '<p>' not in html
    assert html.count('(edited)') == 1
    assert 'aria-label=Pinned' in html
    assert 'command=--reply-7' in html
    assert 'class=who' not in html_of(alone, message(a_file(), number=6))


def test_files_stand_between_words_and_cards_and_words_say_that_they_were_edited() -> None:
    html = html_of(replace(message(a_file(), body='look'), edited_at=NOON))

    assert html.index('<p>look<button class=edited') < html.index('<div class=files>') < html.index('<div class=tools>')
    assert html.count('(edited)') == 1


def test_deleted_message_shows_nothing_of_its_files() -> None:
    assert 'files' not in html_of(replace(message(a_file()), deleted=True))


# Nobody's words are markup


@pytest.mark.parametrize('end', ['jpg', 'pdf', 'txt', 'mp4', 'mp3'])
@pytest.mark.parametrize('making', [Making.DONE, Making.UNDER_WAY, Making.FAILED])
def test_names_and_texts_never_leave_their_place(end: str, making: Making) -> None:
    harmless = Elements(html_of(message(a_file(f'x.{end}', excerpt='x', making=making)))).found

    for text in (EVIL, *XSS, *MISLEADING.values()):
        found = Elements(html_of(message(a_file(f'{text}.{end}', excerpt=text, making=making)))).found
        shape = [(tag, sorted(attributes)) for tag, attributes in found if tag != 'pre']
        assert shape == [(tag, sorted(attributes)) for tag, attributes in harmless if tag != 'pre'], text
        for tag, attributes in found:
            for name in ('src', 'href'):
                address = attributes.get(name) or '/files/'
                assert address.startswith(('/files/', '/rooms/')), (tag, text)


def test_names_are_kept_apart_from_the_direction_of_what_is_around() -> None:
    assert '>\u202egpj.exe</bdi>' in files_html(message(a_file('\u202egpj.exe')))
