"""Scripts that are damaged in a few places."""

from __future__ import annotations

import random
import re

SNIPPETS = [*'()[]"; .$#%!-+1aé٣\n\u00a0\u2028\x1f\x85', ".$.[", "x", "i", "(null)", "(next i)", "seq ", "fold ", "[]"]


def mutated(text: str, chance: random.Random) -> str:
    """A script with one to three small changes: to characters, or to whole words."""
    for _ in range(chance.randint(1, 3)):
        if chance.random() < 0.5:
            words = re.split(r"(\s+|[()\[\]])", text)
            one, other = chance.randrange(len(words)), chance.randrange(len(words))
            words[one] = chance.choice([words[other], ""])
            text = "".join(words)
        else:
            at = chance.randrange(len(text) + 1)
            text = text[:at] + chance.choice(SNIPPETS) + text[at + chance.randint(0, 2) :]
    return text
