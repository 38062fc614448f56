from dataclasses import replace

import pytest

from livechat.domain.message import Reaction, quote_of
from livechat.domain.model import (
    PAGE_SIZE,
    MessageNumber,
    RoomKind,
    Seq,
    UserId,
)
from livechat.domain.room import OutOfStep, RoomState
from livechat.domain.writes import Change, Stored
from tests.domain.bare_rooms import LOBBY, empty_room, member, message, person, room_of


def test_lines_are_taken_once_and_in_order() -> None:
    state = empty_room()
    state.say(UserId(1), 'left')
    state.say(UserId(2), 'is an admin now')

    assert list(state.take_lines()) == [(1, 'left'), (2, 'is an admin now')]
    assert list(state.take_lines()) == []


def test_nothing_is_said_in_a_direct_room() -> None:
    state = RoomState(room=replace(LOBBY, kind=RoomKind.DIRECT), seq=Seq(0), newest=[], members=[])

    state.say(UserId(1), 'left')

    assert list(state.take_lines()) == []


def test_running_room_holds_its_newest_messages_and_no_more() -> None:
    snapshot = room_of(PAGE_SIZE + 7).snapshot()

    assert [each.number for each in snapshot.newest] == list(range(8, PAGE_SIZE + 8))
    assert (snapshot.last_number, snapshot.seq) == (PAGE_SIZE + 7, PAGE_SIZE + 7)


def test_live_page_and_last_changes_are_known_without_the_store() -> None:
    state = room_of(PAGE_SIZE + 7)

    assert [each.number for each in state.page(1) or ()] == list(range(PAGE_SIZE + 1, PAGE_SIZE + 8))
    assert state.page(2) == ()
    assert state.page(0) is None
    assert [each.number for each in state.changes_since(Seq(PAGE_SIZE)) or ()] == list(range(PAGE_SIZE + 1, PAGE_SIZE + 8))
    assert state.changes_since(Seq(7)) is not None
    assert state.changes_since(Seq(6)) is None


def test_edit_of_an_old_message_sends_the_reader_to_the_store() -> None:
    state = room_of(PAGE_SIZE + 7)
    state.apply(Stored(message=message(3, seq=PAGE_SIZE + 8, body='new'), fresh=True, change=Change.EDITED))

    assert state.changes_since(Seq(PAGE_SIZE + 7)) is None
    assert state.message(MessageNumber(3)) is None
    assert state.message(MessageNumber(9)) is not None


def test_answer_is_renewed_with_an_old_message_that_only_the_store_has() -> None:
    state = room_of(PAGE_SIZE + 7)
    original = message(3)
    answer = replace(message(PAGE_SIZE + 8), quote=quote_of(original))
    state.apply(Stored(message=answer, fresh=True, change=Change.POSTED))
    assert state.message(original.number) is None

    state.apply(Stored(message=message(3, seq=PAGE_SIZE + 9, body='new'), fresh=True, change=Change.EDITED))

    assert state.snapshot().newest[-1] == replace(answer, quote=quote_of(replace(original, body='new')))


def test_person_who_only_reacted_or_is_quoted_is_shown_by_the_new_name() -> None:
    state, bo, cleo = room_of(1), person(UserId(2)), person(UserId(3))
    quoted = quote_of(message(1, author=bo))
    reacted = replace(message(2), quote=quoted, reactions=(Reaction(text='yes', people=(cleo,)),))
    state.apply(Stored(message=reacted, fresh=True, change=Change.POSTED))
    assert state.shows(bo.id)
    assert state.shows(cleo.id)
    assert not state.shows(UserId(4))

    assert state.change_person(replace(bo, display_name='Bo')) is not None
    assert state.change_person(replace(cleo, display_name='Cleo')) is not None
    assert state.change_person(replace(cleo, display_name='Cleo')) is None

    newest = state.snapshot().newest[-1]
    assert newest.quote is not None
    assert (newest.quote.author.display_name, newest.reactions[0].people[0].display_name) == ('Bo', 'Cleo')


def test_change_that_skips_a_seq_is_out_of_step() -> None:
    state = room_of(3)

    with pytest.raises(OutOfStep):
        state.apply(Stored(message=message(5, seq=5), fresh=True, change=Change.POSTED))

    assert state.seq == 3


def test_snapshots_share_one_mapping_of_members_until_it_changes() -> None:
    state = empty_room()
    state.join(member(person(UserId(1))))
    first = state.snapshot()
    assert state.snapshot() is first

    state.apply(Stored(message=message(1), fresh=True, change=Change.POSTED))
    second = state.snapshot()
    state.join(member(person(UserId(2))))

    assert second is not first
    assert dict(first.members) == dict(second.members)
    assert len(first.members) == 1
    assert len(state.snapshot().members) == 2
