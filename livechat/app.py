"""The composition root: settings go in, an application comes out. Everything concrete meets here and nowhere else."""

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

import livechat
from livechat import console, data_folder, ui
from livechat.domain.chat import SystemClock, running_chat
from livechat.domain.names import name_key
from livechat.domain.ports import Clock, Stores
from livechat.domain.preview import Previewer
from livechat.face_picture import FacePictureMaker
from livechat.files import MediaInspector
from livechat.mail import SmtpMailer
from livechat.previews import WebPreviewer, own_hosts
from livechat.push import AppriseSender
from livechat.settings import Settings
from livechat.store import open_stores
from livechat.store.files import LocalFiles
from livechat.ui import current, door, face_route, file_routes, hardening, preview_route
from livechat.ui.http_guard import HttpGuard
from livechat.ui.stream import StreamProtocol

STATIC = Path(livechat.__file__).parent / 'ui' / 'static'
MAX_CONNECTIONS = 10_000
"""Sockets and requests at once; beyond it the answer is 503. A tab holds one, and one process carries 5,000 tabs."""
HEALTH_LASTS_S = 1.0
"""The check writes, and anybody may ask: more often than this the same answer serves."""


class VersionedFiles(StaticFiles):
    """Our own files: kept for ever under an address with a version (`?v=`), asked for again each time without one."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        is_versioned = scope['query_string'].startswith(b'v=') and response.status_code in {200, 304}
        response.headers['cache-control'] = 'public, max-age=31536000, immutable' if is_versioned else 'no-cache'
        return response


class AsHttps:
    """For a proxy that ends TLS and says nothing about it: whoever asks for the scheme hears what the browser sees."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope['type'] in {'http', 'websocket'}:
            scope = {**scope, 'scheme': 'https' if scope['type'] == 'http' else 'wss'}
        await self._app(scope, receive, send)


@dataclass(slots=True)
class Health:
    """Whether the server can do its work, as the database sees it. Many who ask at once share one check."""

    check: Callable[[], Awaitable[bool]]
    clock: Clock
    _checked_at: float = float('-inf')
    _is_well: bool = False
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def is_well(self) -> bool:
        async with self._lock:
            if self.clock.monotonic() - self._checked_at >= HEALTH_LASTS_S:
                self._is_well = await self.check()
                self._checked_at = self.clock.monotonic()
            return self._is_well


def create_app(settings: Settings, *, previewer: Previewer | None = None) -> FastAPI:
    """The whole application; its lifespan opens the data folder and starts everything. One per process: NiceGUI allows no second.

    `previewer`: instead of the one that calls the public web, for tests.
    """
    if previewer is None and settings.link_previews:
        previewer = WebPreviewer.guarded(own_hosts=own_hosts(settings.public_url, settings.allowed_hosts))
    app = FastAPI(title='livechat', docs_url=None, redoc_url=None, openapi_url=None, lifespan=_lifespan(settings, previewer))
    app.add_api_route('/healthz', _healthz, methods=['GET', 'HEAD'])
    door.mount_door(app)
    preview_route.mount(app)
    file_routes.mount(app)
    face_route.mount(app)
    app.router.routes.insert(0, Mount('/static', VersionedFiles(directory=STATIC)))
    ui.mount(app, limits=settings.limits, share_host=next(iter(console.lan_hosts()), None) if settings.lan else None)
    app.add_middleware(door.Door)
    app.add_middleware(_guarded, settings)
    if settings.behind_https:
        app.add_middleware(AsHttps)
    return app


def _guarded(app: ASGIApp, settings: Settings) -> HttpGuard:
    return HttpGuard(app, allowed_hosts=lambda: settings.allowed_hosts, https=settings.behind_https)


