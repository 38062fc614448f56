"""QR codes that can be read, in every theme, by everybody."""

import re

import segno

from livechat.ui.components.qr import QUIET_ZONE, qr_svg

LINK = 'http://chat.example:8000/join/' + 'x' * 43


def drawn(svg: str) -> set[tuple[int, int]]:
    """The dark modules, as columns and rows of the picture."""
    return {
        (x, int(y))
        for left, y, width in re.findall(r'M(\d+) (\d+)h(\d+)v1h-\3z', svg.partition('#000')[2])
        for x in range(int(left), int(left) + int(width))
    }


def test_picture_has_the_dark_modules_of_the_code_inside_a_quiet_zone():
    matrix = segno.make_qr(LINK, error='m').matrix
    expected = {(x + QUIET_ZONE, y + QUIET_ZONE) for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark}

    svg = qr_svg(LINK, label='Link')

    assert drawn(svg) == expected
    side = len(matrix) + 2 * QUIET_ZONE
    assert f'viewBox="0 0 {side} {side}"' in svg
    assert f'd="M0 0h{side}v{side}H0z"' in svg


def test_picture_has_a_name_that_cannot_leave_its_attribute():
    svg = qr_svg(LINK, label='Link to “a"b<c”')

    assert 'role="img" aria-label="Link to “a&quot;b&lt;c”"' in svg


def test_longest_link_still_fits():
    assert len(drawn(qr_svg('x' * 300, label='Link'))) > 1_000
