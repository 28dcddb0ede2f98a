"""Messages between a worker and its renderer: MessagePack behind a length of eight bytes."""

from __future__ import annotations

import struct
from typing import Any, BinaryIO

import msgspec

LENGTH = struct.Struct(">Q")

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder()


def pack(message: Any) -> bytes:
    body = _encoder.encode(message)
    return LENGTH.pack(len(body)) + body


def unpack(body: bytes) -> Any:
    return _decoder.decode(body)


def read(stream: BinaryIO) -> Any | None:
    """The next message of a blocking stream; None at its end."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    body = stream.read(length)
    return unpack(body) if len(body) == length else None
