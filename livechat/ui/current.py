"""The chat that runs in this process. NiceGUI can be mounted once per process only, so tests swap what stands under it."""

from livechat.domain.chat import Chat

_running: list[Chat] = []


def set_chat(running: Chat | None) -> None:
    """Called by the composition root when it has started everything, and with None before it stops."""
    _running[:] = [running] if running is not None else []


def chat() -> Chat:
    """Whatever a page or handler does, it does through this. Asserts that the server runs."""
    assert _running, 'no chat is running: set_chat() comes before the first request'
    return _running[0]
