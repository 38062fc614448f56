"""Putting a text where the person can paste it from."""

from nicegui import ui

from livechat.ui.components.dialogs import Form
from livechat.ui.components.shared_link import has_clipboard
from livechat.ui.pages.message_toast import ActionToast
from livechat.ui.session import Session


def copy(session: Session, toast: ActionToast, what: str, text: str) -> Form | None:
    """Into the clipboard; where the browser does not let us, it is shown to be copied by hand, in the form that is returned."""
    client = session.client
    with client:
        if has_clipboard(client.request):
            ui.clipboard.write(text)
            toast.say('Copied.')
            return None
        form = Form(what)
        field = form.field(what, text, limit=len(text), lines=min(text.count('\n') + 2, 10)).props('readonly autofocus')
        form.button('Close', form.dialog.close, kind='quiet')
        form.open()
        field.run_method('select')
    return form
