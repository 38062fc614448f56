"""A room view's readers one by one: who is told what."""

from livechat.ui.message_html import starts_group
from livechat.ui.shell import Part, part
from tests.ui.room_stand import RoomStand, inside

FAR_EAST = 540


async def test_reader_who_learns_their_zone_leaves_the_other_readers_of_that_zone_in_peace(stand: RoomStand) -> None:
    await stand.open()
    there = await inside(stand, stand.tab(0, FAR_EAST))
    newcomer = await inside(stand, stand.tab(1, 0))

    newcomer.change_audience(FAR_EAST)
    await stand.check()
    stand.post('hello')
    await stand.check()

    assert there.shown_messages() == newcomer.shown_messages() == [1]


async def test_view_is_empty_when_its_last_reader_left_with_another_zone_than_they_came_with(stand: RoomStand) -> None:
    await stand.open()
    tab = await inside(stand, stand.tab(0, 0))
    tab.change_audience(FAR_EAST)
    await stand.check()
    assert not stand.view.is_empty

    tab.leave()
    await stand.check()

    assert stand.view.is_empty


async def test_message_after_a_deleted_one_shows_its_author_even_on_the_next_page(stand: RoomStand) -> None:
    await stand.open(history=60)
    tab = await inside(stand, stand.tab())
    assert not starts_group(stand.state[50], stand.state[49])

    stand.delete(50)
    await stand.check()

    assert "<article class='msg first' id=m51 " in tab.shown_html()


async def test_message_after_a_deleted_one_shows_its_author_though_another_was_posted_meanwhile(stand: RoomStand) -> None:
    await stand.open(history=3)
    tab = await inside(stand, stand.tab())
    assert '<article class=msg id=m3 ' in tab.shown_html()

    stand.delete(2)
    stand.post('at the same time')
    await stand.check()

    assert "<article class='msg first' id=m3 " in tab.shown_html()


async def test_renamed_author_is_shown_in_every_open_window(stand: RoomStand) -> None:
    await stand.open(history=120)
    follower = await inside(stand, stand.tab())
    paused = await inside(stand, stand.tab(1, FAR_EAST))
    paused.older()
    paused.bottom_gone()
    stand.post('one more')
    await stand.check()

    await stand.rename_person(0, 'Queen of Sheba')
    await stand.check()

    assert follower.shown_html().count('Queen of Sheba') == 71
    assert paused.shown_html().count('Queen of Sheba') == 120


async def test_new_names_are_shown_to_whoever_enters_next(stand: RoomStand) -> None:
    await stand.open(history=2)
    await inside(stand, stand.tab())
    await stand.chat.rooms.rename(stand.people[0], stand.room.id, 'Kitchen')
    await stand.rename_person(0, 'Queen of Sheba')

    late = await inside(stand, stand.tab(1))

    assert 'Queen of Sheba' in late.shown_html()
    assert '/rooms/kitchen?m=2' in late.shown_html()


async def test_renamed_room_is_shown_in_heading_beginning_and_links(stand: RoomStand) -> None:
    await stand.open(history=2)
    tab = await inside(stand, stand.tab())

    await stand.chat.rooms.rename(stand.people[0], stand.room.id, 'Kitchen')
    await stand.check()

    assert 'Kitchen' in tab.browser.html(part(Part.TITLE))
    assert '/rooms/kitchen?m=2' in tab.shown_html()
    assert 'Lobby' not in str(tab.browser.elements)


async def test_person_never_reads_that_they_type_themselves(stand: RoomStand) -> None:
    await stand.open()
    mine, other = await inside(stand, stand.tab(0)), await inside(stand, stand.tab(1))

    stand.chat.rooms.typing(stand.people[0], stand.room.id)
    stand.beat()
    await stand.turn(20)
    late = await inside(stand, stand.tab(0))

    assert 'Person 0' in other.browser.html(part(Part.TYPING))
    assert mine.browser.html(part(Part.TYPING)) == ''
    assert late.browser.html(part(Part.TYPING)) == ''


async def test_two_people_who_type_read_of_each_other(stand: RoomStand) -> None:
    await stand.open(people=3)
    tabs = [await inside(stand, stand.tab(number)) for number in range(3)]

    for user in stand.people[:2]:
        stand.chat.rooms.typing(user, stand.room.id)
    stand.beat()
    await stand.turn(20)

    texts = [tab.browser.html(part(Part.TYPING)) for tab in tabs]
    assert 'Person 1</b> is typing' in texts[0]
    assert 'Person 0</b> is typing' in texts[1]
    assert 'are typing' in texts[2]


async def test_readers_of_one_audience_get_the_same_bytes(stand: RoomStand) -> None:
    await stand.open(history=60)
    tabs = [await inside(stand, stand.tab(number % 2)) for number in range(4)]

    stand.post('for all')
    await stand.check()

    assert len({tab.browser.received for tab in tabs}) == 1
    assert len(stand.view._groups) == 1
