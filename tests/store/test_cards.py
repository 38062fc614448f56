"""What is shown of links, with pictures, until the link or the card is taken away."""

from dataclasses import replace

from livechat.domain.errors import MessageNotFound, NotAMember
from livechat.domain.message import Card, Picture
from livechat.domain.model import MessageNumber
from livechat.domain.ports import Stores
from livechat.domain.writes import ShowCards
from tests.store.people import (
    Lobby,
    all_messages,
    commit_one,
    delete,
    edit,
    post,
    refused,
    remove_card,
    show_cards,
    unchanged,
)

LINK = 'https://example.org/a'
OTHER = 'https://example.org/b'


def card(url: str = LINK, *, picture: Picture | None = None) -> Card:
    return Card(url=url, title='A "title"', description='<b>é \x00</b>', site='example.org', picture=picture)


def picture(token: str) -> Picture:
    return Picture(token=token, width=640, height=480)


async def pictures(stores: Stores, *tokens: str) -> list[bytes | None]:
    found = [await stores.messages.picture(token) for token in tokens]
    return [None if each is None else each[1] for each in found]


async def test_cards_are_read_as_they_were_shown(lobby: Lobby) -> None:
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ana, f'{LINK} and {OTHER}'))
    cards = (card(OTHER), card(picture=picture('one')))

    shown = await commit_one(lobby.stores, show_cards(message, *cards, pictures={'one': b'webp', 'unused': b'webp'}))

    assert (shown.cards, shown.changed_seq, shown.edited_at) == (cards, 2, None)
    assert await all_messages(lobby.stores, lobby.room) == [shown]
    assert await lobby.stores.messages.picture('one') == (lobby.room.id, b'webp')
    assert await pictures(lobby.stores, 'unused', 'unknown', '\udc80') == [None, None, None]


async def test_new_cards_stand_in_place_of_the_old_ones(lobby: Lobby) -> None:
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ana, f'{LINK} and {OTHER}'))
    first = show_cards(message, card(picture=picture('one')), card(OTHER, picture=picture('two')), pictures={'one': b'1', 'two': b'2'})
    await commit_one(lobby.stores, first)

    second = show_cards(message, card(OTHER, picture=picture('two')), card(picture=picture('three')), pictures={'three': b'3'})
    shown = await commit_one(lobby.stores, second)

    assert shown.cards == second.cards
    assert await pictures(lobby.stores, 'one', 'two', 'three') == [None, b'2', b'3']
    assert await unchanged(lobby.stores, second)


async def test_picture_that_was_not_brought_is_not_shown(lobby: Lobby) -> None:
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ana, LINK))

    shown = await commit_one(lobby.stores, show_cards(message, card(picture=picture('lost'))))

    assert shown.cards == (card(),)


async def test_card_of_an_address_that_is_not_in_the_text_is_dropped(lobby: Lobby) -> None:
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ana, LINK))

    assert await unchanged(lobby.stores, show_cards(message, card(OTHER, picture=picture('one')), pictures={'one': b'1'}))
    shown = await commit_one(lobby.stores, show_cards(message, card(OTHER), card()))

    assert shown.cards == (card(),)
    assert await pictures(lobby.stores, 'one') == [None]


async def test_edit_drops_the_cards_of_addresses_it_takes_out(lobby: Lobby) -> None:
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ana, f'{LINK} and {OTHER}'))
    cards = (card(picture=picture('one')), card(OTHER, picture=picture('two')))
    await commit_one(lobby.stores, show_cards(message, *cards, pictures={'one': b'1', 'two': b'2'}))

    edited = await commit_one(lobby.stores, edit(message, f'only {OTHER}'))

    assert edited.cards == cards[1:]
    assert await pictures(lobby.stores, 'one', 'two') == [None, b'2']


async def test_removed_card_does_not_come_back(lobby: Lobby) -> None:
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ana, f'{LINK} and {OTHER}'))
    both = show_cards(message, card(picture=picture('one')), card(OTHER), pictures={'one': b'1'})
    await commit_one(lobby.stores, both)

    removed = await commit_one(lobby.stores, remove_card(message, lobby.ben, LINK))

    assert (removed.cards, removed.cards_removed) == ((card(OTHER),), (LINK,))
    assert await pictures(lobby.stores, 'one') == [None]
    assert await unchanged(lobby.stores, both)
    assert await unchanged(lobby.stores, remove_card(message, lobby.ben, LINK))
    assert await all_messages(lobby.stores, lobby.room) == [removed]
    edited = await commit_one(lobby.stores, edit(message, f'{LINK} again'))
    assert (edited.cards, edited.cards_removed) == ((), (LINK,))
    assert await unchanged(lobby.stores, both)


async def test_card_of_a_deleted_message_is_not_shown(lobby: Lobby) -> None:
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ana, LINK))
    late = show_cards(message, card(picture=picture('one')), pictures={'one': b'1'})
    await commit_one(lobby.stores, delete(message))

    assert await unchanged(lobby.stores, late)
    assert await pictures(lobby.stores, 'one') == [None]
    assert isinstance(await refused(lobby.stores, remove_card(message, lobby.ana, LINK)), MessageNotFound)
    nowhere: ShowCards = replace(late, number=MessageNumber(9))
    assert isinstance(await refused(lobby.stores, nowhere), MessageNotFound)


async def test_whoever_left_removes_no_card(lobby: Lobby) -> None:
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ana, LINK))
    await commit_one(lobby.stores, show_cards(message, card()))
    await lobby.stores.rooms.leave(lobby.room.id, lobby.ben.id)

    assert isinstance(await refused(lobby.stores, remove_card(message, lobby.ben, LINK)), NotAMember)


async def test_cards_shown_and_dropped_in_one_commit_happen_in_order(lobby: Lobby) -> None:
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ana, LINK))
    first, second = (show_cards(message, card(picture=picture(token)), pictures={token: token.encode()}) for token in ('one', 'two'))

    await lobby.stores.messages.commit([first, second, first, edit(message, 'no link'), edit(message, f'a link: {LINK}'), second])

    (found,) = await all_messages(lobby.stores, lobby.room)
    assert found.cards == second.cards
    assert await pictures(lobby.stores, 'one', 'two') == [None, b'two']


async def test_pictures_go_with_their_room(lobby: Lobby) -> None:
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ana, LINK))
    await commit_one(lobby.stores, show_cards(message, card(picture=picture('one')), pictures={'one': b'1'}))
    assert await pictures(lobby.stores, 'one') == [b'1']

    await lobby.stores.rooms.delete(lobby.room.id)

    assert await pictures(lobby.stores, 'one') == [None]


async def test_card_goes_when_its_address_is_only_the_beginning_of_another_or_code(lobby: Lobby) -> None:
    """A card says what page a message leads to: `https://bank.example` is not where `https://bank.example.evil.test` leads."""
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ana, LINK))
    for body in (f'{LINK}.evil.test', f'`{LINK}`', f'see{LINK}'):
        await commit_one(lobby.stores, edit(message, LINK))
        shown = await commit_one(lobby.stores, show_cards(message, card()))
        assert shown.cards == (card(),)

        edited = await commit_one(lobby.stores, edit(message, body))

        assert edited.cards == ()
        await unchanged(lobby.stores, show_cards(message, card()))
