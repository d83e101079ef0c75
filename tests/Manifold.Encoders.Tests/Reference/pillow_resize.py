#!/usr/bin/env python3
"""Writes pillow_resize.json: pictures of noise, resized as the published image processors do it, by Pillow itself.

The picture is a linear congruential generator's (x' = 1664525 x + 1013904223 mod 2^32, from 1), the top byte of each step one channel of one pixel.
"centerCrop" resizes the shorter side to `edge` and the longer one in proportion, rounded down, and cuts the middle out; "stretch" resizes to width and height.
"""
import base64
import json
import pathlib

import PIL
from PIL import Image

FILTERS = {"bicubic": Image.BICUBIC, "bilinear": Image.BILINEAR, "lanczos": Image.LANCZOS}


def noise(width, height):
    state, values = 1, bytearray()
    for _ in range(3 * width * height):
        state = (1664525 * state + 1013904223) % 2**32
        values.append(state >> 24)
    return Image.frombytes("RGB", (width, height), bytes(values))


def center_crop(picture, edge, width, height, resample):
    w, h = picture.size
    size = (edge, int(edge * h / w)) if w <= h else (int(edge * w / h), edge)
    picture = picture.resize(size, resample)
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    return picture.crop((left, top, left + width, top + height))


cases = []
for source, fit, edge, target, name in [
    ((61, 47), "centerCrop", 32, (24, 24), "bicubic"),
    ((47, 61), "centerCrop", 24, (24, 24), "bicubic"),
    ((333, 250), "centerCrop", 27, (25, 20), "lanczos"),
    ((700, 601), "centerCrop", 24, (24, 24), "bicubic"),
    ((19, 13), "centerCrop", 31, (30, 28), "bicubic"),
    ((61, 47), "stretch", None, (24, 24), "bicubic"),
    ((30, 90), "stretch", None, (24, 16), "bilinear"),
]:
    picture = noise(*source)
    result = center_crop(picture, edge, *target, FILTERS[name]) if fit == "centerCrop" else picture.resize(target, FILTERS[name])
    cases.append({
        "sourceWidth": source[0], "sourceHeight": source[1], "fit": fit, "edge": edge, "width": target[0], "height": target[1], "filter": name,
        "rgb": base64.b64encode(result.tobytes()).decode(),
    })

path = pathlib.Path(__file__).with_name("pillow_resize.json")
path.write_text(json.dumps({"pillow": PIL.__version__, "cases": cases}, indent=1) + "\n")
print(f"Pillow {PIL.__version__}: {len(cases)} cases")
