"""What work costs, counted: the same on every machine, however busy it is."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any


@dataclass(slots=True)
class Effort:
    steps: int = 0
    """Lines of Python that ran, and calls of functions, those written in C too."""


@contextmanager
def counted() -> Iterator[Effort]:
    """Of this thread. What a function in C does inside, as a pattern that looks back, is one step: the benchmark has its time."""
    effort = Effort()

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        effort.steps += 1
        return trace

    def profile(frame: FrameType, event: str, argument: Any) -> None:
        effort.steps += event == 'c_call'

    tracing, profiling = sys.gettrace(), sys.getprofile()
    gc.disable()  # or what happens to be collected meanwhile counted as well
    sys.setprofile(profile)
    sys.settrace(trace)
    try:
        yield effort
    finally:
        sys.settrace(tracing)
        sys.setprofile(profiling)
        gc.enable()
