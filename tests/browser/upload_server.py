"""The controlled server with a stand-in for the route that takes files; run as a module, with the arguments of its model.

What the route does with a file is said by the file's name: `hold*` waits half-way until it is let go, `refuse*` is answered 413
at once, `close*` too, and its connection closed. The back door opens the uploader of everybody's tabs, and tells what came.
"""

import asyncio
import re
import sys
from collections import defaultdict
from typing import Any

from fastapi import FastAPI, Request
from starlette.responses import Response

from livechat.ui.sessions import current_sessions
from livechat.ui.stream import TransportSocket, socket_of
from tests import controlled_server

NAME = re.compile(rb'filename="([^"]*)"')
arrived: list[tuple[str, str, int]] = []
"""Where each file came to, its name, and the length of its request."""
under_way: list[str] = []
gates: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
told: list[list[Any]] = []


async def take(request: Request) -> Response:
    body, name = b'', ''
    async for chunk in request.stream():
        body += chunk
        found = NAME.search(body[:2_000])
        if found is None or name:
            continue
        name = found[1].decode()
        under_way.append(name)
        if name.startswith('refuse'):
            return Response('too large', 413)
        if name.startswith('close'):
            return Response('too large', 413, headers={'connection': 'close'})
        if name.startswith('hold'):
            await gates[name].wait()
    arrived.append((request.url.path, name, len(body)))
    return Response(status_code=204)


class BackDoor(controlled_server.BackDoor):
    async def open_uploader(self, *, url: str | None, max_files: int) -> None:
        for page in current_sessions():
            uploader: Any = page.uploader  # type: ignore[attr-defined]
            uploader.on_rejected = lambda reasons: told.append(['rejected', *sorted(reasons)])
            uploader.on_failed = lambda count: told.append(['failed', count])
            uploader.on_missed = lambda: told.append(['missed'])
            uploader.on_added = lambda keys: told.append(['added', len(keys)])
            uploader.open(url, max_files=max_files)

    async def uploads(self) -> dict[str, Any]:
        return {'arrived': arrived, 'under_way': under_way, 'told': told}

    async def cut_sockets(self) -> None:
        """Of all tabs; other connections live on."""
        for page in current_sessions():
            socket = socket_of(page.session.client) if page.session.client.has_socket_connection else None
            if isinstance(socket, TransportSocket):
                socket._transport.abort()

    async def let_go(self, *, name: str) -> None:
        gates[name].set()

    async def forget_uploads(self) -> None:
        for each in (arrived, under_way, told, gates):
            each.clear()


def main() -> None:
    plain = controlled_server.create_app

    def create_app(*args: Any, **options: Any) -> FastAPI:
        app = plain(*args, **options)
        app.router.add_route('/uploads/{where}', take, methods=['POST'])
        app.router.routes.insert(0, app.router.routes.pop())
        return app

    controlled_server.create_app, controlled_server.BackDoor = create_app, BackDoor  # type: ignore[misc]
    controlled_server.main(sys.argv[1:])


if __name__ == '__main__':
    main()
