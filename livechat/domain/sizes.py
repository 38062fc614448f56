"""Sizes of files in words."""


def size_in_words(size: int) -> str:
    """As people read it: 830 bytes, 12 kB, 3.4 MB. Powers of 1,024."""
    if size < 1_024:
        return f'{size} bytes'
    amount, unit = next((size / 1_024**power, unit) for power, unit in ((3, 'GB'), (2, 'MB'), (1, 'kB')) if size >= 1_024**power)
    return f'{amount:.1f}'.removesuffix('.0') + f' {unit}' if amount < 10 else f'{amount:.0f} {unit}'
