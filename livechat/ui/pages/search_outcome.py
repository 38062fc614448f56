"""What a search of one tab shows below its field: how many were found, which, what to say of them, or what to do without."""

from livechat.domain.model import Room
from livechat.ui.html import escape
from livechat.ui.pages.search_list import HitList
from livechat.ui.pages.search_recent import RecentSearches
from livechat.ui.pages.search_run import SearchRun
from livechat.ui.search_html import count_words, help_html, notes_html, nothing_html, trouble_html
from livechat.ui.search_parts import Piece, end_id, piece
from livechat.ui.shell import Elements
from livechat.ui.stream import element

NOTHING = 'Nothing found'


class Outcome:
    """Of one tab, as it stands whenever it is asked for."""

    def __init__(self, run: SearchRun, lines: HitList, recent: RecentSearches) -> None:
        self._run = run
        self._list = lines
        self._recent = recent

    def elements(self, text: str, scope: Room | None) -> Elements:
        """With that text in the field, and searched in that room, or in all."""
        run = self._run
        instead = self._instead(text, scope)
        children = [*([piece(Piece.LIST)] if run.hits else []), *([end_id(run.pages), piece(Piece.MORE)] if run.has_more else [])]
        children += [piece(Piece.HELP)] if instead else []
        classes = ['found', *(['waiting'] if run.is_slow else [])]
        more = element('button', classes=['quiet', 'show-more'], html='Show more', type_='button', on={'click': []})
        return {
            **self.lines(scope),
            piece(Piece.STATUS): self._status(text),
            piece(Piece.NOTES): element('div', classes=['notes'], html=notes_html(run.results.notes if run.results else ())),
            piece(Piece.HELP): element('div', classes=['help'], html=instead),
            piece(Piece.MORE): more,
            end_id(run.pages - 1): None,
            end_id(run.pages): element('q-intersection', classes=['hits-end'], on={'visibility': None}),
            piece(Piece.BODY): element('div', classes=classes, children=children),
        }

    def lines(self, scope: Room | None) -> Elements:
        return self._list.elements(self._run.hits, self._run.count, with_room=scope is None)

    def _status(self, text: str) -> dict[str, object]:
        """That there is nothing is said to those who hear it: for the eyes there is a block of its own."""
        is_nothing = not self._run.is_slow and self._has_nothing(text)
        return element(
            'p',
            classes=['sr' if is_nothing else 'status'],
            html=NOTHING if is_nothing else escape(self._words()),
            role='status',
            aria_label='Found',
        )

    def _words(self) -> str:
        run = self._run
        if run.is_slow:
            return 'Searching …'
        if run.trouble and run.hits:
            return run.trouble
        return count_words(run.count, is_whole=run.results is None or run.results.is_whole) if run.hits else ''

    def _instead(self, text: str, scope: Room | None) -> str:
        """What to say without a list; empty with one, and as long as nothing is known."""
        run = self._run
        if run.hits:
            return ''
        if run.trouble:
            return trouble_html(run.trouble)
        if self._asks_nothing(text):
            return help_html(self._recent.listed)
        if run.answered is None or not self._has_nothing(text):
            return ''
        title = self._list.title(scope.id) if scope is not None else ''
        return nothing_html(run.answered.text, title, may_widen=scope is not None)

    def _asks_nothing(self, text: str) -> bool:
        results = self._run.results
        return not text.strip() or (results is not None and results.question is None and results.query.is_empty)

    def _has_nothing(self, text: str) -> bool:
        """It was looked for, and is not there."""
        run = self._run
        return not (run.hits or run.trouble or run.results is None or run.answered is None or self._asks_nothing(text))
