"""Line icons, drawn inline so that no font or outside file is needed."""

_PATHS = {
    'arrow': '<path d="M5 12h14M13 6l6 6-6 6"/>',
    'back': '<path d="M19 12H5M11 6l-6 6 6 6"/>',
    'bell': '<path d="M6 16.500V11a6 6 0 0112 0v5.500l1.500 1.500h-15zM10 20.500h4"/>',
    'bell-all': (
        '<path d="M6 16.500V11a6 6 0 0112 0v5.500l1.500 1.500h-15zM10 20.500h4"/>'
        '<path d="M3.500 8.500a8 8 0 012-4.500M20.500 8.500a8 8 0 00-2-4.500"/>'
    ),
    'bell-off': '<path d="M6 16.500V11a6 6 0 0112 0v5.500l1.500 1.500h-15zM10 20.500h4M4 4l16 16"/>',
    'box': '<path d="M4 8h16v11H4zM3 4.500h18V8H3zM10 12h4"/>',
    'chevron': '<path d="M6 9l6 6 6-6"/>',
    'close': '<path d="M6 6l12 12M18 6L6 18"/>',
    'compass': '<circle cx="12" cy="12" r="8.5"/><path d="M15.500 8.500l-2 5-5 2 2-5z"/>',
    'down': '<path d="M12 5v14M6 13l6 6 6-6"/>',
    'info': '<circle cx="12" cy="12" r="8.500"/><path d="M12 11v5M12 8h.01"/>',
    'eye-off': '<path d="M3 12s3.500-6 9-6 9 6 9 6-3.500 6-9 6-9-6-9-6zM4 4l16 16"/>',
    'invite': (
        '<circle cx="10" cy="8" r="3.500"/>'
        '<path d="M3.500 19.500c.7-3.600 3.200-5.500 6.500-5.500 1.500 0 2.800.4 3.900 1.100M18 14v6M15 17h6"/>'
    ),
    'lock': '<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 018 0v3"/>',
    'megaphone': '<path d="M4 10v4h3l8 4.500v-13L7 10zM18.500 9a4 4 0 010 6M8 14v5h3v-3.400"/>',
    'menu': '<path d="M4 7h16M4 12h16M4 17h16"/>',
    'paperclip': (
        '<path d="M19.500 11.500l-7.700 7.700a4.700 4.700 0 01-6.700-6.700l8-8a3.200 3.200 0 014.500 4.500'
        'l-7.900 7.900a1.600 1.600 0 01-2.300-2.300l7-7"/>'
    ),
    'pencil': '<path d="M4.500 19.500l1-4L16 5l3 3L8.500 18.500zM13.500 7.500l3 3"/>',
    'people': (
        '<circle cx="9" cy="8" r="3.2"/>'
        '<path d="M3.500 19c.6-3.3 2.700-5 5.500-5s4.900 1.700 5.500 5"/>'
        '<path d="M16 5.500a3 3 0 010 5.500M17.500 14.200c1.900.7 3 2.300 3.400 4.800"/>'
    ),
    'pin': '<path d="M9 4h6l-.800 6.200 3.300 3.300v1.500h-11v-1.500l3.300-3.300zM12 15v5.500"/>',
    'plus': '<path d="M12 5v14M5 12h14"/>',
    'settings': (
        '<circle cx="12" cy="12" r="3"/>'
        '<path d="M12 3v3M12 18v3M3 12h3M18 12h3"/>'
        '<path d="M5.600 5.600l2.100 2.100M16.300 16.300l2.100 2.100M5.600 18.400l2.100-2.100M16.300 7.700l2.100-2.100"/>'
    ),
    'star': '<path d="M12 4l2.500 5.100 5.500.800-4 3.900.950 5.500L12 16.700l-4.950 2.600L8 13.800 4 9.900l5.500-.800z"/>',
    'sidebar': '<rect x="3.500" y="5" width="17" height="14" rx="2.500"/><path d="M9.500 5v14"/>',
}


def icon(name: str) -> str:
    """An icon as SVG; hidden from screen readers, since its button has a name."""
    return f'<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">{_PATHS[name]}</svg>'
