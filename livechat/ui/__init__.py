"""How people reach livechat: the door for strangers, the live pages for everybody inside."""

from livechat.ui.live import mount
from livechat.ui.sessions import live

__all__ = ['live', 'mount']
