"""Which square of a picture: seen at once as it will be, large and small; moved by sliders, so by keys too."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from livechat.domain.face import MAX_ZOOM, CutOut
from livechat.ui.components.dialogs import Form, worded


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
        return CutOut(zoom=zoom.value or 1.0, across=across.value or 0.0, down=down.value or 0.0)

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


def _slider(label: str, least: float, most: float, value: float) -> ui.slider:
    with ui.element('label').classes('crop-slider'):
        worded('span', label).props('aria-hidden=true')
        slider = ui.slider(min=least, max=most, step=0.01, value=value)
    slider.props['aria-label'] = label
    return slider
