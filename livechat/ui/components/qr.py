"""QR codes as SVG, drawn on the server: a link that a phone can read off a screen."""

import segno

from livechat.ui.html import escape

QUIET_ZONE = 4
"""Modules of white around the code, as ISO/IEC 18004 asks: readers find no code that touches a dark page."""
SIZE_PX = 208
"""A link of 80 characters is 37 modules wide: over 4 px each, enough for a phone at arm's length."""


def qr_svg(text: str, *, label: str) -> str:
    """A picture called `label`, black on white in every theme; `.qr` in pages.css sizes it, the attributes do where that is not."""
    matrix = segno.make_qr(text, error='m').matrix
    side = len(matrix) + 2 * QUIET_ZONE
    return (
        f'<svg class="qr" role="img" aria-label="{escape(label)}" viewBox="0 0 {side} {side}" width="{SIZE_PX}" height="{SIZE_PX}"'
        f' shape-rendering="crispEdges"><path fill="#fff" stroke="none" d="M0 0h{side}v{side}H0z"/>'
        f'<path fill="#000" stroke="none" d="{_runs(matrix)}"/></svg>'
    )


def _runs(matrix: tuple[bytearray, ...]) -> str:
    """One rectangle per run of dark modules in a row: a third of the size of one per module."""
    parts: list[str] = []
    for y, row in enumerate(matrix, QUIET_ZONE):
        start = 0
        while (start := row.find(1, start)) >= 0:
            end = row.find(0, start)
            width = (end if end >= 0 else len(row)) - start
            parts.append(f'M{start + QUIET_ZONE} {y}h{width}v1h-{width}z')
            start += width
    return ''.join(parts)
