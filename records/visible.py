"""Whether everybody sees a name or a number as it is stored."""

# Letters by their category, yet drawn as nothing: the fillers of Hangul, and the blank of Braille.
BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f")
# Joiners that the letters of several scripts need; between others they change nothing that is seen.
JOINERS = "\u200c\u200d"


def is_visible_line(text: str) -> bool:
    """One line in which something can be read: no control, direction or invisible characters, no odd spaces."""
    plain = "".join(letter for letter in text if letter not in JOINERS)
    return plain.isprintable() and BLANK.isdisjoint(plain) and any(letter.isalnum() for letter in plain)
