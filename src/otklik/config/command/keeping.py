import click


@click.command()
def backup() -> None:
    """Put database and files into one archive."""


@click.command()
def restore() -> None:
    """Bring a desk back from an archive."""
