"""What a database can keep as text."""


def can_be_stored(text: str) -> bool:
    """Not with lone surrogates, which are no characters; a hostile client can send them, and JSON lets them through."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
