"""Attacks and hostile texts in everything that is shown, opened by somebody else in a real browser: nothing runs, nothing is loaded."""

import itertools
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.async_api import Page, Request, expect

from livechat.domain.errors import LivechatError
from livechat.domain.message import MAX_CARD_CHARS
from livechat.domain.model import MAX_BODY_CHARS, MAX_DESCRIPTION_CHARS
from livechat.domain.names import clean_body
from tests.browser import BROWSER
from tests.browser.conftest import WIDE, House, People
from tests.browser.files import client, pdf, picture
from tests.browser.person import Person
from tests.control import Refused, Room
from tests.corpus.hostile import LINEAR, MISLEADING
from tests.corpus.xss import CANARY, XSS

pytestmark = BROWSER
ON_SCREEN = 90
"""Messages that a page shows at once, some to spare."""
FILES = 24
PER_MESSAGE = 8
SHORT = [text for text in XSS if len(text) <= 34]
REACTIONS = ['<b>x</b>', '<img src=x>', '"onload=x y="', "'><svg>", '<script>', '{{7*7}}', '&lt;b&gt;', '</small></b>']
STRANGE = """() => {
    const words = 'P BR STRONG EM S UL OL LI BLOCKQUOTE A CODE PRE SPAN TABLE THEAD TBODY TR TH TD'
    const fine = new Set(`${words} ARTICLE DIV BUTTON B BDI SMALL TIME I IMG VIDEO AUDIO CANVAS`.split(' '))
    const inside = [...document.querySelectorAll('article.msg, article.msg *')]
    const attributes = inside.flatMap(e => [...e.attributes].map(a => `${e.tagName} ${a.name}`))
    const schemes = inside.filter(e => e.matches('a[href]')).map(e => e.protocol).filter(p => !/^(https?|mailto):$/.test(p))
    const pictures = inside.filter(e => e.matches('img') && !e.src.startsWith(location.origin)).map(e => e.outerHTML)
    return [...inside.map(e => e.tagName).filter(t => !fine.has(t)), ...attributes.filter(a => / (on|style|srcdoc|formaction)/i.test(a)),
            ...schemes, ...pictures]
}"""

SABOTAGE = f"""() => {{
    const html = '<article class=msg onclick=x><script></script><a href="javascript:x">x</a></article><img src="https://{CANARY}/x">'
    document.body.insertAdjacentHTML('beforeend', html)
    window.pwned = 1
    setTimeout(() => alert(1))
}}"""


