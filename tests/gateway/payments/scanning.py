"""Reads a code as a bank's app does: draws our SVG and hands the picture to a reader that is not ours."""

import re
import xml.etree.ElementTree as ElementTree

import zxingcpp

_SVG = "{http://www.w3.org/2000/svg}"
_STEP = re.compile(r"([Mmh])(-?[0-9.]+)(?: (-?[0-9.]+))?")


def scanned(picture: bytes) -> str:
    """What the code in an SVG says, read by ZXing from its pixels; its bytes must be UTF-8."""
    root = ElementTree.fromstring(picture)
    side = int(root.attrib["width"])
    group = root.find(f"{_SVG}g")
    assert group is not None
    return read(drawn(group, side), side)


def drawn(group: ElementTree.Element, side: int) -> bytes:
    """Grey pixels, row by row: a white ground, and strokes one module high by the steps ``M``, ``m`` and ``h``."""
    ground, strokes = group.findall(f"{_SVG}path")
    assert ground.attrib["fill"] == "#fff"
    assert strokes.attrib["stroke"] == "#000"
    scale = int(group.attrib["transform"].removeprefix("scale(").removesuffix(")"))
    pixels = bytearray(b"\xff" * side * side)
    x, y = 0.0, 0.0
    steps = strokes.attrib["d"]
    assert _STEP.sub("", steps).strip() == ""
    for kind, first, second in _STEP.findall(steps):
        if kind == "h":
            left, right = int(x * scale), int((x + float(first)) * scale)
            for row in range(int((y - 0.5) * scale), int((y + 0.5) * scale)):
                pixels[row * side + left : row * side + right] = bytes(right - left)
            x += float(first)
        else:
            x = float(first) + (x if kind == "m" else 0)
            y = float(second) + (y if kind == "m" else 0)
    return bytes(pixels)


def read(pixels: bytes, side: int) -> str:
    """The one code in a square picture of grey pixels."""
    found = zxingcpp.read_barcodes(memoryview(pixels).cast("B", (side, side)))
    assert len(found) == 1
    assert found[0].format == zxingcpp.BarcodeFormat.QRCode
    return bytes(found[0].bytes).decode()
