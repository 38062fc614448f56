"""What each write about messages does, as `livechat.domain.writes` says."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlmodel import Session

from livechat.domain.attachment import Attachment, Making
from livechat.domain.errors import LivechatError, NotAMember, TooMany
from livechat.domain.links import links_in
from livechat.domain.message import MAX_PINS, MAX_REACTIONS, MAX_REVISIONS, Message, MessageKind, Reaction, Revision
from livechat.domain.model import Person, UserStatus
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
from livechat.store.message_batch import Batch, named_among
from livechat.store.message_changes import place_of, tokens_of
from livechat.store.message_inputs import problem_of


def write_messages(session: Session, writes: Sequence[MessageWrite]) -> Sequence[Stored | LivechatError]:
    """Do all writes, in order; one result each."""
    problems = [problem_of(write) for write in writes]
    batch = Batch(session.connection(), [write for write, problem in zip(writes, problems, strict=True) if problem is None])
    results = [problem or _attempt(batch, write) for write, problem in zip(writes, problems, strict=True)]
    batch.store()
    return results


def _attempt(batch: Batch, write: MessageWrite) -> Stored | LivechatError:
    try:
        if isinstance(write, PostMessage):
            return _post(batch, write)
        if isinstance(write, EditMessage | DeleteMessage | RestoreMessage):
            return _reword(batch, write)
        return _amend(batch, write)
    except LivechatError as refusal:
        return refusal


def _reword(batch: Batch, write: EditMessage | DeleteMessage | RestoreMessage) -> Stored:
    match write:
        case EditMessage():
            return _edit(batch, write)
        case DeleteMessage():
            return _delete(batch, write)
        case RestoreMessage():
            return _restore(batch, write)


def _amend(batch: Batch, write: ReactToMessage | PinMessage | ShowCards | RemoveCard | FinishFile) -> Stored:
    match write:
        case ReactToMessage():
            return _react(batch, write)
        case PinMessage():
            return _pin(batch, write)
        case ShowCards():
            return _show_cards(batch, write)
        case RemoveCard():
            return _remove_card(batch, write)
        case FinishFile():
            return _finish_file(batch, write)


def _post(batch: Batch, post: PostMessage) -> Stored:
    if known := batch.posted(post.author_id, post.client_key):
        return _unchanged(known, Change.POSTED)
    batch.must_have(post.room_id)
    author = _author(batch, post)
    mentions = batch.members_among(post.room_id, post.mentions, called=post.group is not None)
    files = batch.files.claim(post, batch.coming_number(post.room_id)) if post.files else ()
    return batch.post(
        Message(
            room_id=post.room_id,
            number=batch.next_number(post.room_id),
            changed_seq=batch.next_seq(post.room_id),
            author=author,
            body=post.body,
            client_key=post.client_key,
            created_at=post.at,
            kind=post.kind,
            mentions=mentions,
            named=named_among(mentions, post.named),
            group=post.group,
            quote=batch.quote(post.room_id, post.reply_to),
            files=files,
        )
    )


def _author(batch: Batch, post: PostMessage) -> Person:
    if post.kind is MessageKind.TEXT:
        return batch.must_be_member(post.room_id, post.author_id)
    if (standing := batch.standing(post.room_id, post.author_id)) is None:
        raise NotAMember
    return standing.person


def _edit(batch: Batch, edit: EditMessage) -> Stored:
    message = batch.undeleted(edit.room_id, edit.number)
    batch.must_be_member(edit.room_id, message.author.id)
    mentions, named = message.mentions, message.named
    if edit.mentions is not None:
        mentions = batch.members_among(edit.room_id, edit.mentions, called=message.group is not None)
        named = named_among(mentions, edit.named)
    links = links_in(edit.body) if message.cards else ()
    cards = tuple(card for card in message.cards if card.url in links)
    files = message.files if edit.files is None else tuple(file for file in message.files if file.id in edit.files)
    batch.files.drop((file for file in message.files if file not in files), edit.at)
    edited = replace(message, body=edit.body, edited_at=edit.at, mentions=mentions, named=named, cards=cards, files=files)
    stored = batch.change(edited, Change.EDITED)
    if edit.body != message.body or files == message.files:
        old = Revision(body=message.body, until=edit.at)
        batch.changes.revise(place_of(message), [old], position=stored.message.changed_seq)
    return stored


def _delete(batch: Batch, deletion: DeleteMessage) -> Stored:
    message = batch.existing(deletion.room_id, deletion.number)
    if message.deleted:
        return _unchanged(message, Change.DELETED)
    if deletion.member_id is not None:
        batch.must_be_member(deletion.room_id, deletion.member_id)
    batch.changes.empty(message)
    batch.files.drop(message.files, deletion.at)
    return replace(batch.change(_tombstone(message), Change.DELETED), before=message)


def _tombstone(message: Message) -> Message:
    return Message(
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


def _restore(batch: Batch, restore: RestoreMessage) -> Stored:
    before = restore.message
    tombstone = batch.existing(before.room_id, before.number)
    if not tombstone.deleted:
        return _unchanged(tombstone, Change.RESTORED)
    if restore.member_id is not None:
        batch.must_be_member(before.room_id, restore.member_id)
    back = replace(
        before,
        author=tombstone.author,
        client_key=tombstone.client_key,
        created_at=tombstone.created_at,
        kind=tombstone.kind,
        deleted=False,
        mentions=tuple(user_id for user_id in before.mentions if batch.standing(before.room_id, user_id)),
        quote=None if before.quote is None else batch.quote(before.room_id, before.quote.number),
        reactions=_reactions_of_those_left(batch, before),
        pinned_at=before.pinned_at if before.pinned_at is None or batch.pins(before.room_id) < MAX_PINS else None,
        cards=tuple(replace(card, picture=None) for card in before.cards),
        files=batch.files.bring_back(before),
    )
    stored = batch.change(back, Change.RESTORED)
    reacted = [(person.id, reaction.text) for reaction in back.reactions for person in reaction.people]
    for seq, (user_id, text) in enumerate(reacted, stored.message.changed_seq - len(reacted) + 1):
        batch.changes.react(place_of(back), user_id, text, seq=seq)
    if restore.revisions:
        batch.changes.revise(place_of(back), restore.revisions[-MAX_REVISIONS:], position=stored.message.changed_seq)
    return stored


def _reactions_of_those_left(batch: Batch, message: Message) -> tuple[Reaction, ...]:
    kept = []
    for reaction in message.reactions:
        standings = (batch.standing(message.room_id, person.id) for person in reaction.people)
        if people := tuple(standing.person for standing in standings if standing and standing.status is not UserStatus.GONE):
            kept.append(replace(reaction, people=people))
    return tuple(kept)


def _react(batch: Batch, write: ReactToMessage) -> Stored:
    message = batch.undeleted(write.room_id, write.number)
    person = batch.must_be_member(write.room_id, write.user_id)
    people = next((reaction.people for reaction in message.reactions if reaction.text == write.text), ())
    if any(each.id == write.user_id for each in people) == write.on:
        return _unchanged(message, Change.AMENDED)
    changed = _with_reaction if write.on else _without_reaction
    stored = batch.change(replace(message, reactions=changed(message.reactions, write.text, person)), Change.AMENDED)
    if write.on:
        batch.changes.react(place_of(message), write.user_id, write.text, seq=stored.message.changed_seq)
    else:
        batch.changes.unreact(place_of(message), write.user_id, write.text)
    return stored


def _with_reaction(reactions: Sequence[Reaction], text: str, person: Person) -> tuple[Reaction, ...]:
    if all(reaction.text != text for reaction in reactions):
        if len(reactions) >= MAX_REACTIONS:
            raise TooMany('different reactions', MAX_REACTIONS)
        return *reactions, Reaction(text=text, people=(person,))
    return tuple(replace(each, people=(*each.people, person)) if each.text == text else each for each in reactions)


def _without_reaction(reactions: Iterable[Reaction], text: str, person: Person) -> tuple[Reaction, ...]:
    """The text keeps its place until nobody is left."""
    kept = []
    for reaction in reactions:
        people = tuple(each for each in reaction.people if reaction.text != text or each.id != person.id)
        if people:
            kept.append(replace(reaction, people=people))
    return tuple(kept)


def _pin(batch: Batch, write: PinMessage) -> Stored:
    message = batch.undeleted(write.room_id, write.number)
    batch.must_be_member(write.room_id, write.user_id)
    if (message.pinned_at is not None) == write.on:
        return _unchanged(message, Change.AMENDED)
    if write.on and batch.pins(write.room_id) >= MAX_PINS:
        raise TooMany('pinned messages', MAX_PINS)
    return batch.change(replace(message, pinned_at=write.at if write.on else None), Change.AMENDED, by=write.user_id)


def _show_cards(batch: Batch, write: ShowCards) -> Stored:
    message = batch.existing(write.room_id, write.number)
    has, links = tokens_of(message.cards), links_in(message.body)
    cards = tuple(
        card if tokens_of([card]) <= has | write.pictures.keys() else replace(card, picture=None)
        for card in write.cards
        if card.url in links and card.url not in message.cards_removed
    )
    if message.deleted or cards == message.cards:
        return _unchanged(message, Change.AMENDED)
    stored = batch.change(replace(message, cards=cards), Change.AMENDED)
    for token in tokens_of(cards) - has:
        batch.changes.show_picture(place_of(message), token, write.pictures[token])
    return stored


def _remove_card(batch: Batch, write: RemoveCard) -> Stored:
    message = batch.undeleted(write.room_id, write.number)
    batch.must_be_member(write.room_id, write.user_id)
    cards = tuple(card for card in message.cards if card.url != write.url)
    if cards == message.cards:
        return _unchanged(message, Change.AMENDED)
    return batch.change(replace(message, cards=cards, cards_removed=(*message.cards_removed, write.url)), Change.AMENDED)


def _finish_file(batch: Batch, write: FinishFile) -> Stored:
    batch.files.finish(write.file_id, write.making)
    message = batch.existing(write.room_id, write.number)
    files = tuple(replace(file, making=write.making) if _is_finished(file, write) else file for file in message.files)
    if files == message.files:
        return _unchanged(message, Change.AMENDED)
    return batch.change(replace(message, files=files), Change.AMENDED)


def _is_finished(file: Attachment, write: FinishFile) -> bool:
    return file.id == write.file_id and file.making is Making.UNDER_WAY


def _unchanged(message: Message, change: Change) -> Stored:
    return Stored(message=message, fresh=False, change=change)
