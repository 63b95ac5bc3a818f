"""Characters of the fonts Symbol and Wingdings, which show signs in place of letters.

Sources: Adobe's Symbol encoding (Unicode mapping "adobe/symbol"), Microsoft's table of Wingdings.
"""

from __future__ import annotations

import re

UNKNOWN = "\ufffd"
_PRIVATE = 0xF000  # Word keeps a symbol font's byte b as the character F000 + b

_SYMBOL = (
    " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
    # from A0 on
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪"
    "\ufffd〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭"
)
_WINGDINGS = {
    **dict(zip(range(0x21, 0x2B), "✏✂✁👓🔔📖🕯☎✆✉", strict=True)),
    **dict(zip(range(0x43, 0x4E), "👍👎☜☞☝☟✋☺😐☹💣", strict=True)),
    **dict(zip(range(0x6C, 0x79), "●❍■□▫❑❒⬧⧫◆❖⬥⌧", strict=True)),
    **dict(zip(range(0x80, 0x96), "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿", strict=True)),
    **dict(zip(range(0x9E, 0xA9), "·•▪○⭕◉◎⭗▪◻✦", strict=True)),
    **dict(zip(range(0xD5, 0xF3), "⌫⌦⮘➢⮚⮛⮈⮊⮉⮋←→↑↓↖↗↙↘⬅➔⬆⬇⬉⬈⬋⬊⇦⇨⇧⇩", strict=True)),
    **dict(zip(range(0xFB, 0xFF), "✗✓☒☑", strict=True)),
    0x20: " ",
    0x36: "⌛",
    0x4F: "⚐",
    0x5B: "☯",
    0xA7: "▪",
    0xA8: "☐",
    0xAB: "★",
    0xB7: "🕐",
    0xF3: "⬄",
}
_FONTS: dict[str, dict[int, str]] = {
    "symbol": dict(zip([*range(0x20, 0x7F), *range(0xA0, 0xFF)], _SYMBOL, strict=True)),
    "wingdings": _WINGDINGS,
    "wingdings 2": {0x20: " ", 0x4F: "✗", 0x50: "✓", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "☐"},
    "wingdings 3": {0x20: " ", 0x7D: "►", 0x84: "◄", 0x66: "←", 0x67: "→", 0x68: "↑", 0x69: "↓"},
    "webdings": {0x20: " ", 0x61: "✓", 0x72: "✗", 0x34: "►", 0x33: "◄", 0x69: "ℹ", 0x63: "□"},
}


_PRIVATE_CHARACTER = re.compile("[\uf000-\uf0ff]")


def is_symbol_font(font: str | None) -> bool:
    """Whether `font` shows signs in place of letters."""
    return font is not None and font.lower() in _FONTS


def symbol(code: int, font: str | None) -> str:
    """The character of `code` in `font`, U+FFFD for one that is not known."""
    signs = _FONTS.get((font or "").lower())
    byte = code - _PRIVATE if _PRIVATE <= code < _PRIVATE + 0x100 else code
    if signs is not None and byte < 0x100:
        return signs.get(byte, UNKNOWN)
    if byte != code:
        return chr(byte) if byte >= 0x20 else UNKNOWN
    return chr(code) if 0x20 <= code < 0x110000 and not 0xD800 <= code < 0xE000 else UNKNOWN


def in_font(text: str, font: str | None) -> str:
    """`text` as a symbol font shows it; in other fonts unchanged, except private-use characters."""
    if font is not None and is_symbol_font(font):
        return "".join(symbol(ord(char), font) for char in text)
    return (
        text if text.isascii() else _PRIVATE_CHARACTER.sub(lambda m: symbol(ord(m[0]), font), text)
    )
