"""Where somebody is signed in, for themselves to see and to end."""

from collections.abc import AsyncIterator

import pytest

from livechat.domain.errors import NotFound
from livechat.domain.model import SignIn
from tests.domain.people_stand import ELSEWHERE, HOME, PeopleStand, people_stand

PRIVATE = '192.168.1.7'
V6 = '2001:4860:4860::8888'


@pytest.fixture
async def stand() -> AsyncIterator[PeopleStand]:
    async with people_stand() as stand:
        yield stand


async def test_people_see_and_end_their_own_sign_ins_and_nobody_elses(stand: PeopleStand) -> None:
    ana, ben = await stand.person('Ana'), await stand.person('Ben')
    here, there, elsewhere = [(await stand.signed_in(ana, address))[1] for address in (HOME, ELSEWHERE, V6)]
    (_, of_ben), accounts = await stand.signed_in(ben), stand.chat.accounts

    def ids(found: 'list[SignIn]') -> set[int]:
        return {sign_in.id for sign_in in found}

    assert {sign_in.address for sign_in in await accounts.sign_ins(ana)} == {HOME, ELSEWHERE, V6}
    with pytest.raises(NotFound):
        await accounts.end_sign_in(ana, of_ben.id)
    assert accounts.current(of_ben.id) is not None
    await accounts.end_sign_in(ana, there.id)
    assert ids(list(await accounts.sign_ins(ana))) == {here.id, elsewhere.id}
    assert accounts.current(there.id) is None
    await accounts.end_other_sign_ins(ana, keep=here.id)
    assert ids(list(await accounts.sign_ins(ana))) == {here.id}
    assert accounts.current(here.id) is not None


async def test_renewed_sign_in_remembers_where_it_is_used_now(stand: PeopleStand) -> None:
    ana = await stand.person('Ana')
    token, _ = await stand.signed_in(ana, HOME)
    stand.time.advance(3_600.0)

    renewed = await stand.chat.accounts.signed_in(token, address=ELSEWHERE)

    assert renewed is not None
    assert renewed.sign_in.address == ELSEWHERE
    assert [sign_in.address for sign_in in await stand.chat.accounts.sign_ins(ana)] == [ELSEWHERE]
