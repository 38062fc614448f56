"""What a database cannot keep, said as the domain says it. A hostile client can send both; JSON lets them through."""

from livechat.domain.errors import InvalidInput


def can_be_stored(text: str) -> bool:
    """Not with lone surrogates, which are no characters."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def refusal(error: Exception) -> Exception:
    """The error to raise instead: text that is no text and numbers beyond 64 bits are somebody's input."""
    match error:
        case UnicodeEncodeError():
            return InvalidInput('This text has characters that cannot be stored.')
        case OverflowError():
            return InvalidInput('This number is too large.')
        case _:
            return error
