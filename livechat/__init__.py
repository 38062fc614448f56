"""livechat: a self-hosted real-time group chat in pure Python."""

__version__ = '0.1.0'
