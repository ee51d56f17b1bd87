"""The sheets that pages load are joined at set-up; names of files carry their content."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import override_settings

from otklik.config.assets import ORDER, SHEETS, WORKSPACE_ONLY, join_sheets

LARGEST = 120_000
LARGEST_PORTAL = 100_000


def test_every_sheet_is_joined_once() -> None:
    joined = join_sheets()

    for path in SHEETS.rglob("*.css"):
        assert path.relative_to(SHEETS).parts[0] in ORDER
        rule = re.search(r"\.[a-z-]+(?= ?\{)", path.read_text(encoding="utf-8"))
        assert rule is None or rule[0] in joined
    assert "@import" not in joined
    assert joined.count("{") == joined.count("}")


def test_sheets_stay_small_and_the_portals_smaller() -> None:
    whole, portal = join_sheets(), join_sheets(left_out=WORKSPACE_ONLY)

    assert len(portal) < len(whole) < LARGEST
    assert len(portal) < LARGEST_PORTAL


@pytest.mark.slow
def test_modules_import_each_other_by_names_that_carry_their_content(tmp_path: Path) -> None:
    storage = {"staticfiles": {"BACKEND": "otklik.core.assets.HashedAssets"}}
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=storage):
        call_command(
            "collectstatic",
            interactive=False,
            verbosity=0,
            ignore_patterns=["ext", "htm*-4*", "htmx-2.js"],
        )

    main = next((tmp_path / "otklik" / "js").glob("main.*.js")).read_text(encoding="utf-8")
    named = re.findall(r"""["'](\./[\w/-]+(?:\.[0-9a-f]{12})?\.js)["']""", main)

    assert named
    assert all(re.search(r"\.[0-9a-f]{12}\.js$", name) for name in named)
    assert all((tmp_path / "otklik" / "js" / name).exists() for name in named)
