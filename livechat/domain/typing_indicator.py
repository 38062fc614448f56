"""Who is writing in one room. Pure: no clock, no task; ephemeral, and it ends by itself."""

from livechat.domain.model import UserId


class TypingIndicator:
    """People who write, in the order they began; each is forgotten `ttl_s` after their last key.

    Nobody begins more often than once in `interval_s`: on and off in a hurry is no news to a whole room.
    """

    def __init__(self, ttl_s: float, *, interval_s: float = 0.0) -> None:
        self._ttl_s = ttl_s
        self._interval_s = interval_s
        self._until: dict[UserId, float] = {}
        self._began: dict[UserId, float] = {}
        self._told: tuple[UserId, ...] = ()

    @property
    def people(self) -> tuple[UserId, ...]:
        return tuple(self._until)

    def started(self, user_id: UserId, now: float) -> bool:
        """Whether the person was not writing before."""
        if user_id in self._until:
            self._until[user_id] = now + self._ttl_s
            return False
        began = self._began.get(user_id)
        if began is not None and now < began + self._interval_s:
            return False
        self._until[user_id] = now + self._ttl_s
        self._began[user_id] = now
        return True

    def stopped(self, user_id: UserId) -> bool:
        """Whether the person was writing."""
        return self._until.pop(user_id, None) is not None

    def expire(self, now: float) -> bool:
        """Forget who has not touched a key for `ttl_s`; whether that was anybody."""
        idle = [user_id for user_id, until in self._until.items() if until <= now]
        for user_id in idle:
            del self._until[user_id]
        for user_id in [each for each, began in self._began.items() if began + self._interval_s <= now]:
            del self._began[user_id]
        return bool(idle)

    def take_change(self) -> bool:
        """Whether other people are writing than when this was last asked."""
        told, self._told = self._told, self.people
        return told != self._told
