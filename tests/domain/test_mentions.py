from collections.abc import Sequence

import hypothesis.strategies as st
import pytest
from hypothesis import given

from livechat.domain.mentions import group_in, named_in, words_in
from livechat.domain.message import MAX_MENTIONS, MentionGroup
from livechat.domain.model import Person, ServerRole, UserId, UserKind
from tests.effort import counted


def person(number: int, username: str, display_name: str) -> Person:
    return Person(id=UserId(number), kind=UserKind.ACCOUNT, role=ServerRole.MEMBER, username=username, display_name=display_name)


ANA, BO = person(1, 'ana', 'Ana Kovač'), person(2, 'bo.li', 'Boli')


@pytest.mark.parametrize(
    ('body', 'words'),
    [
        ('@ana', ['ana']),
        ('hello @ana, and @bo.li.', ['ana', 'bo.li']),
        ('@ANA @Ana', ['ana']),
        ('(@ana) [@bo] "@cy" *@di* _@ed_ ~~@fi~~', ['ana', 'bo', 'cy', 'di', 'ed', 'fi']),
        ('@ana,@bo;@cy', ['ana', 'bo', 'cy']),
        ("@ana's @bo! @cy? @di: - @ed", ['ana', 'bo', 'cy', 'di', 'ed']),
        ('> quoting @ana\n- and @bo\n\n# @cy', ['ana', 'bo', 'cy']),
        ('@zoë @мария @张伟 @देवी', ['zoë', 'мария', '张伟', 'देवी']),
        ('@ana-maria @j.doe_2', ['ana-maria', 'j.doe_2']),
        ('[@ana](https://example.org/@bo)', ['ana']),
        ('@room and @here', ['room', 'here']),
        ('`` ` `` @ana', ['ana']),
        ('a ` single tick @ana', ['ana']),
        ('one ` tick\n\n@ana in the next paragraph, with another ` tick', ['ana']),
    ],
)
def test_word_behind_an_at_in_text_is_found(body: str, words: list[str]) -> None:
    assert list(words_in(body)) == words


@pytest.mark.parametrize(
    'body',
    [
        'no at',
        '@',
        '@ ana',
        '@. @- @__',
        'ana@example.org',
        'first.last+tag@ana.example',
        'a_-@ana',
        'mail <ana@example.org>, mailto:bo@example.org',
        'https://example.org/@ana',
        'https://ana:secret@ana/ http://x/?to=@ana,@bo',
        'www.example.org/@ana',
        'see /@ana and \\@ana and @@ana',
        '@ana@example.social',
        '`@ana`',
        '`` `@ana ``',
        'a `code\n@ana` span over a line',
        '```\n@ana\n```',
        '```python\n@ana\n',
        '~~~\n@ana\n```\n@bo\n~~~',
        '> ```\n> @ana\n> ```',
        '````\n```\n@ana\n````',
    ],
)
def test_at_in_code_in_addresses_and_in_urls_is_none(body: str) -> None:
    assert list(words_in(body)) == []


def test_text_after_a_closed_block_is_text_again() -> None:
    assert list(words_in('```\n@ana\n```\n@bo `@cy` @di')) == ['bo', 'di']


def test_member_is_named_by_user_name_whatever_the_case_and_by_a_name_without_spaces() -> None:
    named = named_in(words_in('@ANA @boli @nobody'), [ANA, BO])

    assert [(each.user_id, each.word, each.name) for each in named] == [(1, 'ana', 'Ana Kovač'), (2, 'boli', 'Boli')]


def test_name_that_two_members_have_names_nobody_and_a_user_name_goes_before_it() -> None:
    sam, other, third = person(3, 'sam.a', 'Sam'), person(4, 'sam.b', 'Sam'), person(5, 'sam.c', 'Ana')

    assert named_in(['sam'], [sam, other]) == ()
    assert [each.user_id for each in named_in(['sam'], [sam, third])] == [sam.id]
    assert [each.user_id for each in named_in(['ana'], [third, ANA])] == [ANA.id]


def test_person_named_twice_is_named_once_by_the_first_word() -> None:
    assert [(each.user_id, each.word) for each in named_in(['boli', 'bo.li'], [BO])] == [(BO.id, 'boli')]


def test_names_beyond_the_limit_are_only_words() -> None:
    people = [person(number, f'p{number}', f'Person {number}') for number in range(MAX_MENTIONS + 10)]

    assert len(named_in([each.username for each in people], people)) == MAX_MENTIONS


def test_group_is_called_by_its_word_and_nobody_is_named_by_it() -> None:
    assert group_in(['here']) is MentionGroup.HERE
    assert group_in(['here', 'room']) is MentionGroup.ROOM
    assert group_in(['rooms']) is None
    assert named_in(['room', 'here'], [person(6, 'room', 'Room'), person(7, 'x', 'Here')]) == ()


usernames = st.from_regex(r'[a-z0-9]([.\-_]?[a-z0-9]){0,8}', fullmatch=True).filter(lambda name: name not in {'room', 'here'})
between = st.sampled_from([' ', '\n', '\n\n', ', ', '. ', ' (', ') ', ' *', '* ', '! ', ' "', '\t'])


@given(st.lists(st.tuples(usernames, between, st.sampled_from(['text', 'code', 'mail', 'url'])), max_size=12))
def test_exactly_the_names_in_text_are_found(parts: Sequence[tuple[str, str, str]]) -> None:
    drawn = {'text': '@{}', 'code': '`@{}`', 'mail': 'x@{}', 'url': 'http://h/@{}'}

    body = ''.join(f'{drawn[kind].format(name)} {gap}' for name, gap, kind in parts)

    assert list(words_in(body)) == list(dict.fromkeys(name for name, _, kind in parts if kind == 'text'))


@given(st.text(alphabet='@`~>-_. \n\\/:wab', max_size=60))
def test_any_text_is_read_without_trouble_and_its_words_stand_in_it(body: str) -> None:
    for word in words_in(body):
        assert f'@{word}' in body.lower()
        assert word == word.strip('.')


HOSTILE = [
    '@',
    '@a',
    '@a ',
    '`',
    '` ',
    '`@',
    '``` ',
    '```\n',
    '~~~\n',
    '> ',
    '\n',
    '@.',
    '.-_@',
    '://',
    'www.',
    'a@',
    '@a,',
    '`' * 7 + ' ',
    '@é\u0301',
]


@pytest.mark.parametrize('unit', HOSTILE)
def test_work_grows_with_the_length_of_the_text_and_no_faster(unit: str) -> None:
    def steps(length: int) -> int:
        body = (unit * length)[:length]
        with counted() as effort:
            named_in(words_in(body), [ANA, BO])
        return effort.steps

    assert steps(80_000) < 5 * steps(20_000)


def test_backtick_runs_of_every_length_cost_no_more() -> None:
    body = '@ana '.join('`' * length + ' ' for length in range(1, 1_000))

    with counted() as effort:
        found = words_in(body)

    assert list(found) == ['ana']
    assert effort.steps < len(body)
