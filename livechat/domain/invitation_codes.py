"""The codes of invitations: made from the id and the server's secret, so that nothing of them is stored."""

import base64
import binascii
import hashlib
import hmac
import secrets

from livechat.domain.model import InvitationId

ID_BYTES = 4
TAG_BYTES = 14
"""112 bits that nobody guesses; with the id a code has 24 characters and no padding."""
CODE_CHARS = 24
PURPOSE = b'invitation'
"""The secret may be used for other things too."""


class InvitationCodes:
    """Without a secret one is drawn: the codes end with the process then, instead of following from nothing."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret or secrets.token_bytes(32)

    def code(self, invitation_id: InvitationId) -> str:
        raw = invitation_id.to_bytes(ID_BYTES, 'big')
        return base64.urlsafe_b64encode(raw + self._tag(raw)).decode('ascii')

    def id_of(self, code: str) -> InvitationId | None:
        """None for whatever is no code of this server."""
        if len(code) != CODE_CHARS or not code.isascii():
            return None
        try:
            raw = base64.b64decode(code, altchars=b'-_', validate=True)
        except binascii.Error:
            return None
        if len(raw) != ID_BYTES + TAG_BYTES or not hmac.compare_digest(raw[ID_BYTES:], self._tag(raw[:ID_BYTES])):
            return None
        return InvitationId(int.from_bytes(raw[:ID_BYTES], 'big'))

    def _tag(self, raw_id: bytes) -> bytes:
        return hmac.digest(self._secret, PURPOSE + raw_id, hashlib.sha256)[:TAG_BYTES]
