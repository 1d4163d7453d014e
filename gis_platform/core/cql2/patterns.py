"""The patterns of LIKE in memory."""

import re


def like_pattern(text: str) -> str:
    r"""The pattern as a regular expression that looks for each part once, from the left, and never goes back.

    >>> like_pattern(r"10\% _ of %x%")
    '10%\\ .\\ of\\ (?>.*?x).*'
    """
    segments = [""]
    for piece in re.findall(r"\\.|.", text, re.DOTALL):
        if piece == "%":
            segments.append("")
        else:
            segments[-1] += "." if piece == "_" else re.escape(piece[-1])
    first, *middle = segments
    if not middle:
        return first
    *middle, last = middle
    return first + "".join(f"(?>.*?{segment})" for segment in middle if segment) + ".*" + last
