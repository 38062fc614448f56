"""Writes about messages in memory, one after another, as `livechat.domain.writes` says."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from livechat.domain.attachment import Attachment, FileRecord, Making
from livechat.domain.errors import MessageNotFound, NotAMember, TooMany
from livechat.domain.file_errors import FileGone
from livechat.domain.links import links_in
from livechat.domain.message import (
    MAX_MENTIONS,
    MAX_PINS,
    MAX_REACTIONS,
    MAX_REVISIONS,
    Card,
    Mention,
    Message,
    MessageKind,
    Quote,
    Reaction,
    Revision,
    quote_of,
)
from livechat.domain.model import Draft, MessageNumber, Person, RoomId, Seq, UserId, UserStatus
from livechat.domain.writes import (
    Change,
    DeleteMessage,
    EditMessage,
    FinishFile,
    MessageWrite,
    PinMessage,
    PostMessage,
    ReactToMessage,
    RemoveCard,
    RestoreMessage,
    ShowCards,
    Stored,
)
from tests.memory import Memory, MemoryRoom, check_text


class MemoryWrites:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def apply(self, write: MessageWrite) -> Stored:
        for text in _texts(asdict(write)):
            check_text(text)
        match write:
            case PostMessage():
                stored = self._post(write)
            case EditMessage():
                stored = self._edit(write)
            case DeleteMessage():
                stored = self._delete(write)
            case RestoreMessage():
                stored = self._restore(write)
            case ReactToMessage():
                stored = self._react(write)
            case PinMessage():
                stored = self._pin(write)
            case ShowCards():
                stored = self._show_cards(write)
            case RemoveCard():
                stored = self._remove_card(write)
            case FinishFile():
                stored = self._finish_file(write)
        return stored

    def _post(self, post: PostMessage) -> Stored:
        key = (post.author_id, post.client_key)
        room_id, number = self._memory.posted.get(key, (post.room_id, MessageNumber(0)))
        if number and room_id in self._memory.rooms:
            return _unchanged(self._existing(self._memory.room(room_id), number), Change.POSTED)
        stored = self._memory.room(post.room_id)
        author = self._author(stored, post)
        mentions = _members_among(stored, post.mentions, limit=MAX_MENTIONS if post.group is None else None)
        message = Message(
            room_id=post.room_id,
            number=MessageNumber(len(stored.messages) + 1),
            changed_seq=Seq(0),
            author=author,
            body=post.body,
            client_key=post.client_key,
            created_at=post.at,
            kind=post.kind,
            mentions=mentions,
            named=_named_among(mentions, post.named),
            group=post.group,
            quote=self._quote(stored, post.reply_to),
            files=self._claim(post, MessageNumber(len(stored.messages) + 1)),
        )
        self._memory.posted[key] = (message.room_id, message.number)
        return self._keep(stored, message, Change.POSTED)

    def _edit(self, edit: EditMessage) -> Stored:
        stored, message = self._undeleted(edit.room_id, edit.number)
        self._must_be_member(stored, message.author.id)
        mentions, named = message.mentions, message.named
        if edit.mentions is not None:
            mentions = _members_among(stored, edit.mentions, limit=MAX_MENTIONS if message.group is None else None)
            named = _named_among(mentions, edit.named)
        files = tuple(file for file in message.files if edit.files is None or file.id in edit.files)
        self._drop([file for file in message.files if file not in files], edit.at)
        if edit.body != message.body or files == message.files:
            revisions = [*stored.revisions.get(edit.number, []), Revision(body=message.body, until=edit.at)]
            stored.revisions[edit.number] = revisions[-MAX_REVISIONS:]
        changed = replace(message, body=edit.body, edited_at=edit.at, mentions=mentions, named=named, files=files)
        cards = tuple(card for card in message.cards if card.url in links_in(edit.body))
        return self._keep_cards(stored, message, replace(changed, cards=cards), Change.EDITED)

    def _delete(self, delete: DeleteMessage) -> Stored:
        stored = self._memory.room(delete.room_id)
        message = self._existing(stored, delete.number)
        if message.deleted:
            return _unchanged(message, Change.DELETED)
        if delete.member_id is not None:
            self._must_be_member(stored, delete.member_id)
        stored.revisions.pop(delete.number, None)
        place = (message.author.id, message.room_id)
        draft = self._memory.drafts.get(place, Draft())
        if draft.editing == message.number:
            self._memory.drafts[place] = replace(draft, editing=None, edit_body='')
        self._drop(message.files, delete.at)
        tombstone = Message(
            room_id=message.room_id,
            number=message.number,
            changed_seq=message.changed_seq,
            author=message.author,
            body='',
            client_key=message.client_key,
            created_at=message.created_at,
            edited_at=message.edited_at,
            deleted=True,
            kind=message.kind,
        )
        return replace(self._keep_cards(stored, message, tombstone, Change.DELETED), before=message)

    def _restore(self, restore: RestoreMessage) -> Stored:
        before = restore.message
        stored = self._memory.room(before.room_id)
        tombstone = self._existing(stored, before.number)
        if not tombstone.deleted:
            return _unchanged(tombstone, Change.RESTORED)
        if restore.member_id is not None:
            self._must_be_member(stored, restore.member_id)
        if restore.revisions:
            stored.revisions[before.number] = list(restore.revisions)[-MAX_REVISIONS:]
        back = replace(
            before,
            author=tombstone.author,
            client_key=tombstone.client_key,
            created_at=tombstone.created_at,
            kind=tombstone.kind,
            deleted=False,
            mentions=tuple(user_id for user_id in before.mentions if user_id in self._memory.accounts),
            quote=None if before.quote is None else self._quote(stored, before.quote.number),
            reactions=self._reactions_of_those_left(before.reactions),
            pinned_at=before.pinned_at if _pins(stored) < MAX_PINS else None,
            cards=tuple(replace(card, picture=None) for card in before.cards),
            files=self._bring_back(before),
        )
        return self._keep(stored, back, Change.RESTORED)

    def _react(self, write: ReactToMessage) -> Stored:
        stored, message = self._undeleted(write.room_id, write.number)
        self._must_be_member(stored, write.user_id)
        by_text = {reaction.text: reaction.people for reaction in message.reactions}
        people = by_text.get(write.text, ())
        if (write.user_id in {person.id for person in people}) == write.on:
            return _unchanged(message, Change.AMENDED)
        if write.on:
            by_text[write.text] = (*people, self._memory.person(write.user_id))
            if len(by_text) > MAX_REACTIONS:
                raise TooMany('different reactions', MAX_REACTIONS)
        else:
            by_text[write.text] = tuple(person for person in people if person.id != write.user_id)
        reactions = tuple(Reaction(text=text, people=people) for text, people in by_text.items() if people)
        return self._keep(stored, replace(message, reactions=reactions), Change.AMENDED)

    def _pin(self, write: PinMessage) -> Stored:
        stored, message = self._undeleted(write.room_id, write.number)
        self._must_be_member(stored, write.user_id)
        if (message.pinned_at is not None) == write.on:
            return _unchanged(message, Change.AMENDED)
        if write.on and _pins(stored) >= MAX_PINS:
            raise TooMany('pinned messages', MAX_PINS)
        return self._keep(stored, replace(message, pinned_at=write.at if write.on else None), Change.AMENDED)

    def _show_cards(self, write: ShowCards) -> Stored:
        stored = self._memory.room(write.room_id)
        message = self._existing(stored, write.number)
        has = [card.picture.token for card in message.cards if card.picture is not None]
        cards = tuple(
            card if card.picture is None or card.picture.token in (*has, *write.pictures) else replace(card, picture=None)
            for card in write.cards
            if card.url in links_in(message.body) and card.url not in message.cards_removed
        )
        if message.deleted or cards == message.cards:
            return _unchanged(message, Change.AMENDED)
        result = self._keep_cards(stored, message, replace(message, cards=cards), Change.AMENDED)
        for token in _tokens(cards) - set(has):
            stored.pictures[token] = write.pictures[token]
        return result

    def _remove_card(self, write: RemoveCard) -> Stored:
        stored, message = self._undeleted(write.room_id, write.number)
        self._must_be_member(stored, write.user_id)
        cards = tuple(card for card in message.cards if card.url != write.url)
        if cards == message.cards:
            return _unchanged(message, Change.AMENDED)
        changed = replace(message, cards=cards, cards_removed=(*message.cards_removed, write.url))
        return self._keep_cards(stored, message, changed, Change.AMENDED)

    def _finish_file(self, write: FinishFile) -> Stored:
        known = self._memory.files.get(write.file_id)
        if known is not None and known.record.file.making is Making.UNDER_WAY:
            known.record = replace(known.record, file=replace(known.record.file, making=write.making))
        stored = self._memory.room(write.room_id)
        message = self._existing(stored, write.number)
        under_way = [file.id for file in message.files if file.making is Making.UNDER_WAY]
        files = tuple(replace(file, making=write.making) if file.id in {write.file_id} & {*under_way} else file for file in message.files)
        if files == message.files:
            return _unchanged(message, Change.AMENDED)
        return self._keep(stored, replace(message, files=files), Change.AMENDED)

    def _claim(self, post: PostMessage, number: MessageNumber) -> tuple[Attachment, ...]:
        found = [self._memory.files.get(file_id) for file_id in dict.fromkeys(post.files)]
        claimed = [each for each in found if each is not None and each.gone_at is None and _waits_for(each.record, post)]
        if len(claimed) < len(found):
            raise FileGone
        for position, each in enumerate(claimed):
            each.record, each.position = replace(each.record, number=number), position
        return tuple(each.record.file for each in claimed)

    def _drop(self, files: Sequence[Attachment], at: datetime) -> None:
        for file in files:
            self._memory.files[file.id].gone_at = at

    def _bring_back(self, message: Message) -> tuple[Attachment, ...]:
        known = [self._memory.files[file.id] for file in message.files if file.id in self._memory.files]
        back = [each for each in known if (each.record.room_id, each.record.number) == (message.room_id, message.number)]
        for each in back:
            each.gone_at = None
        return tuple(each.record.file for each in back)

    def _author(self, stored: MemoryRoom, post: PostMessage) -> Person:
        if post.kind is MessageKind.TEXT:
            self._must_be_member(stored, post.author_id)
        if post.author_id not in self._memory.accounts:
            raise NotAMember
        return self._memory.person(post.author_id)

    def _must_be_member(self, stored: MemoryRoom, user_id: UserId) -> None:
        if user_id not in stored.members or not self._memory.is_active(user_id):
            raise NotAMember

    def _existing(self, stored: MemoryRoom, number: MessageNumber) -> Message:
        if number not in stored.messages:
            raise MessageNotFound
        return self._memory.current(stored.messages[number])

    def _undeleted(self, room_id: RoomId, number: MessageNumber) -> tuple[MemoryRoom, Message]:
        stored = self._memory.room(room_id)
        message = self._existing(stored, number)
        if message.deleted:
            raise MessageNotFound
        return stored, message

    def _quote(self, stored: MemoryRoom, number: MessageNumber | None) -> Quote | None:
        return None if number is None or number not in stored.messages else quote_of(self._existing(stored, number))

    def _reactions_of_those_left(self, reactions: Sequence[Reaction]) -> tuple[Reaction, ...]:
        accounts = self._memory.accounts
        left = {user_id for user_id, account in accounts.items() if account.user.status is not UserStatus.GONE}
        kept = (replace(each, people=tuple(person for person in each.people if person.id in left)) for each in reactions)
        return tuple(reaction for reaction in kept if reaction.people)

    def _keep_cards(self, stored: MemoryRoom, before: Message, message: Message, change: Change) -> Stored:
        for token in _tokens(before.cards) - _tokens(message.cards):
            del stored.pictures[token]
        return self._keep(stored, message, change)

    def _keep(self, stored: MemoryRoom, message: Message, change: Change) -> Stored:
        stored.seq += 1
        stored.messages[message.number] = replace(message, changed_seq=Seq(stored.seq))
        return Stored(message=self._existing(stored, message.number), fresh=True, change=change)


def _unchanged(message: Message, change: Change) -> Stored:
    return Stored(message=message, fresh=False, change=change)


def _waits_for(record: FileRecord, post: PostMessage) -> bool:
    is_free = record.number is None and record.file.making is not Making.FAILED
    return is_free and (record.room_id, record.user_id) == (post.room_id, post.author_id)


def _members_among(stored: MemoryRoom, people: Sequence[UserId], *, limit: int | None) -> tuple[UserId, ...]:
    return tuple([user_id for user_id in dict.fromkeys(people) if user_id in stored.members][:limit])


def _named_among(mentions: Collection[UserId], named: Sequence[Mention]) -> tuple[Mention, ...]:
    return tuple([each for each in named if each.user_id in mentions][:MAX_MENTIONS])


def _pins(stored: MemoryRoom) -> int:
    return sum(each.pinned_at is not None for each in stored.messages.values())


def _tokens(cards: Sequence[Card]) -> set[str]:
    return {card.picture.token for card in cards if card.picture is not None}


def _texts(value: Any) -> list[str]:
    match value:
        case str():
            return [value]
        case dict():
            return [text for pair in value.items() for text in _texts(list(pair))]
        case list() | tuple():
            return [text for each in value for text in _texts(each)]
        case _:
            return []