def uvicorn_options(settings: Settings) -> dict[str, Any]:
    """How uvicorn has to run the application; reliability and security rest on these as much as on our own code."""
    return {
        'ws': StreamProtocol,
        'ws_max_size': 1_000_000,
        'ws_ping_interval': None,  # engine.io pings already; a second one is a timer per socket
        'ws_per_message_deflate': False,  # 255 kB of it unpack to 250 MB before anybody looks
        'timeout_graceful_shutdown': 1,  # a slow request may not hold the stop; rooms take up to 1 s more, and Ctrl-C has 3
        'limit_concurrency': MAX_CONNECTIONS,
        'proxy_headers': bool(settings.trusted_proxies),
        'forwarded_allow_ips': list(settings.trusted_proxies),
        'server_header': False,
        'access_log': False,  # its lines hold the ids of pages and the token of the set-up address
        'log_config': None,
        'log_level': 'info' if settings.log_level == 'debug' else 'warning',
        'workers': 1,  # else the environment decides
        'lifespan': 'on',
    }


async def check_store(settings: Settings) -> None:
    """Open and close the database before anything listens, so that a refusal is a sentence and no failed start-up.

    :raises StoreError:
    """
    async with open_stores(settings.data):
        pass


def _lifespan(settings: Settings, previewer: Previewer | None) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        clock = SystemClock()
        name_key('')  # reads the table of look-alikes: 50 ms that no request should wait for
        async with (
            open_stores(settings.data, synchronous=settings.synchronous.upper()) as stores,
            _push_sender(settings) as push_sender,
            _file_store(settings) as file_store,
            running_chat(
                stores,
                clock=clock,
                limits=settings.limits,
                set_up_token=await set_up_token(settings.data, stores),
                secret=data_folder.invitations_key(settings.data),
                trusts_names=settings.open == 'names',
                push_sender=push_sender,
                mailer=SmtpMailer(settings.smtp_url) if settings.smtp_url else None,
                previewer=previewer,
                face_maker=FacePictureMaker(),
                previews_for_guests=settings.link_previews_guests,
                public_url=settings.public_url,
                file_store=file_store,
                inspector=MediaInspector(),
                accepted_files=settings.file_types,
            ) as chat,
            ui.live(chat),
        ):
            await chat.accounts.forget_unused()
            app.state.set_up_token = chat.accounts.set_up_token
            app.state.chat, app.state.health = chat, Health(chat.server.answers, clock)
            current.set_chat(chat)
            hardening.after_start()
            await hardening.self_test(_guarded(app.router, settings))  # without the door, which lets no stranger get that far
            _calm_garbage_collection()
            yield
        current.set_chat(None)

    return lifespan


@asynccontextmanager
async def _push_sender(settings: Settings) -> AsyncIterator[AppriseSender | None]:
    sender = AppriseSender(allow_private=settings.push_private) if settings.push else None
    try:
        yield sender
    finally:
        if sender is not None:
            await sender.close()


@asynccontextmanager
async def _file_store(settings: Settings) -> AsyncIterator[LocalFiles]:
    store = await LocalFiles.open(settings.data)
    try:
        yield store
    finally:
        await store.close()


async def set_up_token(folder: Path, stores: Stores) -> str | None:
    """For the set-up address; None once there is an owner, and then none is kept."""
    if await stores.users.has_owner():
        data_folder.forget_set_up_token(folder)
        return None
    return data_folder.set_up_token(folder)


def _calm_garbage_collection() -> None:
    """What is alive now stays: leave it out of every collection, and collect less often.

    A tab is thousands of small objects in cycles. With Python's own thresholds a fifth of the CPU of 1,000 joins went into
    looking at them again and again (22 to 18 ms each, measured).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


async def _healthz(request: Request) -> JSONResponse:
    """For machines that watch the server; 503 when the database does not answer."""
    is_well = await request.app.state.health.is_well()
    state = {
        'version': livechat.__version__,
        'database': 'ok' if is_well else 'no answer',
        'rooms_running': request.app.state.chat.rooms.running,
    }
    return JSONResponse(
        state, status_code=HTTPStatus.OK if is_well else HTTPStatus.SERVICE_UNAVAILABLE, headers={'Cache-Control': 'no-store'}
    )
