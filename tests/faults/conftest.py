"""The same browsers as in `tests/browser`."""

from tests.browser.conftest import browser, house, people, playwright, windows

__all__ = ['browser', 'house', 'people', 'playwright', 'windows']
