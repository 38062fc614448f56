"""Whom a message speaks to: by name, in a group; and who would not hear of it."""

import pytest

from livechat.domain.errors import MessageNotFound, NeedsConfirmation, NotAllowed, NotAMember, NotStored, TooFast
from livechat.domain.events import room_topic
from livechat.domain.limits import Limits
from livechat.domain.message import MAX_MENTIONS, MentionGroup, Message, is_action_text, words_of
from livechat.domain.model import MessageNumber, Room, ServerRole, TabId, User
from livechat.domain.room_names import MENTIONABLE
from tests.domain.house import House, queued


@pytest.fixture
async def bo(house: House, lobby: Room) -> User:
    return await house.person('Bo Li', ServerRole.MEMBER, lobby)


@pytest.fixture
async def stan(house: House) -> User:
    """An account outside the lobby."""
    return await house.person('Stan')


def names(people: object) -> list[str]:
    return [person.display_name for person in people]  # type: ignore[attr-defined]


async def crowd(house: House, room: Room, size: int) -> list[User]:
    return [await house.person(f'Extra {number}', ServerRole.MEMBER, room) for number in range(size)]


class TestByName:
    async def test_members_named_in_the_text_are_spoken_to_and_nobody_else(
        self, house: House, lobby: Room, owner: User, ana: User, bo: User, stan: User
    ) -> None:
        posted = await house.rooms.post(ana, lobby.id, 'hi @Bo.Li, @olga and @stan, not `@ana`', 'k1')

        assert set(posted.mentions) == {bo.id, owner.id}
        assert [(each.user_id, each.word, each.name) for each in posted.named] == [(bo.id, 'bo.li', 'Bo Li'), (owner.id, 'olga', 'Olga')]
        assert posted.group is None

    async def test_mentions_that_are_handed_in_count_besides(self, house: House, lobby: Room, ana: User, bo: User, stan: User) -> None:
        posted = await house.rooms.post(ana, lobby.id, 'hi @olga', 'k1', mentions=[bo.id, stan.id, bo.id])

        assert bo.id in posted.mentions
        assert stan.id not in posted.mentions
        assert [each.word for each in posted.named] == ['olga']

    async def test_more_names_than_allowed_are_only_words(self, house: House, lobby: Room, ana: User) -> None:
        people = await crowd(house, lobby, MAX_MENTIONS + 5)

        posted = await house.rooms.post(ana, lobby.id, ' '.join(f'@{user.username}' for user in people), 'k1')

        assert len(posted.named) == len(posted.mentions) == MAX_MENTIONS

    async def test_edit_speaks_to_whom_the_new_text_names(self, house: House, lobby: Room, owner: User, ana: User, bo: User) -> None:
        posted = await house.rooms.post(ana, lobby.id, '@bo.li', 'k1')

        edited = await house.rooms.edit(ana, lobby.id, posted.number, '@olga @room')

        assert (edited.mentions, edited.group) == ((owner.id,), None)
        assert (await house.rooms.edit(ana, lobby.id, posted.number, 'nobody')).mentions == ()

    async def test_text_with_two_slashes_is_posted_with_one(self, house: House, lobby: Room, ana: User) -> None:
        for key, body in [('k1', '//shrug'), ('k2', '///'), ('k3', '/me waves'), ('k4', 'a //b')]:
            await house.rooms.post(ana, lobby.id, body, key)

        assert house.stored(lobby) == ['/shrug', '//', '/me waves', 'a //b']

    async def test_escaped_action_keeps_its_slashes_and_reads_with_one_less(self, house: House, lobby: Room, ana: User) -> None:
        for key, body in [('k1', '//me waves'), ('k2', '///me waves'), ('k3', '//memory'), ('k4', '//me')]:
            await house.rooms.post(ana, lobby.id, body, key)

        stored = house.stored(lobby)
        assert stored == ['//me waves', '///me waves', '/memory', '/me']
        assert [words_of(body) for body in stored] == ['/me waves', '//me waves', '/memory', '/me']
        assert not any(is_action_text(body) for body in stored)


