#!/bin/sh
# Makes the fonts of this folder from NotoSans-Regular.ttf, NotoSans-Bold.ttf and DroidSansFallbackFull.ttf.
# Usage: subset.sh FOLDER_OF_NOTO FOLDER_OF_DROID   (needs fonttools' pyftsubset)
set -eu
here=$(dirname "$0")
characters=$(mktemp)
trap 'rm -f "$characters"' EXIT

python3 - "$characters" <<'PYTHON'
import sys

characters = {chr(c) for first, last in ((0x3000, 0x312F), (0xFF00, 0xFFEF)) for c in range(first, last + 1)}
high = range(0xA1, 0xFF)
sets = {
    "gb2312": (range(0xA1, 0xF8), high),
    "euc_jp": (range(0xA1, 0xF5), high),
    "big5": (range(0xA4, 0xC7), [*range(0x40, 0x7F), *high]),
}
for encoding, (rows, columns) in sets.items():
    for row in rows:
        for column in columns:
            characters.update(bytes([row, column]).decode(encoding, "ignore"))
with open(sys.argv[1], "w", encoding="utf-8") as out:
    out.write("".join(sorted(c for c in characters if ord(c) > 0x2E00)))
PYTHON

latin="U+0020-024F,U+0300-036F,U+0370-03FF,U+0400-052F,U+1E00-1EFF,U+2000-206F,U+2070-209F,U+20A0-20BF,U+2100-214F,U+2190-21FF,U+2200-22FF,U+25A0-25FF,U+FFFD"
for weight in Regular Bold; do
  pyftsubset "$1/NotoSans-$weight.ttf" --unicodes="$latin" --no-hinting --layout-features=kern,mark,ccmp \
    --output-file="$here/NotoSans-$weight-Subset.ttf"
done
pyftsubset "$2/DroidSansFallbackFull.ttf" --text-file="$characters" --no-hinting --layout-features='' \
  --output-file="$here/DroidSansFallback-Subset.ttf"
