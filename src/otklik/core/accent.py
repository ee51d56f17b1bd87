"""The desk's own accent: one hue, laid over the sheet that all desks share.

Lightness and chroma stay those of `tokens.css`, chosen so that every hue is readable.
"""

ADDRESS = "/desk.css"
DEFAULT_HUE = 212  # what the sheet itself says
HUES = range(360)


def sheet_address(hue: int) -> str:
    """Return where the sheet of a hue lies; nothing for the one that needs none.

    The address says all that the sheet does, so browsers keep it for ever, and a page that
    was made a moment before the hue was changed still gets its own.
    """
    return "" if hue == DEFAULT_HUE else f"{ADDRESS}?hue={hue}"


def sheet(hue: str) -> str | None:
    """Write the sheet of a hue; None for what is no hue."""
    is_hue = hue in map(str, HUES)
    return f":root{{--desk-hue:{hue}}}\n" if is_hue else None
