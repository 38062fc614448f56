"""Which words of the browser mean something."""

import pytest

from livechat.ui.pages.commands import Commands


@pytest.fixture
def heard() -> list[tuple[int, ...]]:
    return []


@pytest.fixture
def commands(heard: list[tuple[int, ...]]) -> Commands:
    commands = Commands()
    commands.on('--none', lambda *numbers: heard.append(numbers))
    commands.on('--one-', lambda *numbers: heard.append(numbers), numbers=1)
    commands.on('--two', lambda *numbers: heard.append(numbers), numbers=2)
    commands.on('--two-words-', lambda *numbers: heard.append(numbers), numbers=1)
    return commands


@pytest.mark.parametrize(
    ('word', 'numbers'),
    [('--none', ()), ('--one-7', (7,)), ('--two-7-123456789', (7, 123_456_789)), ('--two-words-0', (0,)), ('--one-007', (7,))],
)
def test_word_with_its_numbers_is_done(commands: Commands, heard: list[tuple[int, ...]], word: str, numbers: tuple[int, ...]) -> None:
    commands.hear({'command': word})

    assert heard == [numbers]


@pytest.mark.parametrize(
    'event',
    [
        None, 'text', 5, [], {}, {'command': None}, {'command': 7}, {'command': ['--none']}, {'command': ''}, {'command': '--none-1'},
        {'command': '--one'}, {'command': '--one-'}, {'command': '--one--7'}, {'command': '--one-7-7'}, {'command': '--one-+7'},
        {'command': '--one-1234567890'}, {'command': '--one-٧'}, {'command': '--one-7\n'}, {'command': ' --one-7'}, {'command': '--ONE-7'},
        {'command': '--one-7' + ' ' * 100}, {'command': '--one-\ud800'}, {'command': '--other-1'}, {'command': '-' * 1_000_000},
    ],
)  # fmt: skip
def test_anything_else_does_nothing(commands: Commands, heard: list[tuple[int, ...]], event: object) -> None:
    commands.hear(event)

    assert heard == []
