"""How messages look different to one person: what is theirs, what is meant for them. The HTML is the same for all readers."""

from livechat.domain.model import UserId

ALL = 'all'
"""Stands among the ids of those a message speaks to when it speaks to a group."""


def own_css(user_id: UserId) -> str:
    """Rules for all tabs of that person."""
    own = f'.msg[data-author="{user_id}"]'
    to_me = f'.msg:is([data-to~="{user_id}"],[data-to~="{ALL}"]):not([data-author="{user_id}"])'
    mine = 'border-color:var(--accent);background:var(--accent-soft);color:var(--accent);font-weight:600'
    return (
        f'{own} .who{{color:var(--accent)}}{own} .uncard{{display:grid}}'
        f'{to_me}{{background:var(--mention)}}.react[data-by~="{user_id}"]{{{mine}}}'
    )
