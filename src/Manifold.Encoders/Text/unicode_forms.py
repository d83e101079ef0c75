#!/usr/bin/env python3
"""Writes unicode_forms.bin, the data of UnicodeForms.cs, from Python's own Unicode character database.

Unsigned LEB128 numbers throughout:
  count, then per code point with a compatibility decomposition (Hangul syllables are computed): delta from the last, length, code points
  count, then per code point with a combining class other than 0: delta from the last, class
  count, then per primary composite: first, second, composite
  count, then per code point whose canonical decomposition is another than its compatibility decomposition: delta from the last, length, code points
    (length 0: it has no canonical one)
"""
import pathlib
import unicodedata


def varint(n):
    out = bytearray()
    while n > 0x7F:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


code_points = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF and not 0xAC00 <= c <= 0xD7A3]
out = bytearray()

decompositions = [(c, unicodedata.normalize("NFKD", chr(c))) for c in code_points if unicodedata.normalize("NFKD", chr(c)) != chr(c)]
out += varint(len(decompositions))
last = 0
for c, text in decompositions:
    out += varint(c - last) + varint(len(text)) + b"".join(varint(ord(d)) for d in text)
    last = c

classes = [(c, unicodedata.combining(chr(c))) for c in code_points if unicodedata.combining(chr(c))]
out += varint(len(classes))
last = 0
for c, combining in classes:
    out += varint(c - last) + varint(combining)
    last = c

composites = []
for c in code_points:
    parts = unicodedata.decomposition(chr(c)).split()
    if len(parts) == 2 and not parts[0].startswith("<") and unicodedata.normalize("NFC", chr(c)) == chr(c):
        composites.append((int(parts[0], 16), int(parts[1], 16), c))
out += varint(len(composites))
for composite in composites:
    out += b"".join(varint(n) for n in composite)

canonical = [(c, unicodedata.normalize("NFD", chr(c))) for c, text in decompositions if unicodedata.normalize("NFD", chr(c)) != text]
out += varint(len(canonical))
last = 0
for c, text in canonical:
    parts = [] if text == chr(c) else text
    out += varint(c - last) + varint(len(parts)) + b"".join(varint(ord(d)) for d in parts)
    last = c

pathlib.Path(__file__).with_name("unicode_forms.bin").write_bytes(out)
print(f"Unicode {unicodedata.unidata_version}: {len(decompositions)} decompositions, {len(classes)} classes, {len(composites)} composites, {len(out)} bytes")