class TestGroups:
    async def test_room_is_everybody_but_the_author_and_here_is_who_is_online(
        self, house: House, lobby: Room, owner: User, ana: User, bo: User, stan: User
    ) -> None:
        for user in (bo, ana, stan):
            house.presence.connect(user.id, TabId(f'tab {user.id}'), None)

        everybody = await house.rooms.post(ana, lobby.id, 'all of you @room', 'k1')
        online = await house.rooms.post(ana, lobby.id, '@here', 'k2')
        both = await house.rooms.post(ana, lobby.id, '@here @room @bo.li', 'k3')

        assert (set(everybody.mentions), everybody.group, everybody.named) == ({owner.id, bo.id}, MentionGroup.ROOM, ())
        assert (set(online.mentions), online.group) == ({bo.id}, MentionGroup.HERE)
        assert (set(both.mentions), both.group, len(both.named)) == ({owner.id, bo.id}, MentionGroup.ROOM, 1)

    async def test_whom_a_group_called_stays_called_when_the_text_is_edited(
        self, house: House, lobby: Room, owner: User, ana: User, bo: User
    ) -> None:
        posted = await house.rooms.post(ana, lobby.id, '@room', 'k1')
        await house.person('Late', ServerRole.MEMBER, lobby)

        edited = await house.rooms.edit(ana, lobby.id, posted.number, 'hello @bo.li and @room')

        assert (set(edited.mentions), edited.group) == ({owner.id, bo.id}, MentionGroup.ROOM)
        assert [each.user_id for each in edited.named] == [bo.id]

    async def test_guest_calls_no_group(self, house: House, lobby: Room) -> None:
        guest = await house.guest('Gus', lobby)

        with pytest.raises(NotAllowed) as refused:
            await house.rooms.post(guest, lobby.id, '@room', 'k1')

        assert str(refused.value) == 'Guests cannot call everybody here. Take the @ away and send it again.'
        assert (await house.rooms.post(guest, lobby.id, 'it is `@room`', 'k1')).group is None

    async def test_large_group_is_called_when_it_is_confirmed_and_not_before(self, house: House, lobby: Room, ana: User) -> None:
        await crowd(house, lobby, 19)
        assert (await house.rooms.post(ana, lobby.id, '@room', 'k1')).number == 1  # 19 and the owner
        await house.person('One more', ServerRole.MEMBER, lobby)

        with pytest.raises(NeedsConfirmation) as asked:
            await house.rooms.post(ana, lobby.id, '@room', 'k2')
        assert asked.value.people == 21
        assert house.stored(lobby) == ['@room']
        assert len((await house.rooms.post(ana, lobby.id, '@here', 'k3')).mentions) == 0
        assert len((await house.rooms.post(ana, lobby.id, '@room', 'k2', confirmed=True)).mentions) == 21


class TestRateLimit:
    @pytest.fixture
    def limits(self) -> Limits:
        return Limits(message_burst=1, message_refill_per_s=0.1, called_unasked=0)

    async def test_question_whether_to_call_many_costs_no_token_and_no_pause(
        self, house: House, lobby: Room, owner: User, ana: User
    ) -> None:
        await house.settings.set_rules(owner, lobby.id, announcements=False, slow_mode_s=60)

        for _ in range(3):
            with pytest.raises(NeedsConfirmation):
                await house.rooms.post(ana, lobby.id, '@room', 'k1')
        await house.rooms.post(ana, lobby.id, '@room', 'k1', confirmed=True)

        with pytest.raises(TooFast):
            await house.rooms.post(ana, lobby.id, 'next', 'k2')


