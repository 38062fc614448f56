"""Files of messages as HTML."""

from urllib.parse import quote

from livechat.domain.attachment import Attachment


def file_path(file: Attachment, *, width: int | None = None, download: bool = False) -> str:
    """Its address, percent-encoded. `width`: of a smaller picture."""
    query = f'?w={width}' if width else '?download=1' if download else ''
    return f'/files/{file.id}/{quote(file.name, safe="")}{query}'
