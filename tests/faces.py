"""Pictures without a decoder: a few bytes that begin right stand for one."""

from livechat.domain.errors import InvalidInput
from livechat.domain.face import CutOut, Face, Original

PICTURE = b'PICTURE of somebody'


class FakeFaceMaker:
    """What it cuts says what it was cut from, and how."""

    cuts = 0

    async def open(self, data: bytes) -> Original:
        if not data.startswith(b'PICTURE'):
            raise InvalidInput('That is no picture.')
        return Original(webp=data, width=400, height=200)

    async def cut(self, original: Original, cut_out: CutOut, *, token: str) -> Face:
        self.cuts += 1
        how = repr(cut_out.square(original.width, original.height)).encode()
        return Face(token=token, webp_64=b'64 ' + how, webp_256=b'256 ' + how, png_256=b'png ' + how)
