"""The contract of `SearchStore.find` and `show`, on every adapter."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest

from livechat.domain.file import FileKind
from livechat.domain.message import Message, MessageKind
from livechat.domain.model import Room, RoomKind, User, UserId
from livechat.domain.people_ports import NewUser
from livechat.domain.ports import Stores
from livechat.domain.search_ports import Found, Order, Question
from livechat.domain.search_query import Has, Names, parse
from tests.search_stand import search_stand
from tests.store.newcomers import add_private_room, new_guest
from tests.store.people import NOON, Lobby, add_room, attach, commit_one, delete, edit, join, new_user, pin, post, restore, system_line

HOUR = timedelta(hours=1)


@dataclass
class Said:
    """What was said in a chat, and what of it is found, as texts; the newest first."""

    lobby: Lobby
    bodies: dict[tuple[int, int], str] = field(default_factory=dict)

    @property
    def stores(self) -> Stores:
        return self.lobby.stores

    async def say(self, body: str, *, by: User | None = None, room: Room | None = None, at: datetime = NOON) -> Message:
        message = await commit_one(self.stores, post(room or self.lobby.room, by or self.lobby.ana, body, at=at))
        self.bodies[message.room_id, message.number] = body
        return message

    async def say_all(self, *bodies: str) -> None:
        for body in bodies:
            await self.say(body)

    async def ask(self, text: str = '', *, by: User | None = None, enough: int = 0, order: Order = Order.NEWEST, **asked: object) -> Found:
        question = Question(
            user_id=(by or self.lobby.ana).id,
            terms=parse(text, today=date(2026, 5, 4)).terms,
            order=order,
            **asked,  # type: ignore[arg-type]
        )
        return await self.stores.search.find(question, enough=enough)

    async def found(
        self, text: str = '', *, by: User | None = None, enough: int = 0, order: Order = Order.NEWEST, **asked: object
    ) -> list[str]:
        return self.texts((await self.ask(text, by=by, enough=enough, order=order, **asked)).places)

    def texts(self, places: Iterable[tuple[int, int]]) -> list[str]:
        return [self.bodies[place] for place in places]


@pytest.fixture
def said(lobby: Lobby) -> Said:
    return Said(lobby)


WORDS = ('The café opens', 'CAFE CREME', 'decaf, e.g.', 'a cat', 'concatenate', 'at a node.js shop')
SCRIPTS = (
    '東京都に住んでいます',
    '京の町',
    '한국어를 배웁니다',
    '안녕ㅋㅋㅠㅠ',
    'สวัสดีครับ',
    'ｶﾞｷﾞ',
    'Привет, ёлка',
    'Ελλάς',
    '\u1112\u1161\u11ab',
)
EMOJI = ('👍', 'ok👍🏽!', '👨‍👩‍👧', '👨👩', '🇩🇪', '🇩🇰🇪🇸', '🔥❤️🔥', 'no emoji')


@pytest.mark.parametrize(
    ('bodies', 'text', 'expected'),
    [
        (WORDS, 'cafe', 'The café opens|CAFE CREME'),
        (WORDS, 'CAFÉ', 'The café opens|CAFE CREME'),
        (WORDS, 'caf', 'The café opens|CAFE CREME|decaf, e.g.'),
        (WORDS, 'caf*', 'The café opens|CAFE CREME'),
        (WORDS, 'cat', 'a cat|concatenate'),
        (WORDS, 'cat*', 'a cat'),
        (WORDS, '"cat"', 'a cat'),
        (WORDS, 'at', 'at a node.js shop'),
        (WORDS, 'a', 'a cat|at a node.js shop'),
        (WORDS, '"a cat"', 'a cat'),
        (WORDS, '"at a"', 'at a node.js shop'),
        (WORDS, '"cat a"', ''),
        (WORDS, 'e.g.', 'decaf, e.g.'),
        (WORDS, '"decaf, e.g"', 'decaf, e.g.'),
        (WORDS, '"decaf e"', ''),
        (WORDS, 'node.js', 'at a node.js shop'),
        (WORDS, 'ode.j', 'at a node.js shop'),
        (WORDS, 'caf -opens', 'CAFE CREME|decaf, e.g.'),
        (WORDS, 'caf -"cafe"', 'decaf, e.g.'),
        (WORDS, '-caf', 'a cat|concatenate|at a node.js shop'),
        (WORDS, '-ca*', 'concatenate|decaf, e.g.|at a node.js shop'),
        (WORDS, 'caf creme', 'CAFE CREME'),
        (WORDS, 'creme cafe', 'CAFE CREME'),
        (WORDS, 'cafe missing', ''),
        (SCRIPTS, '東京都', '東京都に住んでいます'),
        (SCRIPTS, '京', '東京都に住んでいます|京の町'),
        (SCRIPTS, '京都', '東京都に住んでいます'),
        (SCRIPTS, '住んでい', '東京都に住んでいます'),
        (SCRIPTS, '"京の"', '京の町'),
        (SCRIPTS, '京 -東京', '京の町'),
        (SCRIPTS, '배웁니', '한국어를 배웁니다'),
        (SCRIPTS, '국어', '한국어를 배웁니다'),
        (SCRIPTS, '한', '한국어를 배웁니다|\u1112\u1161\u11ab'),
        (SCRIPTS, 'ㅠㅠ', '안녕ㅋㅋㅠㅠ'),
        (SCRIPTS, 'ดี', 'สวัสดีครับ'),
        (SCRIPTS, 'ガギ', 'ｶﾞｷﾞ'),
        (SCRIPTS, 'елка', 'Привет, ёлка'),
        (SCRIPTS, 'ελλας', 'Ελλάς'),
        (EMOJI, '👍', '👍|ok👍🏽!'),
        (EMOJI, '👍🏽', 'ok👍🏽!'),
        (EMOJI, '👨‍👩‍👧', '👨‍👩‍👧'),
        (EMOJI, '👩', '👨‍👩‍👧|👨👩'),
        (EMOJI, '👨👩', '👨👩'),
        (EMOJI, '🇩🇪', '🇩🇪'),
        (EMOJI, '❤', '🔥❤️🔥'),
        (EMOJI, '❤️', '🔥❤️🔥'),
        (EMOJI, '🔥 ❤', '🔥❤️🔥'),
        (EMOJI, '-👍 -👩 -🇩', '🔥❤️🔥|no emoji'),
    ],
)
async def test_terms_stand_in_what_is_found(said: Said, bodies: tuple[str, ...], text: str, expected: str) -> None:
    await said.say_all(*bodies)

    wanted = set(filter(None, expected.split('|')))
    newest = [body for body in reversed(bodies) if body in wanted]

    assert set(newest) == wanted
    assert await said.found(text) == newest
    assert set(await said.found(text, order=Order.BEST)) == wanted
    assert wanted.issuperset(await said.found(text, order=Order.BEST, enough=1))
    assert await said.found(text, enough=1) == newest


async def test_whole_words_are_enough_when_there_are_as_many(said: Said) -> None:
    await said.say_all('concatenate', 'cat', 'catalogue', 'cat cat', 'dog')

    best, all_of_them = await said.ask('cat', order=Order.BEST, enough=3), await said.ask('cat', order=Order.BEST, enough=4)

    assert set(said.texts(best.places)) - {'concatenate'} == {'cat', 'catalogue', 'cat cat'}
    assert best.is_whole is ('concatenate' in said.texts(best.places))
    assert all_of_them.is_whole
    assert said.texts(all_of_them.places) == ['cat cat', 'cat', 'catalogue', 'concatenate']


async def test_parts_of_words_follow_whole_words_and_nothing_comes_twice(said: Said) -> None:
    await said.say_all('concatenate', 'cat', 'catalogue', 'cat cat', 'location', 'dog', 'a cat')
    stand = await search_stand(said.stores)

    pages = [
        [hit.message.body async for page in stand.pages(said.lobby.ana, 'cat', limit=limit) for hit in page.hits]
        for limit in (1, 2, 3, 4, 6)
    ]

    for found in pages:
        assert sorted(found) == ['a cat', 'cat', 'cat cat', 'catalogue', 'concatenate', 'location']
        assert found[0] == 'cat cat'


async def test_best_are_whole_words_and_the_newest_among_equals(said: Said) -> None:
    await said.say_all('ben is there', 'bench there', 'ben is where', 'unbent there', 'ben ben ben')

    assert await said.found('ben', order=Order.BEST) == ['ben ben ben', 'ben is where', 'ben is there', 'bench there', 'unbent there']


async def test_authors_are_found_by_user_name_and_display_name(said: Said) -> None:
    lobby = said.lobby
    carl = await said.stores.users.add(new_user('Carl B', username='cb'), join=lobby.room.id)
    await said.say('from ana')
    await said.say('from ben', by=lobby.ben)
    await said.say('from carl', by=carl)

    assert await said.found('from', authors=Names(wanted=('cb',))) == ['from carl']
    assert await said.found(authors=Names(wanted=('carl b',))) == ['from carl']
    assert await said.found('from', authors=Names(wanted=('carl b', 'ben'))) == ['from carl', 'from ben']
    assert await said.found('from', authors=Names(wanted=('nobody', 'ben'))) == ['from ben']
    assert await said.found('from', authors=Names(excluded=('ben', 'ana'))) == ['from carl']
    assert await said.found('from', authors=Names(wanted=('ben', 'ana'), excluded=('ana',))) == ['from ben']
    assert await said.found('from', authors=Names(wanted=('nobody',))) == []
    assert await said.found('else', authors=Names(wanted=('ben',))) == []


async def test_author_is_found_by_the_name_they_have_now(said: Said) -> None:
    await said.say('hello', by=said.lobby.ben)

    await said.stores.users.update_profile(said.lobby.ben.id, display_name='Max', name_key='max', username='ben2', email=None)

    assert await said.found('hello', authors=Names(wanted=('max',))) == ['hello']
    assert await said.found('hello', authors=Names(wanted=('ben2',))) == ['hello']
    assert await said.found('hello', authors=Names(wanted=('ben',))) == []


async def test_rooms_narrow_a_search_and_never_widen_it(said: Said) -> None:
    lobby = said.lobby
    den = await add_private_room(said.stores, lobby.ben, 'Den')
    hall = await add_room(said.stores, lobby.ana, 'Hall')
    await said.say('same in lobby')
    await said.say('same in den', room=den, by=lobby.ben)
    await said.say('same in hall', room=hall)

    assert await said.found('same') == ['same in hall', 'same in lobby']
    assert await said.found('same', rooms={hall.id}) == ['same in hall']
    assert await said.found('same', rooms={hall.id, lobby.room.id, den.id}) == ['same in hall', 'same in lobby']
    assert await said.found('same', rooms={den.id}) == []
    assert await said.found(rooms={den.id}) == []
    assert await said.found('same', rooms=set()) == []
    assert await said.found('same', rooms_excluded={hall.id}) == ['same in lobby']
    assert await said.found('same', rooms={hall.id}, rooms_excluded={hall.id}) == []
    assert await said.found('same', rooms=set(range(1, 100))) == ['same in hall', 'same in lobby']


async def test_files_pictures_and_links(said: Said) -> None:
    lobby = said.lobby
    for body, kind, name in (('a text', FileKind.TEXT, 'Größe.txt'), ('a picture', FileKind.IMAGE, 'IMG_0042.png')):
        record = await attach(said.stores, lobby.room, lobby.ana, name, kind=kind)
        message = await commit_one(said.stores, post(lobby.room, lobby.ana, body, files=[record]))
        said.bodies[message.room_id, message.number] = body
    await said.say_all('see https://example.org/x', 'a://b', 'plain')

    assert await said.found(has={Has.FILE}) == ['a picture', 'a text']
    assert await said.found(has={Has.IMAGE}) == ['a picture']
    assert await said.found(has={Has.LINK}) == ['see https://example.org/x']
    assert await said.found(has={Has.FILE}, has_not={Has.IMAGE}) == ['a text']
    assert await said.found('a', has={Has.FILE, Has.LINK}) == []
    assert await said.found(has_not={Has.FILE}) == ['plain', 'a://b', 'see https://example.org/x']
    assert await said.found('grosse.txt') == ['a text']
    assert await said.found('0042') == ['a picture']
    assert await said.found('picture 0042', has={Has.IMAGE}) == ['a picture']
    assert await said.found('"text Größe"') == []


async def test_what_an_edit_takes_away_is_not_found_any_more(said: Said) -> None:
    lobby = said.lobby
    record = await attach(said.stores, lobby.room, lobby.ana, 'holiday.png', kind=FileKind.IMAGE)
    message = await commit_one(said.stores, post(lobby.room, lobby.ana, 'old https://example.org', files=[record]))
    said.bodies[message.room_id, message.number] = 'it'
    assert [await said.found('holiday'), await said.found(has={Has.LINK}), await said.found('old')] == [['it']] * 3

    await commit_one(said.stores, edit(message, 'new', files=[]))

    assert await said.found('new') == ['it']
    assert [await said.found('holiday'), await said.found(has={Has.IMAGE}), await said.found(has={Has.LINK}), await said.found('old')] == [
        []
    ] * 4
    assert await said.found(has_not={Has.FILE}) == ['it']


async def test_deleted_message_is_found_again_once_it_is_restored(said: Said) -> None:
    lobby = said.lobby
    record = await attach(said.stores, lobby.room, lobby.ana, 'holiday.png', kind=FileKind.IMAGE)
    message = await commit_one(said.stores, post(lobby.room, lobby.ana, 'told https://a.example', files=[record], mentions=[lobby.ben]))
    message = await commit_one(said.stores, pin(message, lobby.ben))
    place = (message.room_id, message.number)
    said.bodies[place] = 'it'

    async def everything() -> list[list[str]]:
        return [
            await said.found('told'),
            await said.found('holi'),
            await said.found(has={Has.IMAGE}),
            await said.found(has={Has.LINK}),
            await said.found(is_pinned=True),
            await said.found(mentions_me=True, by=lobby.ben),
            [each.message.body for each in await said.stores.search.show(lobby.ana.id, [place])],
        ]

    before = await everything()
    await commit_one(said.stores, delete(message))
    gone = await everything()
    await commit_one(said.stores, restore(message))

    assert before == [['it']] * 6 + [['told https://a.example']]
    assert gone == [[]] * 7
    assert await everything() == before


async def test_times_bound_a_search_also_when_clocks_were_set_back(said: Said) -> None:
    for hours in (0, 5, 2, 9, 1):
        await said.say(f'word at {hours}', at=NOON + hours * HOUR)

    assert await said.found('word', since=NOON + 2 * HOUR) == ['word at 9', 'word at 2', 'word at 5']
    assert await said.found('word', until=NOON + 2 * HOUR) == ['word at 1', 'word at 0']
    assert await said.found('word', since=NOON + HOUR, until=NOON + 5 * HOUR) == ['word at 1', 'word at 2']
    assert await said.found(since=NOON + HOUR, until=NOON + 5 * HOUR) == ['word at 1', 'word at 2']
    assert await said.found('word', since=NOON + 10 * HOUR) == []
    assert await said.found('word', until=NOON) == []
    assert await said.found('word', since=NOON + HOUR, until=NOON) == []
    assert await said.found('word', since=NOON - 9_000 * HOUR, until=NOON + 9_000 * HOUR) == await said.found('word')


async def test_pinned_messages(said: Said) -> None:
    first, second = await said.say('first word'), await said.say('second word')
    await said.say('third word')
    for message in (first, second):
        await commit_one(said.stores, pin(message, said.lobby.ben))

    assert await said.found(is_pinned=True) == ['second word', 'first word']
    assert await said.found('first', is_pinned=True) == ['first word']
    assert await said.found('third', is_pinned=True) == []

    assert await said.found(is_pinned=True, until=NOON - HOUR) == []
    assert await said.found(is_pinned=True, since=NOON, until=NOON + HOUR) == ['second word', 'first word']
    assert await said.found(is_pinned=True, rooms=set()) == []

    await commit_one(said.stores, pin(first, said.lobby.ben, on=False))
    assert await said.found(is_pinned=True) == ['second word']


async def test_messages_that_mention_me_by_name_or_with_everybody(said: Said) -> None:
    lobby = said.lobby
    for body, mentioned in (('@ben hi', [lobby.ben]), ('@room all of you', [lobby.ana, lobby.ben]), ('ben is fine', [])):
        message = await commit_one(said.stores, post(lobby.room, lobby.ana, body, mentions=mentioned))
        said.bodies[message.room_id, message.number] = body

    assert await said.found(mentions_me=True, by=lobby.ben) == ['@room all of you', '@ben hi']
    assert await said.found(mentions_me=True) == ['@room all of you']
    assert await said.found('hi', mentions_me=True, by=lobby.ben) == ['@ben hi']
    assert await said.found(mentions_me=True, is_pinned=True, by=lobby.ben) == []
    assert await said.found(mentions_me=True, by=lobby.ben, has_not={Has.LINK}, since=NOON) == ['@room all of you', '@ben hi']


async def test_system_lines_are_neither_found_nor_shown(said: Said) -> None:
    line = await commit_one(said.stores, system_line(said.lobby.room, said.lobby.ana, 'Ana renamed the room'))
    assert line.kind is MessageKind.SYSTEM

    assert await said.found('renamed') == []
    assert await said.found('-else') == []
    assert list(await said.stores.search.show(said.lobby.ana.id, [(line.room_id, line.number)])) == []


@pytest.mark.parametrize('how', ['leaves', 'room goes'])
async def test_who_is_no_member_finds_nothing_and_is_shown_nothing(said: Said, how: str) -> None:
    lobby = said.lobby
    den = await add_private_room(said.stores, lobby.ana, 'Den')
    await join(said.stores, den, lobby.ben)
    told = await commit_one(said.stores, post(den, lobby.ana, 'the word', mentions=[lobby.ben]))
    await commit_one(said.stores, pin(told, lobby.ben))
    place = (told.room_id, told.number)
    said.bodies[place] = 'the word'
    asked = {'terms': 'word', 'part': 'wor', 'scan': '-else', 'short': 'the'}
    ways = [{'is_pinned': True}, {'mentions_me': True}, {'rooms': {den.id}}, {'authors': Names(wanted=('ana',))}, {'since': NOON}]

    async def everything() -> list[object]:
        return [
            *[await said.found(text, by=lobby.ben) for text in asked.values()],
            *[await said.found(by=lobby.ben, **way) for way in ways],
            [each.message.body for each in await said.stores.search.show(lobby.ben.id, [place])],
        ]

    assert await everything() == [['the word']] * 10
    if how == 'leaves':
        await said.stores.rooms.leave(den.id, lobby.ben.id)
    else:
        await said.stores.rooms.delete(den.id)

    assert await everything() == [[]] * 10
    if how == 'leaves':
        assert await said.found('word') == ['the word']
        await join(said.stores, den, lobby.ben)
        assert (await everything())[:2] == [['the word']] * 2


async def test_room_that_became_private_stays_with_its_members_alone(said: Said) -> None:
    hall = await add_room(said.stores, said.lobby.ana, 'Hall')
    await said.say('the word', room=hall)

    await said.stores.rooms.convert(hall.id, kind=RoomKind.PRIVATE, name_key=None, slug='hall')

    assert await said.found('word') == ['the word']
    assert await said.found('word', by=said.lobby.ben) == []


@pytest.mark.parametrize('make', [new_user, new_guest])
async def test_whoever_is_in_no_room_finds_nothing(said: Said, make: 'type[NewUser]') -> None:
    await said.say('the word')
    nobody = await said.stores.users.add(make('Nora'))  # type: ignore[arg-type]

    assert await said.found('word', by=nobody) == []
    await join(said.stores, said.lobby.room, nobody)
    assert await said.found('word', by=nobody) == ['the word']


async def test_somebody_who_is_not_there_finds_nothing(said: Said) -> None:
    message = await said.say('the word')

    found = await said.stores.search.find(Question(user_id=UserId(999), terms=parse('word', today=date(2026, 5, 4)).terms), enough=0)

    assert list(found.places) == []
    assert list(await said.stores.search.show(UserId(999), [(message.room_id, message.number)])) == []


async def test_what_is_shown_is_the_message_as_it_is_now(said: Said) -> None:
    message = await said.say('before')
    changed = await commit_one(said.stores, edit(message, 'after'))
    place = (message.room_id, message.number)

    shown = await said.stores.search.show(said.lobby.ana.id, [place, (message.room_id, 99), (999, 1)])  # type: ignore[list-item]

    assert [each.message for each in shown] == [changed]
    assert list(await said.stores.search.show(said.lobby.ana.id, [])) == []
