"""Reads Mapbox Vector Tiles 2.1, as far as the tests need: layers, ids, attributes, and where a geometry begins."""

import struct
from dataclasses import dataclass, field


@dataclass
class Feature:
    id: int | None
    point: tuple[int, int]
    properties: dict


@dataclass
class Layer:
    name: str = ""
    features: list[Feature] = field(default_factory=list)


def layers(tile: bytes) -> dict[str, Layer]:
    found = [_layer(value) for number, value in _fields(tile) if number == 3]
    return {layer.name: layer for layer in found}


def _layer(data: bytes) -> Layer:
    fields = list(_fields(data))
    keys = [value.decode() for number, value in fields if number == 3]
    values = [_value(value) for number, value in fields if number == 4]
    (name,) = (value.decode() for number, value in fields if number == 1)
    return Layer(name, [_feature(value, keys, values) for number, value in fields if number == 2])


def _feature(data: bytes, keys: list, values: list) -> Feature:
    known = dict(_fields(data))
    tags = _numbers(known.get(2, b""))
    command, x, y, *_ = _numbers(known[4])
    assert command & 7 == 1, "a geometry begins with MoveTo"
    pairs = zip(tags[::2], tags[1::2], strict=True)
    return Feature(known.get(1), (_signed(x), _signed(y)), {keys[key]: values[value] for key, value in pairs})


def _value(data: bytes):
    ((number, value),) = _fields(data)
    match number:
        case 1:
            return value.decode()
        case 2:
            return struct.unpack("<f", value)[0]
        case 3:
            return struct.unpack("<d", value)[0]
        case 6:
            return _signed(value)
    return value


def _signed(number: int) -> int:
    return (number >> 1) ^ -(number & 1)


def _numbers(data: bytes) -> list[int]:
    found, at = [], 0
    while at < len(data):
        number, at = _varint(data, at)
        found.append(number)
    return found


def _varint(data: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        number |= (data[at] & 127) << shift
        shift += 7
        at += 1
        if data[at - 1] < 128:
            return number, at


def _fields(data: bytes):
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        match tag & 7:
            case 0:
                value, at = _varint(data, at)
            case 1:
                value, at = data[at : at + 8], at + 8
            case 2:
                length, at = _varint(data, at)
                value, at = data[at : at + length], at + length
            case 5:
                value, at = data[at : at + 4], at + 4
        yield tag >> 3, value
