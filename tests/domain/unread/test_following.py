from livechat.domain.model import Room, TabId, User
from tests.domain.house import all_settled, started
from tests.domain.unread_stand import UnreadStand
from tests.patience import until

OTHER_TAB = TabId('another')


async def test_person_who_comes_is_told_what_was_said_while_they_were_away(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.post(ana, room)
    await stand.post(ana, room, to=[bo])
    assert stand.unread.of(bo.id) == {}

    await stand.comes(bo)

    assert stand.counts(bo, room) == (2, 1)
    assert stand.told_of(bo) == []


async def test_many_tabs_at_once_ask_the_store_once(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.post(ana, room)

    await all_settled([started(stand.comes(bo, TabId(str(number)))) for number in range(10)])

    assert stand.store.asked['of'] == 1
    assert stand.counts(bo, room) == (1, 0)


async def test_tab_that_is_closed_while_loading_leaves_it_to_the_next(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.post(ana, room)
    stand.store.gate.clear()
    first, second = started(stand.comes(bo)), started(stand.comes(bo, OTHER_TAB))
    await until(lambda: stand.store.waiting)

    first.cancel()
    stand.store.gate.set()
    await second

    assert stand.counts(bo, room) == (1, 0)


async def test_person_is_followed_until_the_last_tab_is_gone(stand: UnreadStand, ana: User, bo: User, room: Room) -> None:
    await stand.comes(bo)
    await stand.comes(bo, OTHER_TAB)

    stand.goes(bo)
    stand.goes(bo)
    await stand.post(ana, room)
    assert stand.counts(bo, room) == (1, 0)

    stand.goes(bo, OTHER_TAB)
    assert stand.unread.of(bo.id) == {}
