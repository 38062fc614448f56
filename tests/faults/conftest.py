"""The same browsers as in `tests/browser`."""

from tests.browser.conftest import browser, house, people, playwright

__all__ = ['browser', 'house', 'people', 'playwright']
