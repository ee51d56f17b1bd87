"""How sheets, scripts and pictures are kept: named by their content, so cached for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedAssets(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped
    """Also follows `import` between ES modules."""

    support_js_module_import_aggregation = True
