from collections.abc import AsyncIterator

import pytest

from livechat.domain.limits import Limits
from livechat.domain.model import Involvement, Preferences, Room, User, UserStatus
from livechat.domain.push_wording import MAX_PUSH_CHARS, PushText
from livechat.domain.pusher import POLL_S
from tests.domain.unread_stand import TAB, UnreadStand
from tests.patience import until

URL = 'ntfy://ntfy.sh/bo'


@pytest.fixture
async def stand(limits: Limits) -> AsyncIterator[UnreadStand]:
    stand = UnreadStand(limits)
    await stand.start()
    yield stand
    stand.sender.gate.set()
    await stand.supervisor.close()


@pytest.fixture
async def ana(stand: UnreadStand) -> User:
    return await stand.person('Ana')


@pytest.fixture
async def room(stand: UnreadStand, ana: User) -> Room:
    return await stand.room(ana, 'Garden')


@pytest.fixture
async def bo(stand: UnreadStand, room: Room) -> User:
    """A member who has no tab open, but a target."""
    bo = await stand.person('Bo', room)
    await stand.desk.add(bo, URL)
    return bo


async def test_mention_is_pushed_to_whoever_has_no_tab(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.post(ana, room, 'to nobody')
    message = await stand.post(ana, room, 'look, Bo', to=[bo])

    assert await stand.pushed() == [
        (URL, PushText(title='Garden', body='Ana: look, Bo', link=f'https://chat.example.org/rooms/garden?m={message.number}'))
    ]


async def test_what_somebody_does_is_pushed_as_a_sentence(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.post(ana, room, '/me waves at Bo', to=[bo])

    ((_, text),) = await stand.pushed()
    assert text.body == 'Ana waves at Bo'


@pytest.mark.parametrize(
    ('names', 'body', 'pushed'),
    [
        (['plan.pdf'], '', 'Ana: plan.pdf'),
        (['a.png', 'b.png'], '', 'Ana: 2 pictures'),
        (['a.png', 'b.pdf', 'c.pdf'], '', 'Ana: 3 files'),
        (['a.png'], 'look', 'Ana: look'),
        (['/me waves.png'], '/me waves', 'Ana waves'),
        (['x' * 300], '', f'Ana: {"x" * (MAX_PUSH_CHARS - 6)}…'),
    ],
)
async def test_message_with_files_is_pushed_by_its_text_or_by_what_they_are(
    stand: UnreadStand, ana: User, bo: User, room: Room, names: list[str], body: str, pushed: str
) -> None:
    await stand.post_files(ana, room, *names, to=[bo], body=body)

    ((_, text),) = await stand.pushed()
    assert text.body == pushed


async def test_words_that_look_like_an_action_are_pushed_as_words(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.post(ana, room, '//me waves at Bo', to=[bo])

    ((_, text),) = await stand.pushed()
    assert text.body == 'Ana: /me waves at Bo'


async def test_direct_message_is_pushed_under_its_sender(stand: UnreadStand, ana: User, bo: User) -> None:
    eve = await stand.person('Eve')
    direct = await stand.direct(ana, bo, eve)

    await stand.post(ana, direct, 'hello ' * 100)
    ((_, text),) = await stand.pushed()
    assert text.title == 'Ana'
    assert len(text.body) == MAX_PUSH_CHARS
    assert text.body.endswith('…')

    await stand.post(ana, direct)
    await stand.post(eve, direct)
    ((_, text),) = await stand.pushed(after_s=stand.limits.push_pause_s)
    assert text.title == 'Ana, Eve'


async def test_body_is_kept_from_those_who_want_none(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.stores.users.update_preferences(bo.id, Preferences(push_bodies=False))

    await stand.post(ana, room, 'secret', to=[bo])

    ((_, text),) = await stand.pushed()
    assert (text.title, text.body) == ('Garden', 'New message')


async def test_several_messages_within_the_pause_are_pushed_as_one(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.wants(bo, room, Involvement.EVERYTHING)
    await stand.post(ana, room, 'first')
    assert len(await stand.pushed()) == 1

    later = [await stand.post(ana, room, body) for body in ('second', 'third', 'fourth')]
    assert await stand.pushed(after_s=stand.limits.push_pause_s - 3 * POLL_S) == []
    ((_, text),) = await stand.pushed(after_s=3 * POLL_S)

    assert text.body == '3 new messages'
    assert text.link.endswith(f'?m={later[0].number}')


async def test_nothing_is_pushed_while_a_tab_is_open(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    stand.presence.connect(bo.id, TAB, None)
    await stand.post(ana, room, to=[bo])
    assert await stand.pushed(after_s=60) == []

    stand.presence.leave(TAB)
    await stand.post(ana, room, to=[bo])
    assert len(await stand.pushed()) == 1


async def test_message_that_comes_as_the_last_tab_goes_is_pushed(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    """A closed tab counts as open for the grace of a reload: nobody sees what comes then."""
    stand.presence.connect(bo.id, TAB, None)
    stand.presence.disconnect(TAB, stand.time.monotonic())
    await stand.post(ana, room, to=[bo])
    assert await stand.pushed() == []
    assert stand.presence.is_online(bo.id)

    stand.presence.expire(stand.time.monotonic() + stand.limits.presence_grace_s)

    assert len(await stand.pushed(after_s=stand.limits.presence_grace_s + 1)) == 1


async def test_nothing_is_pushed_to_whoever_is_removed_before(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.post(ana, room, 'first', to=[bo])
    assert len(await stand.pushed()) == 1
    await stand.post(ana, room, 'secret', to=[bo])

    await stand.leave(bo, room)
    await stand.join(bo, room)

    assert await stand.pushed(after_s=60) == []


async def test_removal_stops_what_is_about_to_be_sent(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    """Its first target takes long; for the second it is too late."""
    await stand.desk.add(bo, 'ntfy://ntfy.sh/second')
    stand.sender.gate.clear()
    await stand.post(ana, room, 'secret', to=[bo])
    await until(lambda: stand.sender.sending or stand.time.advance(POLL_S))

    await stand.leave(bo, room)
    stand.sender.gate.set()

    assert [url for url, _ in await stand.pushed()] == [URL]


@pytest.mark.parametrize('involvement', [Involvement.NOTHING, Involvement.HIDDEN])
async def test_wishes_of_the_moment_of_sending_decide(
    stand: UnreadStand, ana: User, bo: User, room: Room, involvement: Involvement
) -> None:
    await stand.post(ana, room, to=[bo])
    await stand.pushed()
    await stand.post(ana, room, to=[bo])

    await stand.wants(bo, room, involvement)

    assert await stand.pushed(after_s=60) == []


async def test_banned_person_is_pushed_nothing(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.stores.users.set_status(bo.id, UserStatus.BANNED)

    await stand.post(ana, room, to=[bo])

    assert await stand.pushed(after_s=60) == []


async def test_deleted_message_is_not_pushed_and_an_edited_one_as_it_is_now(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.wants(bo, room, Involvement.EVERYTHING)
    await stand.post(ana, room)
    await stand.pushed()
    slip, other = await stand.post(ana, room, 'slip'), await stand.post(ana, room, 'typo')

    await stand.delete(slip)
    await stand.edit(other, 'corrected')

    ((_, text),) = await stand.pushed(after_s=60)
    assert text.body == 'Ana: corrected'


async def test_five_failures_in_a_row_switch_a_target_off(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    stand.sender.failing.add(URL)
    for _ in range(4):
        await stand.post(ana, room, to=[bo])
        await stand.pushed(after_s=stand.limits.push_pause_s)
    (target,) = await stand.desk.targets(bo)
    assert (target.failures, target.enabled, target.last_error) == (4, True, 'It is not there.')
    stand.sender.failing.clear()
    await stand.post(ana, room, to=[bo])
    await stand.pushed(after_s=stand.limits.push_pause_s)
    (target,) = await stand.desk.targets(bo)
    assert (target.failures, target.last_error) == (0, '')

    stand.sender.failing.add(URL)
    for _ in range(6):
        await stand.post(ana, room, to=[bo])
        await stand.pushed(after_s=stand.limits.push_pause_s)

    (target,) = await stand.desk.targets(bo)
    assert (target.failures, target.enabled) == (5, False)
    assert bo.id not in stand.desk.owners


async def test_only_so_many_are_sent_at_once(stand: UnreadStand, ana: User, room: Room) -> None:
    people = [await stand.person(f'Person {number}', room) for number in range(10)]
    for user in people:
        await stand.desk.add(user, f'ntfy://ntfy.sh/{user.id}')
    stand.sender.gate.clear()

    await stand.post(ana, room, to=people)
    await stand.pushed()
    assert stand.sender.sending == stand.limits.push_at_once

    stand.sender.gate.set()
    assert len(await stand.pushed()) == 10


@pytest.mark.parametrize('limits', [Limits(message_burst=100, push_queue=3)])
async def test_more_than_the_queue_holds_are_dropped(stand: UnreadStand, ana: User, room: Room, caplog: pytest.LogCaptureFixture) -> None:
    people = [await stand.person(f'Person {number}', room) for number in range(5)]
    for user in people:
        await stand.desk.add(user, f'ntfy://ntfy.sh/{user.id}')

    await stand.post(ana, room, to=people)

    assert len(await stand.pushed()) == 3
    assert 'Too many pushes' in caplog.text
