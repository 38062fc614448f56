"""Stand-ins that implement the domain's ports: a clock that is set by hand, stores that forget.

`tests/store/` holds these stores to the same contract as SQLite.
"""

from datetime import UTC, datetime, timedelta

from livechat.domain.errors import NotStored
from livechat.domain.face import Face
from livechat.domain.model import Server
from livechat.domain.policy import Policy
from tests.memory import Memory
from tests.memory_files import MemoryFileRecords
from tests.memory_invitations import MemoryInvitations, MemoryPasswordLinks
from tests.memory_messages import MemoryDrafts, MemoryMessages, MemoryReads
from tests.memory_moderation import MemoryAddressBans, MemoryAudit, MemoryPushTargets
from tests.memory_people import MemoryUsers
from tests.memory_pictures import MemoryPictures, exchange_picture
from tests.memory_rooms import MemoryRooms
from tests.memory_search import MemorySearch
from tests.memory_sign_ins import MemorySignIns


class FakeClock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)) -> None:
        self._now = now
        self._monotonic = 1_000.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Both clocks go on."""
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds

    def set_now(self, now: datetime) -> None:
        """The time of day jumps, as when someone sets the computer's clock; the other goes on."""
        self._now = now

    def set_monotonic(self, seconds: float) -> None:
        self._monotonic = seconds


class MemoryStores:
    """All stores over one `Memory`, which can be told to refuse writes (`memory.full`) or to hold them (`memory.gate`)."""

    def __init__(self) -> None:
        self.memory = Memory()
        self.users = MemoryUsers(self.memory)
        self.sign_ins = MemorySignIns(self.memory)
        self.rooms = MemoryRooms(self.memory)
        self.messages = MemoryMessages(self.memory)
        self.drafts = MemoryDrafts(self.memory)
        self.server = MemoryServer(self.memory)
        self.invitations = MemoryInvitations(self.memory)
        self.password_links = MemoryPasswordLinks(self.memory)
        self.audit = MemoryAudit(self.memory)
        self.address_bans = MemoryAddressBans(self.memory)
        self.push_targets = MemoryPushTargets(self.memory)
        self.reads = MemoryReads(self.memory)
        self.files = MemoryFileRecords(self.memory)
        self.pictures = MemoryPictures(self.memory)
        self.search = MemorySearch(self.memory)


class MemoryServer:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def profile(self) -> Server:
        await self._memory.reading()
        return Server(name=self._memory.server_name, picture=self._memory.server_picture)

    async def rename(self, name: str) -> Server:
        await self._memory.writing(name)
        self._memory.server_name = name
        return await self.profile()

    async def set_picture(self, face: Face | None) -> Server:
        await self._memory.writing()
        self._memory.server_picture = exchange_picture(self._memory, self._memory.server_picture, face, with_icon=True)
        return await self.profile()

    async def policy(self) -> Policy:
        await self._memory.reading()
        return self._memory.policy

    async def set_policy(self, policy: Policy) -> None:
        await self._memory.writing()
        self._memory.policy = policy

    async def answers(self) -> bool:
        try:
            await self._memory.writing()
        except NotStored:
            return False
        return True
