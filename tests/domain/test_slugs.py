"""Addresses that give nothing away."""

import re
from itertools import permutations

from livechat.domain.model import RoomKind, UserId
from livechat.domain.slugs import direct_key, direct_slug, slug_for


def test_open_room_has_its_name_in_its_address_and_nothing_else() -> None:
    assert slug_for(RoomKind.OPEN, 'Garden club') == 'garden-club'


def test_private_room_has_an_address_that_cannot_be_guessed() -> None:
    slugs = {slug_for(RoomKind.PRIVATE, 'Garden') for _ in range(200)}

    assert len(slugs) == 200
    assert all(re.fullmatch('garden-[a-z2-9]{6}', slug) for slug in slugs)


def test_private_room_of_the_same_name_keeps_its_address_and_of_another_does_not() -> None:
    slug = slug_for(RoomKind.PRIVATE, 'Garden')

    assert slug_for(RoomKind.PRIVATE, 'garden', now=slug) == slug
    assert slug_for(RoomKind.PRIVATE, 'Yard', now=slug).startswith('yard-')
    assert slug_for(RoomKind.PRIVATE, 'Garden', now='garden') != 'garden'


def test_direct_addresses_differ_and_keys_name_the_set() -> None:
    people = [UserId(3), UserId(11), UserId(2)]

    assert re.fullmatch('direct-[a-z2-9]{10}', direct_slug())
    assert direct_slug() != direct_slug()
    assert len({direct_key(order) for order in permutations(people)}) == 1
    assert direct_key(people) == direct_key([*people, UserId(3)])
    assert direct_key([UserId(1), UserId(12)]) != direct_key([UserId(11), UserId(2)])
