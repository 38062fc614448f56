"""Two people talk: what is sent, what is refused, and what stays in the box."""

from playwright.async_api import expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.person import each
from tests.control import Account, Refused, Room

pytestmark = BROWSER


async def test_two_people_chat_both_ways(people: People):
    ana, bo, _ = await people.two()

    await ana.say('Hello Bo')
    await each([ana, bo], 'Hello Bo')
    await bo.say('Hello Ana')
    await each([ana, bo], 'Hello Ana')

    assert await ana.said() == await bo.said() == ['Hello Bo', 'Hello Ana']
    await expect(bo.articles.first).to_contain_text(ana.name)


async def test_enter_sends_and_leaves_an_empty_box_with_the_focus(people: People):
    ana, _ = await people.one()

    await ana.say('first')
    await each([ana], 'first')
    await expect(ana.box).to_have_value('')
    await expect(ana.box).to_be_focused()
    await ana.page.keyboard.type('second')
    await ana.page.keyboard.press('Enter')

    await each([ana], 'second')


async def test_shift_enter_is_a_new_line(people: People):
    ana, bo, _ = await people.two()

    await ana.box.press_sequentially('one')
    await ana.box.press('Shift+Enter')
    await ana.box.press_sequentially('two')
    await ana.box.press('Enter')

    await each([bo], 'two')
    assert await bo.said() == ['one\ntwo']


async def test_blank_message_is_not_sent(people: People, house: House):
    ana, room = await people.one()

    await ana.say('   ')
    await ana.box.press('Shift+Enter')
    await ana.box.press('Enter')
    await expect(ana.box).to_have_value('   \n')
    await ana.box.fill('')
    await ana.say('not blank')

    await each([ana], 'not blank')
    assert await house.control.messages(room) == [(1, 'not blank')]


async def test_message_over_the_limit_is_refused_and_stays_with_its_counter(people: People, house: House):
    ana, room = await people.one()
    limit, over = 'a' * 4_000, 'b' * 4_001

    await ana.say(over)

    await expect(ana.notice).to_contain_text('at most 4,000 characters')
    await expect(ana.page.get_by_text('4,001 / 4,000')).to_be_visible()
    await expect(ana.box).to_have_value(over)
    await ana.box.fill(limit)
    await expect(ana.page.get_by_text('4,000 / 4,000')).to_be_visible()
    await ana.box.press('Enter')
    await expect(ana.box).to_have_value('')
    await expect(ana.page.get_by_text('4,000 / 4,000')).to_be_hidden()
    await expect(ana.articles).to_have_count(1)
    assert await house.control.messages(room) == [(1, limit)]


async def until_refused(house: House, account: Account, room: Room) -> int:
    """Post quick 0, quick 1 ... as fast as one can; how many were taken."""
    for sent in range(100):
        try:
            await house.control.post_by_the_rules(account, room, f'quick {sent}')
        except Refused:
            return sent
    raise AssertionError('nothing was refused')


async def test_message_beyond_the_rate_is_told_to_wait_and_can_be_sent_again(people: People, house: House):
    ana, room = await people.one()

    sent = await until_refused(house, ana.account, room)
    assert sent >= 10  # and one more for each second that a busy machine takes
    late = 0
    while True:
        await ana.say(f'late {late}')
        await expect(ana.notice.filter(has_text='wait 1 s').or_(ana.message(f'late {late}'))).to_be_visible()
        if await ana.notice.is_visible():
            break
        late += 1  # a busy machine took the second for it in which one more is let in

    await expect(ana.articles).to_have_count(sent + late)
    await ana.page.wait_for_timeout(1_100)  # the wait that the page asks for
    await ana.page.get_by_role('list', name='Being sent').get_by_role('button', name='Retry').click()
    await expect(ana.articles).to_have_count(sent + late + 1)
    await expect(ana.notice).to_be_hidden()
    said = [*(f'quick {number}' for number in range(sent)), *(f'late {number}' for number in range(late + 1))]
    assert [body for _, body in await house.control.messages(room)] == said


async def test_edits_and_deletions_are_shown_at_once_to_all(people: People, house: House):
    ana, bo, room = await people.two()
    wrong, stays, goes = await house.control.post(ana.account, room, 'wrong', 'stays', 'goes')
    await each([ana, bo], 'goes')

    await house.control.edit(room, wrong, 'right')
    await house.control.delete(room, goes)

    for person in (ana, bo):
        await expect(person.articles.first).to_contain_text('right(edited)')
        await expect(person.articles.last).to_have_text('This message was deleted.')
        assert await person.shown() == [(1, 'joined'), (wrong, 'right'), (stays, 'stays'), (goes, None)]


async def test_markup_is_shown_as_text(people: People):
    ana, bo, _ = await people.two()
    evil = '<img src=x onerror="document.title=\'owned\'"><b>bold</b> & <script>document.title="owned"</script>'

    await ana.say(evil)

    await each([bo], 'bold')
    assert await bo.said() == [evil]
    assert 'owned' not in await bo.page.title()
