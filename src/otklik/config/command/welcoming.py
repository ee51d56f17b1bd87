"""What the console says of a desk: by what the desk is, whatever the settings say."""

import click

from otklik.config.environment import Environment


def welcome(named: Environment) -> None:
    """Say where the desk answers and how one comes in."""
    from otklik.people.actions import set_up_link
    from otklik.people.selectors.desk import desk_is_demo, desk_is_set_up

    click.echo(f"\nOtklik answers at {named.base_url}/")
    if desk_is_demo():
        tell_demo_accounts()
    elif not desk_is_set_up():
        click.echo("This desk is empty. Whoever opens this link sets it up:")
        click.echo(f"  {set_up_link()}")
    click.echo("Stop with Ctrl-C.")


def tell_demo_accounts() -> None:
    """Print the accounts of the demo desk, whose passwords are known to all."""
    from otklik.shell.demo import DEMO_ACCOUNTS

    click.echo("This is a demo desk: write nothing real here. Sign in as one of:")
    for account in DEMO_ACCOUNTS:
        click.echo(f"  {account.email:<36} {account.password:<28} {account.role}")
