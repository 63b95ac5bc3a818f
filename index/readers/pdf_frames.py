"""The direction of text on a page of a pdf, and coordinates along it.

Text is read in a frame in which it is upright, so that a rotated page or table reads like any
other. The page's own rotation, for viewers, is not used.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import pypdfium2 as pdfium

_SKEW = 8  # degrees; a scanned page is seldom quite straight


@dataclass(frozen=True, slots=True)
class Frame:
    """A direction of text on a page of a certain size; lengths in points.

    `degrees` is how far the text is turned to the left of upright. In the frame x runs along the
    line and y upward from the page's edge below the text.
    """

    degrees: int
    across: float  # the unit vector along the text
    up: float
    left: float  # what makes the page begin at zero
    low: float
    page: tuple[float, float]  # width and height

    def placed(self, x: float, y: float) -> tuple[float, float]:
        """A point of the page in the frame."""
        return x * self.across + y * self.up - self.left, y * self.across - x * self.up - self.low

    def on_page(self, x: float, y: float) -> tuple[float, float]:
        """A point of the frame on the page."""
        along, above = x + self.left, y + self.low
        return along * self.across - above * self.up, along * self.up + above * self.across

    @property
    def slanting(self) -> bool:
        """Whether the text is parallel to neither edge of the page."""
        return self.degrees % 90 != 0


def degrees_of(across: float, up: float) -> int:
    """The direction of a vector, -179 to 180 degrees; nearly straight is straight."""
    exact = math.degrees(math.atan2(up, across))
    straight = 90 * round(exact / 90)
    degrees = straight if abs(exact - straight) <= _SKEW else round(exact)
    return degrees + 360 if degrees <= -180 else degrees


@lru_cache(maxsize=256)
def frame(degrees: int, width: float, height: float) -> Frame:
    """The frame of text in that direction on a page of that size."""
    across, up = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    if degrees % 90 == 0:
        across, up = float(round(across)), float(round(up))
    return Frame(
        degrees,
        across,
        up,
        left=width * min(across, 0) + height * min(up, 0),
        low=height * min(across, 0) - width * max(up, 0),
        page=(width, height),
    )


def upright(page: pdfium.PdfPage) -> Frame:
    """The frame of text that is not turned."""
    width, height = page.get_size()
    if page.get_rotation() % 180:
        width, height = height, width
    return frame(0, width, height)
