"""Takes needless work out of NiceGUI 3.18, next to `hardening`: the same internals, the same pinned version.

As it comes, every tab wakes once a second to find nothing to send (17 % of what 300 tabs cost while one writes, measured),
ten times a second while its page waits for a socket, and each of an element's parts inspects the signature of its
listener anew (8 % of a join).
"""

import asyncio
from collections.abc import Callable
from typing import Any

from nicegui import Client, core, helpers
from nicegui import client as nicegui_client
from nicegui.dependencies import JsComponent
from nicegui.outbox import Deleted, Outbox

_expects_arguments = helpers.expects_arguments
_known: dict[tuple[object, ...], bool] = {}


def install() -> None:
    """Once per process, before the first page."""
    helpers.expects_arguments = _expects_arguments_once
    nicegui_client.Outbox = QuietOutbox  # type: ignore[attr-defined]


def wake(client: Client) -> None:
    """The tab has a socket: what waited for it can go."""
    client.outbox._set_enqueue_event()


def _expects_arguments_once(func: Callable[..., Any]) -> bool:
    """NiceGUI's answer, asked once per piece of code: pages make the same listeners over and over."""
    plain = getattr(func, '__func__', func)
    code = getattr(plain, '__code__', None)
    if code is None or hasattr(plain, '__wrapped__') or hasattr(plain, '__signature__'):  # these share code, not signatures
        return _expects_arguments(func)
    key = (code, plain is func, len(plain.__defaults__ or ()), len(plain.__kwdefaults__ or ()))
    if key not in _known:
        _known[key] = _expects_arguments(func)
    return _known[key]


class QuietOutbox(Outbox):
    """NiceGUI's outbox, woken by what it has to send and by nothing else. Its task is owned by NiceGUI, as before."""

    async def loop(self) -> None:
        """Send updates and messages until stopped. Without a socket they wait; `wake` says when there is one."""
        self._enqueue_event = asyncio.Event()
        self._enqueue_event.set()
        while not self._should_stop:
            try:
                await self._enqueue_event.wait()
                self._enqueue_event.clear()
                client = self._client()
                if client is not None and client.has_socket_connection:
                    await self._send_all(client)
                client = None  # or this frame would keep a page alive that is gone
            except asyncio.CancelledError:
                break
            except Exception as error:  # noqa: BLE001 - handed on, as NiceGUI does
                core.app.handle_exception(error)
                await asyncio.sleep(0.1)

    async def _send_all(self, client: Client) -> None:
        parcels: list[tuple[str, str, Any]] = []
        if self.updates:
            elements = list(self.updates.items())
            new = [
                component
                for _, element in elements
                if not isinstance(element, Deleted)
                and isinstance(component := element.component, JsComponent)
                and component.name not in self._loaded_components
            ]
            if new:
                parcels.append((client.id, 'load_js_components', {'components': [{'key': each.key, 'tag': each.tag} for each in new]}))
                self._loaded_components.update(each.name for each in new)
            data = {number: None if isinstance(element, Deleted) else element._to_dict() for number, element in elements}
            parcels.append((client.id, 'update', data))
            self.updates.clear()
        parcels += self.messages
        self.messages.clear()
        for parcel in parcels:
            try:
                await self._emit(parcel)
            except Exception as error:  # noqa: BLE001 - one that fails does not hold the others
                core.app.handle_exception(error)
