"""Line icons, drawn inline so that no font or outside file is needed."""

_PATHS = {
    'alert': '<circle cx="12" cy="12" r="8.500"/><path d="M12 7.500v5.500M12 16h.01"/>',
    'arrow': '<path d="M5 12h14M13 6l6 6-6 6"/>',
    'audio': '<path d="M9 17.500V6l10-2v11.500"/><circle cx="6.500" cy="17.500" r="2.500"/><circle cx="16.500" cy="15.500" r="2.500"/>',
    'back': '<path d="M19 12H5M11 6l-6 6 6 6"/>',
    'bell': '<path d="M6 16.500V11a6 6 0 0112 0v5.500l1.500 1.500h-15zM10 20.500h4"/>',
    'bell-all': (
        '<path d="M6 16.500V11a6 6 0 0112 0v5.500l1.500 1.500h-15zM10 20.500h4"/>'
        '<path d="M3.500 8.500a8 8 0 012-4.500M20.500 8.500a8 8 0 00-2-4.500"/>'
    ),
    'bell-off': '<path d="M6 16.500V11a6 6 0 0112 0v5.500l1.500 1.500h-15zM10 20.500h4M4 4l16 16"/>',
    'box': '<path d="M4 8h16v11H4zM3 4.500h18V8H3zM10 12h4"/>',
    'check': '<path d="M4.500 12.500l5 5 10-11"/>',
    'chevron': '<path d="M6 9l6 6 6-6"/>',
    'clock': '<circle cx="12" cy="12" r="8.500"/><path d="M12 7v5l3.500 2"/>',
    'close': '<path d="M6 6l12 12M18 6L6 18"/>',
    'compass': '<circle cx="12" cy="12" r="8.5"/><path d="M15.500 8.500l-2 5-5 2 2-5z"/>',
    'contrast': '<circle cx="12" cy="12" r="8.500"/><path d="M12 3.500v17M12 7.500h7M12 12h8.500M12 16.500h7"/>',
    'copy': (
        '<rect x="8.500" y="8.500" width="11" height="11" rx="2"/><path d="M15.500 8.500v-2a2 2 0 00-2-2h-7a2 2 0 00-2 2v7a2 2 0 002 2h2"/>'
    ),
    'door': '<path d="M14 4.500H5.500v15H14M10.500 12h9M16 8.500l3.500 3.500-3.500 3.500"/>',
    'down': '<path d="M12 5v14M6 13l6 6 6-6"/>',
    'download': '<path d="M12 4v11M7 10.500l5 5 5-5M4.500 19.500h15"/>',
    'expand': '<path d="M14 4.500h5.500V10M19.500 4.500l-7 7M10 19.500H4.500V14M4.500 19.500l7-7"/>',
    'file': '<path d="M6 3.500h8l4 4v13H6zM14 3.500v4h4"/>',
    'files': '<path d="M8.500 3.500h6.500l4 4v9.500H8.500zM15 3.500v4h4M15.500 17v3.500H5V7h3.500"/>',
    'info': '<circle cx="12" cy="12" r="8.500"/><path d="M12 11v5M12 8h.01"/>',
    'eye-off': '<path d="M3 12s3.500-6 9-6 9 6 9 6-3.500 6-9 6-9-6-9-6zM4 4l16 16"/>',
    'invite': (
        '<circle cx="10" cy="8" r="3.500"/>'
        '<path d="M3.500 19.500c.7-3.600 3.200-5.500 6.500-5.500 1.500 0 2.800.4 3.900 1.100M18 14v6M15 17h6"/>'
    ),
    'keyboard': '<rect x="3" y="6.500" width="18" height="11" rx="2"/><path d="M7 10h.010M12 10h.010M17 10h.010M8.500 14h7"/>',
    'link': '<path d="M10 14a4 4 0 005.700 0l3-3A4 4 0 0013 5.300l-1 1M14 10a4 4 0 00-5.700 0l-3 3A4 4 0 0011 18.700l1-1"/>',
    'lock': '<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 018 0v3"/>',
    'megaphone': '<path d="M4 10v4h3l8 4.500v-13L7 10zM18.500 9a4 4 0 010 6M8 14v5h3v-3.400"/>',
    'menu': '<path d="M4 7h16M4 12h16M4 17h16"/>',
    'paperclip': (
        '<path d="M19.500 11.500l-7.700 7.700a4.700 4.700 0 01-6.700-6.700l8-8a3.200 3.200 0 014.500 4.500'
        'l-7.900 7.900a1.600 1.600 0 01-2.300-2.300l7-7"/>'
    ),
    'pdf': '<path d="M6 3.500h8l4 4v13H6zM14 3.500v4h4M9 16.500c2-2 3-4.500 3-6 0 3 1.500 4.500 3.500 5-2-.200-4.500.200-6.500 1z"/>',
    'pencil': '<path d="M4.500 19.500l1-4L16 5l3 3L8.500 18.500zM13.500 7.500l3 3"/>',
    'people': (
        '<circle cx="9" cy="8" r="3.2"/>'
        '<path d="M3.500 19c.6-3.3 2.700-5 5.500-5s4.900 1.700 5.500 5"/>'
        '<path d="M16 5.500a3 3 0 010 5.500M17.500 14.200c1.900.7 3 2.300 3.400 4.800"/>'
    ),
    'picture': (
        '<rect x="3.500" y="5" width="17" height="14" rx="2.500"/>'
        '<circle cx="8.500" cy="10" r="1.500"/><path d="M4 17l5-4.500 3 2.500 3.500-3.500L20 16"/>'
    ),
    'pin': '<path d="M9 4h6l-.800 6.200 3.300 3.300v1.500h-11v-1.500l3.300-3.300zM12 15v5.500"/>',
    'play': '<path d="M8 5.500v13l11-6.500z"/>',
    'plus': '<path d="M12 5v14M5 12h14"/>',
    'search': '<circle cx="11" cy="11" r="6.500"/><path d="M16 16l4 4"/>',
    'settings': (
        '<circle cx="12" cy="12" r="3"/>'
        '<path d="M12 3v3M12 18v3M3 12h3M18 12h3"/>'
        '<path d="M5.600 5.600l2.100 2.100M16.300 16.300l2.100 2.100M5.600 18.400l2.100-2.100M16.300 7.700l2.100-2.100"/>'
    ),
    'undo': '<path d="M8 5L4 9l4 4M4.500 9H14a5.500 5.500 0 010 11H9"/>',
    'smile': (
        '<circle cx="12" cy="12" r="8.500"/>'
        '<path d="M8.500 14c.8 1.400 2 2.100 3.500 2.100s2.700-.7 3.500-2.100M9 9.500h.010M15 9.500h.010"/>'
    ),
    'star': '<path d="M12 4l2.500 5.100 5.500.800-4 3.900.950 5.500L12 16.700l-4.950 2.600L8 13.800 4 9.900l5.500-.800z"/>',
    'sidebar': '<rect x="3.500" y="5" width="17" height="14" rx="2.500"/><path d="M9.500 5v14"/>',
    'text': '<path d="M6 3.500h8l4 4v13H6zM14 3.500v4h4M9 12h6M9 15.500h4"/>',
    'video': '<rect x="3.500" y="6" width="12" height="12" rx="2.500"/><path d="M15.500 11l5-3v8l-5-3"/>',
}


def icon(name: str) -> str:
    """An icon as SVG; hidden from screen readers, since its button has a name."""
    return f'<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">{_PATHS[name]}</svg>'