class TestManyCalls:
    @pytest.fixture
    def limits(self) -> Limits:
        return Limits(message_burst=100, called_unasked=1, call_burst=2, call_refill_per_s=0.1)

    async def test_calls_of_many_are_fewer_than_messages(self, house: House, lobby: Room, ana: User, bo: User) -> None:
        for key in ('k1', 'k2'):
            await house.rooms.post(ana, lobby.id, '@room', key, confirmed=True)

        with pytest.raises(TooFast) as refused:
            await house.rooms.post(ana, lobby.id, '@room', 'k3', confirmed=True)
        assert refused.value.retry_after_s == pytest.approx(10)
        await house.rooms.post(ana, lobby.id, 'words', 'k4')
        await house.rooms.post(bo, lobby.id, '@room', 'k5', confirmed=True)
        house.time.advance(10)
        await house.rooms.post(ana, lobby.id, '@room', 'k3', confirmed=True)


class TestSentTwice:
    async def test_confirmed_message_that_is_sent_again_is_stored_once(self, house: House, lobby: Room, ana: User) -> None:
        await crowd(house, lobby, 25)
        events = house.backplane.subscribe(room_topic(lobby.id))
        first = await house.rooms.post(ana, lobby.id, '@room', 'k1', confirmed=True)

        assert await house.rooms.post(ana, lobby.id, '@room', 'k1', confirmed=True) == first
        assert await house.rooms.post(ana, lobby.id, '@room', 'k1') == first
        assert len(await queued(events)) == 1

    async def test_answer_that_is_sent_again_after_its_original_is_gone_is_the_stored_one(
        self, house: House, lobby: Room, owner: User, ana: User
    ) -> None:
        original = await house.rooms.post(owner, lobby.id, 'question', 'k1')
        answer = await house.rooms.post(ana, lobby.id, 'answer', 'k2', reply_to=original.number)
        await house.rooms.delete_message(owner, lobby.id, original.number)

        again = await house.rooms.post(ana, lobby.id, 'answer', 'k2', reply_to=original.number)

        assert again.number == answer.number
        with pytest.raises(MessageNotFound):
            await house.rooms.post(ana, lobby.id, 'answer', 'k3', reply_to=original.number)
        with pytest.raises(MessageNotFound):  # the key is another's
            await house.rooms.post(owner, lobby.id, 'answer', 'k2', reply_to=original.number)

    async def test_answer_that_failed_is_stored_by_the_next_try(self, house: House, lobby: Room, owner: User, ana: User) -> None:
        original = await house.rooms.post(owner, lobby.id, 'question', 'k1')
        house.stores.memory.full = True
        with pytest.raises(NotStored):
            await house.rooms.post(ana, lobby.id, '@olga answer', 'k2', reply_to=original.number)
        house.stores.memory.full = False

        stored = await house.rooms.post(ana, lobby.id, '@olga answer', 'k2', reply_to=original.number)

        assert (stored.mentions, stored.quote and stored.quote.number) == ((owner.id,), original.number)
        assert house.stored(lobby) == ['question', '@olga answer']


class TestAnswers:
    async def test_answer_quotes_the_message_as_it_is_now(self, house: House, lobby: Room, owner: User, ana: User) -> None:
        original = await house.rooms.post(owner, lobby.id, 'question', 'k1')
        answer = await house.rooms.post(ana, lobby.id, 'answer', 'k2', reply_to=original.number)
        assert answer.quote is not None
        assert (answer.quote.number, answer.quote.author, answer.quote.excerpt) == (original.number, owner.person, 'question')

        await house.rooms.edit(owner, lobby.id, original.number, 'better question')
        assert _quoted(await house.rooms.message(ana, lobby.id, answer.number)) == ('better question', False)
        await house.rooms.delete_message(owner, lobby.id, original.number)
        assert _quoted(await house.rooms.message(ana, lobby.id, answer.number)) == ('', True)

    async def test_message_of_another_room_is_not_answered(self, house: House, lobby: Room, owner: User) -> None:
        garden = await house.rooms.create(owner, 'Garden')
        for number in range(3):
            await house.rooms.post(owner, garden.id, 'there', f'g{number}')

        with pytest.raises(MessageNotFound):
            await house.rooms.post(owner, lobby.id, 'answer', 'k1', reply_to=MessageNumber(3))


