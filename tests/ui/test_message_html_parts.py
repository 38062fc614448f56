"""What belongs to a message besides its words: what it answers, reactions, cards, its pin, its buttons; and whom it is meant for."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from livechat.domain.message import Card, Mention, MentionGroup, Message, MessageKind, Picture, Quote, Reaction
from livechat.domain.model import MessageNumber, Person, RoomId, Seq, ServerRole, UserId, UserKind
from livechat.ui.message_html import Setting, entry_html
from livechat.ui.message_parts import reaction_code, who
from livechat.ui.message_style import own_css

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
EVIL = '\'"><img src=x onerror=alert(1)>'
LINK = 'https://example.org/a'


def person(user_id: int = 1, name: str = 'Ana') -> Person:
    return Person(id=UserId(user_id), kind=UserKind.ACCOUNT, role=ServerRole.MEMBER, username=f'user{user_id}', display_name=name)


def message(body: str = 'hello', number: int = 7, author: Person | None = None) -> Message:
    return Message(
        room_id=RoomId(1),
        number=MessageNumber(number),
        changed_seq=Seq(number),
        author=author or person(),
        body=body,
        client_key=f'k{number}',
        created_at=NOON,
    )


def html_of(shown: Message, previous: Message | None = None, base_url: str = 'http://chat.example') -> str:
    return entry_html(shown, previous, Setting('lobby', base_url=base_url))


def quote(excerpt: str = 'what to bring?', name: str = 'Mira', *, deleted: bool = False) -> Quote:
    return Quote(number=MessageNumber(3), author=person(3, name), excerpt=excerpt, deleted=deleted)


def text_of(html: str) -> str:
    return re.sub(r'<[^>]*>', '', html)


# What it answers


def test_answer_links_to_what_it_answers_above_the_name() -> None:
    html = html_of(replace(message(), quote=quote()))

    assert "<a class=reply href='/rooms/lobby?m=3'>" in html
    assert 'In reply to Mira what to bring?' in text_of(html)
    assert html.index('class=reply') < html.index('class=who')


def test_answer_names_its_author_though_they_wrote_the_message_before() -> None:
    before = message(number=6)

    assert 'class=who' in html_of(replace(message(), quote=quote()), before)
    assert 'class=who' not in html_of(message(), before)


def test_answer_to_a_deleted_message_says_so_and_nothing_of_it() -> None:
    html = html_of(replace(message(), quote=quote('', deleted=True)))

    assert 'a message that was deleted' in html
    assert 'Mira' not in html


def test_quoted_words_are_shown_without_their_markup() -> None:
    assert 'Mira very `` loud' not in text_of(html_of(replace(message(), quote=quote('**very** `x` loud'))))
    assert 'Mira very x loud' in text_of(html_of(replace(message(), quote=quote('**very** `x` loud'))))


@pytest.mark.parametrize('excerpt', ['```python print(1) …', '```python print(1) ```', '/me print(1)', '> print(1)', '- print(1)'])
def test_quoted_code_list_or_action_reads_as_one_line(excerpt: str) -> None:
    html = html_of(replace(message(), quote=quote(excerpt)))

    assert re.sub(r'\s*…?$', '', text_of(html.partition('</a>')[0])).endswith('In reply to Mira print(1)')


# Reactions


def test_reaction_is_named_by_text_count_and_people_and_pressed_by_its_text() -> None:
    reactions = (Reaction(text='👍', people=(person(1), person(2, 'Bo'))), Reaction(text='well done', people=(person(2, 'Bo'),)))

    buttons = re.findall(r'<button class=react.*?</button>', html_of(replace(message(), reactions=reactions)))

    assert [text_of(button) for button in buttons] == ['👍 2 Ana and Bo', 'well done 1 Bo']
    assert "data-by='1 2'" in buttons[0]
    commands = re.findall(r'command=--react-7-(\d{1,9})>', ''.join(buttons))
    assert commands == [str(reaction_code('👍')), str(reaction_code('well done'))]
    assert len(set(commands)) == 2


@pytest.mark.parametrize(
    ('count', 'words'), [(1, 'P1'), (2, 'P1 and P2'), (3, 'P1, P2 and P3'), (20, 'P19 and P20'), (32, 'P20 and 12 more')]
)
def test_first_twenty_people_are_named(count: int, words: str) -> None:
    assert who([person(number, f'P{number}') for number in range(1, count + 1)]).endswith(words)


def test_own_sheet_marks_what_is_mine_and_what_is_meant_for_me() -> None:
    css = own_css(UserId(42))

    assert '.react[data-by~="42"]' in css
    assert ':is([data-to~="42"],[data-to~="all"]):not([data-author="42"])' in css


# Whom it is meant for


def test_message_says_whom_it_speaks_to_but_not_that_its_author_is_one_of_them() -> None:
    named = tuple(Mention(user_id=UserId(number), word=f'user{number}', name='') for number in (1, 2, 3))

    assert " data-to='2 3'>" in html_of(replace(message('@user1 @user2 @user3'), named=named))
    assert 'data-to' not in html_of(replace(message('@user1'), named=named[:1]))
    assert " data-to='2 all'>" in html_of(replace(message('@user2 @room'), named=named[1:2], group=MentionGroup.ROOM))


# Pin, edit, tools


def test_pinned_message_has_a_mark() -> None:
    assert 'aria-label=Pinned' in html_of(replace(message(), pinned_at=NOON))
    assert 'Pinned' not in html_of(message())


def test_edited_leads_to_how_it_read_before_and_stands_in_the_last_line() -> None:
    html = html_of(replace(message('one\n\ntwo'), edited_at=NOON))

    assert '<p>two<button class=edited commandfor=do command=--history-7>(edited)</button></p></div>' in html


def test_every_message_has_its_tools_and_neither_a_tombstone_nor_a_system_line() -> None:
    commands = re.findall(r'<button command=(\S+) commandfor=do title=(\w+)>', html_of(message()))

    assert commands == [('--like-7', 'Like'), ('--react-7', 'React'), ('--reply-7', 'Reply'), ('--more-7', 'More')]
    assert 'class=tools' not in html_of(replace(message(), deleted=True, body=''))
    assert 'class=tools' not in html_of(replace(message(), kind=MessageKind.SYSTEM))


def test_copy_of_a_block_of_code_says_of_which_message() -> None:
    assert 'command="--copy-7-0"' in html_of(message('```\nx = 1\n```'))
    assert 'command="--copy-8-0"' in html_of(message('```\nx = 1\n```', number=8))


# Actions


def test_action_is_told_in_one_line_with_its_author_and_the_next_message_starts_anew() -> None:
    action = message('/me waves **twice**')

    html = html_of(action, message(number=6))

    assert "<div class='body action' dir=auto><p><b dir=auto>Ana</b> waves <strong>twice</strong></p></div>" in html
    assert 'class=who' not in html
    assert 'class=who' in html_of(message(number=8), action)


@pytest.mark.parametrize(('body', 'shown'), [('//me waves', '/me waves'), ('///me waves', '//me waves'), ('//memory', '//memory')])
def test_escaped_action_is_words_with_one_slash_less(body: str, shown: str) -> None:
    html = html_of(message(body))

    assert f'<p>{shown}</p>' in html
    assert "'body action'" not in html
    assert f'<span dir=auto>{shown}</span>' in html_of(replace(message(), quote=quote(body)))


# Cards


def card(url: str = LINK, picture: Picture | None = None) -> Card:
    return Card(url=url, title='Light wind', description='Sunny after nine', site='weather', picture=picture)


def test_card_shows_what_the_page_says_and_reserves_room_for_its_picture() -> None:
    html = html_of(replace(message(f'look: {LINK}'), cards=(card(picture=Picture(token='abc', width=120, height=90)),)))

    assert "<img src='/previews/abc' width=120 height=90 alt='' loading=lazy>" in html
    assert f"<a href='{LINK}' target=_blank rel='noopener noreferrer nofollow' dir=auto>Light wind</a>" in html
    assert 'weatherLight windSunny after nine' in text_of(html)
    assert 'command=--uncard-7-0' in html
    assert ' hidden>' not in html


def test_link_alone_is_hidden_behind_its_card_and_shown_without_it() -> None:
    alone = replace(message(LINK), cards=(card(),), edited_at=NOON)

    html = html_of(alone)

    assert '<div class=body hidden>' in html
    assert '</div><button class=edited' in html  # what says that it was edited is not hidden with it
    assert '<div class=body hidden>' not in html_of(replace(alone, cards=()))
    assert '<div class=body hidden>' not in html_of(replace(alone, cards=(card('https://example.org/other'),)))


def test_link_to_a_message_of_this_server_is_quoted_below() -> None:
    body = 'see http://chat.example/rooms/lobby?m=2'

    assert '<iframe class=linked' in html_of(message(body))
    assert 'iframe' not in html_of(message(body), base_url='http://other.example')


# Nobody's words are markup

EVIL_PARTS = {
    'quote': {'quote': quote(EVIL)},
    'quoted name': {'quote': quote(name=EVIL)},
    'reaction': {'reactions': (Reaction(text=EVIL[:16], people=(person(),)),)},
    'who reacted': {'reactions': (Reaction(text='x', people=(person(1, EVIL),)),)},
    'card': {'cards': (Card(url=f'{LINK}{EVIL}', title=EVIL, description=EVIL, site=EVIL),)},
    'token': {'cards': (card(picture=Picture(token=EVIL, width=1, height=1)),)},
}


@pytest.mark.parametrize('part', EVIL_PARTS.values(), ids=EVIL_PARTS.keys())
@pytest.mark.parametrize('body', ['hello', '/me waves'])
def test_words_of_people_and_pages_never_leave_their_place(part: dict[str, object], body: str) -> None:
    html = html_of(replace(message(body), **part))  # type: ignore[arg-type]

    assert '<img src=x' not in html
    assert '\'"><' not in html


@pytest.mark.parametrize('body', ['/me <img src=x>', '<img src=x>', '**<img src=x>**'])
def test_name_and_text_of_a_message_are_never_markup(body: str) -> None:
    assert '<img' not in html_of(message(body, author=person(name=EVIL)))
