"""Permalinks in messages: which addresses become frames."""

from html.parser import HTMLParser

import pytest

from livechat.ui.linked_quotes import MAX_QUOTES, linked_quotes, permalink

OWN = 'http://chat.local:8080'


class Frames(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.frames: list[str | None] = []
        self.links: list[str | None] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == 'iframe':
            found = dict(attrs)
            assert (found['class'], found['loading'], found['title']) == ('linked', 'lazy', 'Quoted message')
            assert found['sandbox'] == 'allow-same-origin'
            self.frames.append(found['src'])
        elif tag == 'a':
            self.links.append(dict(attrs)['href'])


@pytest.mark.parametrize(
    ('url', 'place'),
    [
        (f'{OWN}/rooms/lobby?m=7', ('lobby', 7)),
        (f'{OWN}/rooms/lobby/?m=7#top', ('lobby', 7)),
        ('HTTPS://CHAT.local:8080/rooms/lobby?m=7', ('lobby', 7)),
        (f'{OWN}/rooms/caf%C3%A9?x=1&m=7', ('café', 7)),
        (f'{OWN}/rooms/café?m=7', ('café', 7)),
        ('http://127.0.0.1:8080/rooms/lobby?m=7', ('lobby', 7)),
        ('http://localhost:8080/rooms/lobby?m=7', ('lobby', 7)),
        ('http://127.0.0.1:9090/rooms/lobby?m=7', None),
        (f'{OWN}/rooms/lobby', None),
        (f'{OWN}/rooms/lobby?m=', None),
        (f'{OWN}/rooms/lobby?m=0', None),
        (f'{OWN}/rooms/lobby?m=07', None),
        (f'{OWN}/rooms/lobby?m=-7', None),
        (f'{OWN}/rooms/lobby?m=7x', None),
        (f'{OWN}/rooms/lobby?m=1234567890', None),
        (f'{OWN}/rooms/lobby?m=٧', None),
        (f'{OWN}/rooms/lobby?am=7', None),
        (f'{OWN}/rooms/?m=7', None),
        (f'{OWN}/rooms/lobby/settings?m=7', None),
        (f'{OWN}/rooms/..?m=7', None),
        (f'{OWN}/rooms/%2e%2E?m=7', None),
        (f'{OWN}/rooms/a%2Fb?m=7', None),
        (f'{OWN}/rooms/{"x" * 201}?m=7', None),
        ('http://chat.local/rooms/lobby?m=7', None),
        ('http://chat.local:8081/rooms/lobby?m=7', None),
        ('http://chat.local.evil.example:8080/rooms/lobby?m=7', None),
        ('http://chat.local:8080@evil.example/rooms/lobby?m=7', None),
        ('http://evil@chat.local:8080/rooms/lobby?m=7', None),
        ('ftp://chat.local:8080/rooms/lobby?m=7', None),
        ('javascript://chat.local:8080/rooms/lobby?m=7', None),
        ('//chat.local:8080/rooms/lobby?m=7', None),
        ('/rooms/lobby?m=7', None),
        ('http://chat.local:x/rooms/lobby?m=7', None),
        ('http://[::1/rooms/lobby?m=7', None),
        ('', None),
    ],
)
def test_permalink_is_an_address_of_a_message_on_this_server(url: str, place: tuple[str, int] | None):
    assert permalink(url, OWN) == place


@pytest.mark.parametrize(
    ('url', 'base_url'), [('http://chat.local:80', 'http://chat.local'), ('http://chat.local', 'https://chat.local:443')]
)
def test_permalink_is_found_behind_a_proxy_and_whether_or_not_the_port_is_written(url: str, base_url: str):
    assert permalink(f'{url}/rooms/lobby?m=7', base_url) == ('lobby', 7)


def test_quotes_are_of_each_message_once_and_not_many():
    urls = [f'{OWN}/rooms/lobby?m={number}' for number in (5, 5, 1, 9, 2)]

    shown = Frames(linked_quotes(['https://example.org', *urls], OWN))

    assert shown.frames == [f'/rooms/lobby/quote?m={number}' for number in (5, 1, 9)]
    assert shown.links == [f'/rooms/lobby?m={number}' for number in (5, 1, 9)]
    assert len(shown.frames) == MAX_QUOTES


def test_text_without_permalinks_has_no_quote():
    assert linked_quotes(['https://example.org/rooms/lobby?m=7', f'{OWN}/profile'], OWN) == ''


@pytest.mark.parametrize('slug', ["a'onload=alert(1) x='", 'a"><script>', 'a b', 'a&m=1', '日本', '%27', '%2527', 'a\\b'])
def test_slug_stays_one_part_of_the_path_and_of_the_attribute(slug: str):
    shown = Frames(linked_quotes([f'{OWN}/rooms/{slug}?m=7'], OWN))

    assert len(shown.frames) == len(shown.links) == 1
    for path in [*shown.frames, *shown.links]:
        assert path is not None
        assert path.startswith('/rooms/')
        assert path.count('/') == (3 if '/quote' in path else 2)
        assert path.endswith('?m=7')
        assert not set(path) & set('\'"<> \\')
