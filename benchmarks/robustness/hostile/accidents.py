"""What bytes can suffer."""

from __future__ import annotations

import random

MOST_FRAMES = 120
"""So many frames of an input are looked at."""
_NASTY = (b"\x00" * 8, b"\xff" * 8, b"\x7f\xff\xff\xff", b"\x80\x00\x00\x00", b"\xff\xff", b"\x00")


def mutated(chance: random.Random, data: bytes) -> bytes:
    """Return data after one to eight accidents."""
    found = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 8))):
        if not found:
            break
        # Headers are small and lie at the ends; a place is as often there as in the middle.
        ends = chance.randrange(min(len(found), 400))
        at = chance.choice((chance.randrange(len(found)), ends, len(found) - 1 - ends))
        kind = chance.randrange(6)
        if kind == 0:
            found[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            found[at] = chance.randrange(256)
        elif kind == 2:
            nasty = chance.choice(_NASTY)
            found[at : at + len(nasty)] = nasty
        elif kind == 3:
            del found[at : at + chance.choice((1, 4, 100, len(found)))]
        elif kind == 4:
            found[at:at] = chance.randbytes(chance.choice((1, 4, 100)))
        else:
            other = chance.randrange(len(found))
            found[at:at] = found[other : other + chance.choice((4, 50, 1000))]
    return bytes(found)


def noise(chance: random.Random) -> bytes:
    """Return bytes without a meaning."""
    return chance.randbytes(chance.choice((0, 1, 10, 1000, 20_000)))
