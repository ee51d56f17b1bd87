"""Files: received in a stream, told apart by their bytes, kept once by their hash, served safely.

Nothing here asks who may read. A file belongs to an app's row that refers to its Blob; that
app's policies decide, and only then call `serve.respond`.
"""
