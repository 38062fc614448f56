"""Two or more people in a real Chromium, over real sockets, against a real server."""

import pytest

BROWSER = [pytest.mark.browser, pytest.mark.timeout(180), pytest.mark.asyncio(loop_scope='session')]
"""The marks of every module here. One event loop for all of them: the browser is started once."""
