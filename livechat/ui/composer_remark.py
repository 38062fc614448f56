"""A calm line above the box, for this person alone: what a command says, who was not notified."""

from livechat.ui.components.icons import icon
from livechat.ui.html import escape
from livechat.ui.shell import Elements, Part, part
from livechat.ui.stream import element


def remark(text: str, add: str) -> Elements:
    """Empty text hides it; `add` is what its button says, if there is one."""
    if not text:
        return {part(Part.REMARK): element('div', classes=['remark', 'hidden'], role='status', aria_label='Remark')}
    buttons = [part(Part.REMARK_ADD), part(Part.REMARK_CLOSE)] if add else [part(Part.REMARK_CLOSE)]
    elements: Elements = {
        part(Part.REMARK): element(
            'div', classes=['remark'], children=[part(Part.REMARK_TEXT), *buttons], role='status', aria_label='Remark'
        ),
        part(Part.REMARK_TEXT): element('span', html=escape(text), dir='auto'),
        part(Part.REMARK_CLOSE): element(
            'button', classes=['icon', 'small'], html=icon('close'), aria_label='Close', title='Close', type_='button', on={'click': []}
        ),
    }
    if add:
        elements[part(Part.REMARK_ADD)] = element('button', classes=['quiet'], html=escape(add), type_='button', on={'click': []})
    return elements
