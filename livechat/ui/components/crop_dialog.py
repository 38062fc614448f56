"""Which square of a picture: seen at once as it will be, large and small; moved by sliders, so by keys too."""

import math
from collections.abc import Awaitable, Callable

from nicegui import ui

from livechat.domain.face import MAX_ZOOM, CutOut
from livechat.ui.components.dialogs import Form, worded

STEP = 0.02
"""Of one press of an arrow key."""


def crop_dialog(url: str, width: int, height: int, save: Callable[[CutOut], Awaitable[object]]) -> None:
    """The picture lies behind a square window and is moved and enlarged by its style alone."""
    form = Form('Crop the picture')
    with form.body:
        with ui.element('div').classes('crop'):
            pictures = [_window(url, 'large'), _window(url, 'small')]
        zoom = _slider('Zoom', 1.0, MAX_ZOOM, 1.0)
        across = _slider('Left to right', 0.0, 1.0, 0.5)
        down = _slider('Up and down', 0.0, 1.0, 0.5)

    def cut_out() -> CutOut:
        return CutOut(zoom=_number(zoom.value, 1.0), across=_number(across.value, 0.5), down=_number(down.value, 0.5))

    def show() -> None:
        left, top, side = cut_out().square(width, height)
        for picture in pictures:
            picture.style(replace=f'width:{width / side:.2%};left:{-left / side:.2%};top:{-top / side:.2%}')

    async def store() -> None:
        await save(cut_out())

    for slider in (zoom, across, down):
        slider.on_value_change(show)
    show()
    form.button('Cancel', form.dialog.close, kind='quiet')
    form.button('Save', lambda: form.attempt(store()))
    form.open()


def _window(url: str, size: str) -> ui.element:
    with ui.element('div').classes(f'crop-window {size}'):
        return ui.element('img').props(f'src={url} alt=""')


def _slider(label: str, least: float, most: float, value: float) -> ui.input:
    """The browser's own: Quasar's has its name on one element and the focus on another."""
    with ui.element('div').classes('crop-slider'):
        worded('span', label).props('aria-hidden=true')
        slider = ui.input(value=str(value)).props(f'type=range min={least} max={most} step={STEP} dense borderless')
    slider.props['aria-label'] = label
    return slider


def _number(typed: str | None, otherwise: float) -> float:
    """What the browser says of a slider; `CutOut` keeps it within its bounds."""
    try:
        number = float(typed or '')
    except ValueError:
        return otherwise
    return number if math.isfinite(number) else otherwise
