"""NiceGUI's chat example (examples/chat_app in its repository, MIT), without its avatars from the internet: for comparison."""

import sys
from datetime import UTC, datetime
from uuid import uuid4

from nicegui import ui

messages: list[tuple[str, str, str]] = []


@ui.refreshable
def chat_messages(own_id: str) -> None:
    if messages:
        for user_id, text, stamp in messages:
            ui.chat_message(text=text, stamp=stamp, sent=own_id == user_id)
    else:
        ui.label('No messages yet').classes('mx-auto my-36')
    ui.run_javascript('window.scrollTo(0, document.body.scrollHeight)')


@ui.page('/')
async def main() -> None:
    def send() -> None:
        messages.append((user_id, text.value, datetime.now(UTC).strftime('%X')))
        text.value = ''
        chat_messages.refresh()

    user_id = str(uuid4())
    with (
        ui.footer().classes('bg-white'),
        ui.column().classes('w-full max-w-3xl mx-auto my-6'),
        ui.row().classes('w-full no-wrap items-center'),
    ):
        text = ui.input(placeholder='message').on('keydown.enter', send).props('rounded outlined input-class=mx-3').classes('flex-grow')
    await ui.context.client.connected()
    with ui.column().classes('w-full max-w-2xl mx-auto items-stretch'):
        chat_messages(user_id)


if __name__ == '__main__':
    ui.run(host='127.0.0.1', port=int(sys.argv[1]), show=False, reload=False, show_welcome_message=False, ws_per_message_deflate=False)
