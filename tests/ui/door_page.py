"""A plain page, read as browsers and screen readers read it."""

from collections.abc import Mapping
from html.parser import HTMLParser

EVIL = '"><script>alert(1)</script><b x=\''


class Page(HTMLParser):
    """The elements of a page with their attributes, and its texts, each with the tag it came after."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, Mapping[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self._inside: list[tuple[str, list[str]]] = []
        self.words: dict[str, list[str]] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in {'h1', 'h2', 'button', 'a', 'li', 'p', 'title'}:
            self._inside.append((tag, []))

    def handle_data(self, data: str) -> None:
        if self.elements and data.strip():
            self.texts.append((self.elements[-1][0], data.strip()))
        for _, words in self._inside:
            words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1][0] == tag:
            self.words.setdefault(tag, []).append(' '.join(''.join(self._inside.pop()[1]).split()))

    def attributes(self, tag: str, **wanted: str) -> Mapping[str, str | None]:
        return next(attrs for name, attrs in self.elements if name == tag and wanted.items() <= attrs.items())

    def labels(self) -> dict[str | None, str]:
        ids = [attrs['for'] for name, attrs in self.elements if name == 'label']
        return dict(zip(ids, [text for tag, text in self.texts if tag == 'label'], strict=True))

    def focused(self) -> list[str | None]:
        return [attrs.get('name') for _, attrs in self.elements if 'autofocus' in attrs]

    @property
    def heading(self) -> str:
        (heading,) = self.words['h1']
        return heading

    @property
    def buttons(self) -> list[str]:
        """What they say, in the order in which Enter and Tab find them."""
        return self.words.get('button', [])

    def form(self) -> dict[str, str]:
        """What is sent when nothing is typed and the first button pressed."""
        fields = (attrs for tag, attrs in self.elements if tag == 'input')
        return {name: attrs.get('value') or '' for attrs in fields if (name := attrs.get('name'))}
