"""A tiny server that takes files and sends them: `python file_server.py FOLDER`; it prints its port.

It says of itself how much memory it took at most, how late its loop was at most, and how many files it holds open.
"""

import asyncio
import contextlib
import os
import socket
import sys
import time
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from livechat.domain.errors import NotStored
from livechat.domain.model import UserId
from livechat.store.files import LocalFiles
from livechat.ui.file_answer import Reader, Sent, file_answer
from livechat.ui.http_guard import HttpGuard
from livechat.ui.multipart import BodyBroken, BodyTooSlow, parts

TICK_S = 0.005
MEDIA_TYPES = {'png': 'image/png', 'wav': 'audio/wav', 'webm': 'video/webm', 'html': 'text/html'}
lags_s = [0.0]
readers = count(1)
"""Each request is somebody else's."""


@contextlib.asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    app.state.files = await LocalFiles.open(Path(sys.argv[1]))
    ticker = asyncio.create_task(tick())
    yield
    ticker.cancel()
    await app.state.files.close()


async def tick() -> None:
    while True:
        before = time.perf_counter()
        await asyncio.sleep(TICK_S)
        lags_s.append(time.perf_counter() - before - TICK_S)


async def take(request: Request) -> Response:
    files: LocalFiles = request.app.state.files
    keys = []
    try:
        async with contextlib.AsyncExitStack() as stack:
            arrived = []
            async for part in parts(request.headers.get('content-type', ''), request.receive, idle_s=1.0):
                incoming = await stack.enter_async_context(files.receive())
                async for piece in part.pieces():
                    await incoming.write(piece)
                arrived.append(incoming)
            keys = [await files.keep(incoming) for incoming in arrived]
    except BodyTooSlow as error:
        return JSONResponse(str(error), status_code=408)
    except BodyBroken as error:
        return JSONResponse(str(error), status_code=400)
    except NotStored as error:
        return JSONResponse(str(error), status_code=507)
    return JSONResponse(keys)


async def send(request: Request) -> Response:
    ending = request.query_params.get('as', 'png')
    sent = Sent(name=request.path_params['name'], media_type=MEDIA_TYPES[ending], filename=f'a.{ending}', inline=True)
    answer = await file_answer(request, request.app.state.files, sent, Reader(id=UserId(next(readers)), must_have_access=anybody_may))
    return answer or Response(status_code=404)


async def anybody_may() -> None:
    pass


async def state(_: Request) -> Response:
    answer = {'peak_kib': peak_kib(), 'lag_ms': max(lags_s) * 1_000, 'open': open_files()}
    lags_s[:] = [0.0]
    return JSONResponse(answer)


def open_files() -> int:
    return len(os.listdir('/proc/self/fd'))


def peak_kib() -> int:
    """Of this program alone: what getrusage says begins with what its parent took."""
    (line,) = [line for line in Path('/proc/self/status').read_text().splitlines() if line.startswith('VmHWM:')]
    return int(line.split()[1])


routes = [Route('/uploads/', take, methods=['POST']), Route('/files/{name}', send), Route('/state', state)]

if __name__ == '__main__':
    listener = socket.create_server(('127.0.0.1', 0))
    print(listener.getsockname()[1], flush=True)
    app = HttpGuard(Starlette(routes=routes, lifespan=lifespan), allowed_hosts=set, https=False)
    uvicorn.Server(uvicorn.Config(app, server_header=False, log_level='warning', lifespan='on')).run(sockets=[listener])
