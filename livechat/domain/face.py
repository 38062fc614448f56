"""Pictures of people, of rooms and of the server: square, and kept in the sizes they are shown in."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

MAX_ZOOM = 4.0


class FaceFile(StrEnum):
    """What there is of a picture."""

    SMALL = 'webp_64'
    LARGE = 'webp_256'
    ICON = 'png_256'
    """Of the server's alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CutOut:
    """The square of a picture that is kept: 1 / zoom of its shorter side, between one end (0) and the other (1) each way."""

    zoom: float = 1.0
    across: float = 0.5
    down: float = 0.5

    def __post_init__(self) -> None:
        for name, least, most in (('zoom', 1.0, MAX_ZOOM), ('across', 0.0, 1.0), ('down', 0.0, 1.0)):
            object.__setattr__(self, name, min(max(getattr(self, name), least), most))

    def square(self, width: int, height: int) -> tuple[float, float, float]:
        """Left, top and side."""
        side = min(width, height) / self.zoom
        return (width - side) * self.across, (height - side) * self.down, side


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """What somebody chose, upright and made small, while they decide which part of it they want."""

    webp: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """A picture to be kept. Its token is no secret to whoever may see the picture, and cannot be guessed by anybody else."""

    token: str
    webp_64: bytes
    webp_256: bytes
    png_256: bytes


class FaceMaker(Protocol):
    """Decodes and draws pictures; what comes from strangers never meets a decoder in the server's own process."""

    async def open(self, data: bytes) -> Original:
        """:raises InvalidInput: it is no picture, a broken or a far too large one."""
        ...

    async def cut(self, original: Original, cut_out: CutOut, *, token: str) -> Face:
        """:raises InvalidInput:"""
        ...


class PictureStore(Protocol):
    """Pictures come and go with `set_picture` of the stores of users, rooms and the server: the new one is stored and the old one
    erased in the transaction that changes whose it is; None for no picture. Set again, the same one stays.
    """

    async def get(self, token: str, file: FaceFile) -> bytes | None: ...
