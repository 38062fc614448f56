"""The door: plain pages that post over HTTP, so password managers work, and nobody needs a script or costs a NiceGUI page."""

import functools

from fastapi import FastAPI
from starlette.routing import Route

from livechat.ui.door_accounts import AccountPages
from livechat.ui.door_form import read_form
from livechat.ui.door_invitations import InvitationPages
from livechat.ui.door_middleware import Door
from livechat.ui.door_names import NamePages
from livechat.ui.door_pages import install_error_pages
from livechat.ui.door_passwords import PasswordPages
from livechat.ui.icon_route import ICON_ROUTES
from livechat.ui.quote_page import QUOTE_PATH, quote

__all__ = ['Door', 'install_error_pages', 'mount_door']

FORM_TIME_S = 10.0


def mount_door(app: FastAPI, *, form_time_s: float = FORM_TIME_S) -> None:
    """Routes before all others, and plain error pages. The middleware `Door` is added apart, files under /static too."""
    read = functools.partial(read_form, time_s=form_time_s)
    accounts, invitations, names, passwords = AccountPages(read), InvitationPages(read), NamePages(read), PasswordPages(read)
    both = ['GET', 'POST']
    app.router.routes[:0] = [
        *ICON_ROUTES,
        Route('/setup', accounts.set_up, methods=both),
        Route('/login', accounts.sign_in, methods=both),
        Route('/register', accounts.register, methods=both),
        Route('/logout', accounts.sign_out, methods=both),
        Route('/join', names.join, methods=both),
        Route('/join/{code:path}', invitations.join, methods=both),
        Route('/people', names.people),
        Route(QUOTE_PATH, quote),
        Route('/forgot', passwords.forgot, methods=both),
        Route('/reset/{token:path}', passwords.reset, methods=both),
    ]
    install_error_pages(app)
