"""Everything that tells people of what they are not looking at, put together: unread counts, toasts, push."""

import logging
from collections.abc import Awaitable, Callable

from livechat.domain.access import RoomAccess
from livechat.domain.errors import NotStored
from livechat.domain.model import RoomId, User
from livechat.domain.notifier import Notifier
from livechat.domain.ports import Stores
from livechat.domain.presence import Presence
from livechat.domain.push import PushSender
from livechat.domain.push_desk import PushDesk
from livechat.domain.push_wording import PushWording
from livechat.domain.pusher import Pusher
from livechat.domain.room_changes import Surroundings
from livechat.domain.supervisor import Sleep, Supervisor
from livechat.domain.unread import UnreadCounts
from livechat.domain.wishes import WantingEverything

logger = logging.getLogger(__name__)


class Attention:
    """Knows of every event from the moment it is made: before any room runs."""

    def __init__(  # noqa: PLR0913 - what its parts need of the others
        self,
        around: Surroundings,
        stores: Stores,
        presence: Presence,
        *,
        access: Callable[[User, RoomId], Awaitable[RoomAccess]],
        sender: PushSender | None,
        public_url: str,
        sleep: Sleep,
    ) -> None:
        self._rooms = stores.rooms
        self._push_at_once = around.limits.push_at_once
        self._wishes = WantingEverything(around.backplane)
        self.unread = UnreadCounts(around, stores.reads, self._wishes, access=access, sleep=sleep)
        self.push = PushDesk(stores.push_targets, sender, clock=around.clock, limits=around.limits)
        wording = PushWording(summary=around.directory.summary, public_url=public_url)
        self._pusher = Pusher(around, stores.users, self.push, presence=presence, wording=wording, sleep=sleep)
        self._notifier = Notifier(around, self.unread, self._wishes, self._pusher, presence=presence)

    async def start(self, supervisor: Supervisor) -> None:
        self._wishes.load(await self._rooms.wanting_everything())
        await self.push.load()
        supervisor.look_after('unread: tell', self.unread.tell)
        supervisor.look_after('unread: ask', self.unread.ask)
        supervisor.look_after('unread: save', self.unread.save_regularly)
        supervisor.look_after('notifier', self._notifier.run)
        for number in range(self._push_at_once if self.push.is_available else 0):
            supervisor.look_after(f'push {number}', self._pusher.run)

    async def stop(self) -> None:
        """After the supervisor has closed. A store that refuses keeps no server from stopping."""
        try:
            await self.unread.save()
        except NotStored:
            logger.warning('How far people have read in the last second could not be stored')