class TestMentionable:
    async def test_members_are_found_by_the_beginning_of_any_of_their_names_online_ones_first(
        self, house: House, lobby: Room, owner: User, ana: User, bo: User, stan: User
    ) -> None:
        anton = await house.person('Anton Bolt', ServerRole.MEMBER, lobby)
        house.presence.connect(anton.id, TabId('a'), None)

        async def found(words: str) -> list[str]:
            return names(await house.rooms.mentionable(owner, lobby.id, words))

        assert await found('') == ['Anton Bolt', 'Ana', 'Bo Li']
        assert await found('AN') == ['Anton Bolt', 'Ana']
        assert await found('@bo') == ['Anton Bolt', 'Bo Li']
        assert await found('li') == ['Bo Li']
        assert await found('anton b') == ['Anton Bolt']
        assert await found('bo.l') == ['Bo Li']
        assert await found('stan') == await found('olga') == await found('x' * 10_000) == []

    async def test_so_many_are_offered_and_no_more(self, house: House, lobby: Room, ana: User) -> None:
        await crowd(house, lobby, MENTIONABLE + 3)

        assert len(await house.rooms.mentionable(ana, lobby.id, 'extra')) == MENTIONABLE


class TestOutsiders:
    async def test_people_named_who_are_not_in_the_room_are_told(self, house: House, lobby: Room, ana: User, bo: User, stan: User) -> None:
        found = await house.rooms.outsiders(ana, lobby.id, '@Stan @bo.li @nobody @room `@stan`')

        assert names(found) == ['Stan']
        assert await house.rooms.outsiders(ana, lobby.id, 'stan') == []

    async def test_guest_learns_only_of_people_in_their_own_rooms(self, house: House, lobby: Room, owner: User, stan: User) -> None:
        guest = await house.guest('Gus', lobby)
        assert await house.rooms.outsiders(guest, lobby.id, '@stan') == []

        garden = await house.rooms.create(stan, 'Garden')
        await house.members.add(stan, garden.id, guest.id)

        assert names(await house.rooms.outsiders(guest, lobby.id, '@stan')) == ['Stan']

    async def test_text_full_of_names_costs_few_queries(self, house: House, lobby: Room, ana: User) -> None:
        asked: list[str] = []
        by_login = house.stores.users.by_login

        async def counting(*, name_key: str, username: str) -> tuple[User, str | None] | None:
            asked.append(username)
            return await by_login(name_key=name_key, username=username)

        house.stores.users.by_login = counting  # type: ignore[method-assign]
        await house.rooms.outsiders(ana, lobby.id, ' '.join(f'@nobody{number}' for number in range(300)))

        assert len(asked) == 10


class TestLastOwn:
    async def test_newest_own_message_that_can_be_edited(self, house: House, lobby: Room, owner: User, ana: User) -> None:
        assert await house.rooms.last_own(ana, lobby.id) is None
        first = await house.rooms.post(ana, lobby.id, 'first', 'k1')
        second = await house.rooms.post(ana, lobby.id, 'second', 'k2')
        await house.rooms.post(owner, lobby.id, 'other', 'k3')
        assert await house.rooms.last_own(ana, lobby.id) == second

        await house.rooms.delete_message(ana, lobby.id, second.number)
        assert await house.rooms.last_own(ana, lobby.id) == first
        await house.members.time_out(owner, lobby.id, ana.id, 5)
        assert await house.rooms.last_own(ana, lobby.id) is None

    async def test_line_about_what_happened_is_none(self, house: House, lobby: Room, owner: User) -> None:
        await house.rooms.rename(owner, lobby.id, 'Yard')
        await house.rooms.post(owner, lobby.id, 'x', 'k1')
        await house.rooms.delete_message(owner, lobby.id, MessageNumber(2))

        assert house.stored(lobby)[0].startswith('renamed')
        assert await house.rooms.last_own(owner, lobby.id) is None

    async def test_stranger_has_none(self, house: House, lobby: Room, stan: User) -> None:
        with pytest.raises(NotAMember):
            await house.rooms.last_own(stan, lobby.id)


def _quoted(message: Message) -> tuple[str, bool]:
    assert message.quote is not None
    return message.quote.excerpt, message.quote.deleted