class Guard:
    """Sees what a page must not do. Its console is seen to by `people`."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.seen: list[str] = []

    @classmethod
    async def of(cls, person: Person) -> 'Guard':
        guard = cls(person.page)
        await person.page.add_init_script(
            "window.refused = []; addEventListener('securitypolicyviolation', e => refused.push(e.violatedDirective + ' ' + e.blockedURI))"
        )
        person.page.on('dialog', guard._dialog)
        person.page.on('popup', lambda page: guard.seen.append(f'opened {page.url}'))
        person.page.on('request', guard._request)
        return guard

    async def _dialog(self, dialog: Any) -> None:
        self.seen.append(f'dialog {dialog.message}')
        await dialog.dismiss()

    def _request(self, request: Request) -> None:
        if CANARY in request.url.split('?')[0] or not re.match(r'(https?|wss?)://127\.0\.0\.1:|data:|blob:', request.url):
            self.seen.append(f'request {request.url}')

    async def has_seen_nothing(self) -> None:
        assert self.seen == []
        assert await self._page.evaluate('window.pwned') is None
        assert await self._page.evaluate('window.refused') == []
        assert await self._page.evaluate(STRANGE) == []


def storable(texts: Sequence[str]) -> list[str]:
    """As the domain stores them, those that it takes."""
    bodies = []
    for text in texts:
        with suppress(LivechatError):
            bodies.append(clean_body(text))
    return bodies


async def two_guarded(people: People, house: House) -> tuple[Person, Person, Room, Guard]:
    """Ana in a room of hers; Bo, who is in no room yet, at a window of his own that is watched."""
    ana, room = await people.one()
    bo = await people.at(house.server.address, await house.control.person('Bo'), viewport=WIDE)
    await house.control.join(bo.account, room)
    return ana, bo, room, await Guard.of(bo)


async def is_usable(person: Person, other: Person) -> None:
    """Type, send, be heard."""
    text = f'still here {id(person)}'
    await person.say(text)
    await expect(other.message(text)).to_be_visible()
    await expect(person.message(text)).to_be_visible()


async def test_guard_sees_what_a_page_must_not_do(people: People, house: House):
    _, bo, room, guard = await two_guarded(people, house)
    await bo.enter(room)
    bo.excuse('.')

    async with bo.page.expect_event('dialog'):
        await bo.page.evaluate(SABOTAGE)
    await bo.page.wait_for_function('refused.length > 0')

    assert sorted(guard.seen) == ['dialog 1', f'request https://{CANARY}/x']
    assert await bo.page.evaluate('window.pwned') == 1
    assert len(await bo.page.evaluate(STRANGE)) == 3


async def test_attacks_in_messages_run_nothing(people: People, house: House):
    ana, bo, room, guard = await two_guarded(people, house)
    bodies = storable(XSS)
    assert len(bodies) >= 120

    for start in range(0, len(bodies), ON_SCREEN):
        shown = bodies[start : start + ON_SCREEN]
        room = await house.control.room(ana.account, bo.account)
        await house.control.post(ana.account, room, *shown[:-1])
        await bo.enter(room)
        await house.control.post(ana.account, room, shown[-1])
        await expect(bo.articles).to_have_count(len(shown))
        await guard.has_seen_nothing()

    await ana.enter(room)
    await is_usable(bo, ana)
    await guard.has_seen_nothing()


async def test_attacks_in_names_and_descriptions_of_rooms_run_nothing(people: People, house: House):
    ana, bo, _, guard = await two_guarded(people, house)
    rooms = []
    for text in SHORT[::6]:
        with suppress(Refused):
            owner = await house.control.person(text)
            rooms.append(await house.control.room(owner, bo.account, name=text, description=text * (MAX_DESCRIPTION_CHARS // len(text))))
            await house.control.post(owner, rooms[-1], f'{text} @{bo.name}')
    assert len(rooms) >= 8

    await bo.go('/rooms')
    await expect(bo.page.get_by_role('main').get_by_role('link', name=rooms[0].name, exact=True)).to_be_visible()
    await guard.has_seen_nothing()
    for room in rooms:
        await bo.enter(room)
        await expect(bo.articles).to_have_count(1)
        await guard.has_seen_nothing()

    await ana.go('/rooms')
    await expect(ana.page.get_by_role('main')).to_contain_text(rooms[0].name)


async def test_attacks_in_reactions_answers_and_cards_run_nothing(people: People, house: House):
    ana, bo, room, guard = await two_guarded(people, house)
    titles = storable([text[:MAX_CARD_CHARS] for text in XSS])[: ON_SCREEN - 20]
    (first,) = await house.control.post(ana.account, room, ' '.join(storable(XSS)[:20]))
    for text in REACTIONS:
        await house.control.react(ana.account, room, first, text)
    await house.control.answer(ana.account, room, first, 'an answer')
    numbers = await house.control.post(ana.account, room, *(f'see https://example.org/{place}' for place in range(len(titles))))
    for number, place in zip(numbers, range(len(titles)), strict=True):
        await house.control.show_card(room, number, f'https://example.org/{place}', titles[place])

    await bo.enter(room)
    await expect(bo.articles).to_have_count(len(titles) + 2)
    await expect(bo.log.locator('.card')).to_have_count(len(titles))
    await expect(bo.log.locator('.react')).to_have_count(len(REACTIONS))

    await guard.has_seen_nothing()
    await is_usable(bo, ana)


async def test_attacks_in_names_of_files_run_nothing(people: People, house: House, tmp_path: Path):
    ana, bo, room, guard = await two_guarded(people, house)
    image, text = picture(tmp_path, 'a.png', (40, 30)).read_bytes(), '\n'.join(SHORT).encode('utf-8', 'replace')
    endings = {'.png': image, '.txt': text, '.pdf': pdf(tmp_path, 'a.pdf').read_bytes(), '.bin': bytes(9)}
    names = [f'{name}{end}' for name, end in zip(SHORT[::3], itertools.cycle(endings))][:FILES]
    async with client(ana.address, ana.account) as program:
        for start in range(0, len(names), PER_MESSAGE):
            ids = []
            for name in names[start : start + PER_MESSAGE]:
                content = endings[name[name.rindex('.') :]]
                answer = await program.post(f'/uploads/{room.id}', files={'file': (name, content)})
                ids.append(answer.raise_for_status().json()['files'][0]['id'])
            await house.control.post_files(ana.account, room, ids, 'these')

    await bo.enter(room)
    await expect(bo.log.locator('.file, .pics > button')).to_have_count(len(names))
    await guard.has_seen_nothing()
    await bo.log.locator('.pics > button').first.click()
    await expect(bo.page.get_by_role('dialog', name='Pictures').locator('img').first).to_be_visible()
    await bo.page.keyboard.press('ArrowRight')
    await bo.page.keyboard.press('Escape')
    await bo.page.get_by_role('button', name='Files', exact=True).click()
    await expect(bo.page.get_by_role('dialog', name='Files').get_by_role('button', name='Jump to it').first).to_be_visible()
    await guard.has_seen_nothing()
    await bo.page.keyboard.press('Escape')
    await expect(bo.page.get_by_role('dialog')).to_have_count(0)  # it gives the focus back where it was
    await is_usable(bo, ana)


async def test_hostile_texts_leave_a_page_that_can_be_used(people: People, house: House):
    ana, bo, room, guard = await two_guarded(people, house)
    bodies = storable([*MISLEADING.values(), *(LINEAR[what](MAX_BODY_CHARS) for what in list(LINEAR)[-24:])])

    await house.control.post(ana.account, room, *bodies)
    await bo.enter(room)
    await expect(bo.articles).to_have_count(len(bodies))

    await guard.has_seen_nothing()
    await is_usable(bo, ana)
    await is_usable(ana, bo)


async def test_broken_characters_are_taken_out_or_refused_with_words(people: People, house: House):
    ana, bo, room = await people.two()

    await house.control.post_by_the_rules(ana.account, room, 'nul\x00 half\ud83d controls\x07\x1b end')

    await expect(bo.articles.last.locator('.body')).to_have_text('nul half\ufffd controls end')
    await is_usable(bo, ana)


async def test_turned_direction_stays_within_its_words(people: People, house: House):
    ana, bo, room = await people.two()
    (number,) = await house.control.post(ana.account, room, 'first')
    await house.control.edit(room, number, 'evil \u202e\u2067 txt.exe')
    await house.control.post(ana.account, room, 'שלום world')

    await expect(bo.articles.nth(0).locator('.edited')).to_be_visible()
    edited = await bo.articles.nth(0).locator('.edited').bounding_box()
    words = await bo.articles.nth(0).locator('.body').bounding_box()
    right_to_left = await bo.articles.nth(1).locator('.body').evaluate('body => getComputedStyle(body).direction')

    assert edited is not None
    assert words is not None
    assert edited['x'] > words['x'] + 40, 'what stands behind the words was drawn before them'
    assert right_to_left == 'rtl'
    await expect(bo.articles.nth(0).locator('.body')).to_have_text(re.compile(r'^evil\s+txt\.exe\s*\(edited\)$'))
