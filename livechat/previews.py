"""What a page says of itself, for the cards below messages: fetched, read and made harmless. Implements `Previewer`."""

import asyncio
import logging
import re
from collections.abc import Callable, Collection
from typing import Self
from urllib.parse import urljoin, urlsplit

import ifaddr

from livechat.domain.preview import Preview, PreviewPicture
from livechat.outgoing import is_public_web
from livechat.preview_fetch import LIMIT_S, Fetched, Fetcher, FetchFailed, Resolve, Wanted
from livechat.preview_page import PageFacts, read_page
from livechat.preview_picture import PictureMaker, PictureRefused

logger = logging.getLogger(__name__)

PAGE = Wanted(accept='text/html', max_bytes=512 * 1024, types=frozenset({'text/html'}), ends=(b'</head>', b'<body'))
"""What concerns us stands in the head; of a page that is larger no more is read."""
PICTURE = Wanted(accept='image/webp,image/png,image/jpeg,image/gif', max_bytes=2 * 1024 * 1024)


class WebPreviewer:
    """One per process."""

    def __init__(self, fetcher: Fetcher, pictures: PictureMaker) -> None:
        self._fetcher = fetcher
        self._pictures = pictures

    @classmethod
    def guarded(
        cls,
        *,
        own_hosts: Collection[str],
        resolve: Resolve | None = None,
        allows: Callable[[str, int], bool] = is_public_web,
        limit_s: float = LIMIT_S,
    ) -> Self:
        """With the rules of `Fetcher`."""
        return cls(Fetcher(own_hosts=own_hosts, resolve=resolve, allows=allows, limit_s=limit_s), PictureMaker())

    async def preview(self, url: str) -> Preview | None:
        """None when there is nothing to show, for whatever reason. Takes at most three times the limit of one fetch."""
        try:
            page = await self._fetcher.get(url, PAGE)
        except FetchFailed as failure:
            logger.debug('No card for %s: %s', _without_query(url), failure)
            return None
        facts = await asyncio.to_thread(read_page, page.body, page.content_type)  # up to 0.4 s for hostile ones
        if not facts.title:
            return None
        return Preview(
            title=facts.title,
            description=facts.description,
            site=facts.site or page.host.removeprefix('www.'),
            picture=await self._picture(page, facts),
        )

    async def _picture(self, page: Fetched, facts: PageFacts) -> PreviewPicture | None:
        if not facts.image:
            return None
        try:
            original = await self._fetcher.get(urljoin(page.url, facts.image), PICTURE)
            small = await self._pictures.shrink(original.body)
        except (FetchFailed, PictureRefused, ValueError) as failure:  # ValueError: it cannot be joined
            logger.debug('No picture for %s: %s', _without_query(page.url), failure)
            return None
        return PreviewPicture(webp=small.webp, width=small.width, height=small.height)


def own_hosts(public_url: str, allowed_hosts: Collection[str]) -> frozenset[str]:
    """Under what this server itself may answer: its names, and every address of this computer."""
    ips = [address.ip for adapter in ifaddr.get_adapters() for address in adapter.ips]
    here = [ip[0] if isinstance(ip, tuple) else ip for ip in ips]  # of IPv6 with its scope
    return frozenset(filter(None, [urlsplit(public_url).hostname, *allowed_hosts, *here]))


def _without_query(url: str) -> str:
    """For the log: queries and what stands before an @ may open doors."""
    scheme, _, rest = re.split('[?#]', url, maxsplit=1)[0].partition('://')
    host, slash, path = rest.partition('/')
    return f'{scheme}://{host.rpartition("@")[2]}{slash}{path}'
