"""A demo desk: a small one made by hand, and believable tickets by the thousand."""

from otklik.shell.demo.accounts import DEMO_ACCOUNTS as DEMO_ACCOUNTS
from otklik.shell.demo.accounts import demo_accounts as demo_accounts
from otklik.shell.demo.desk import load_demo_desk as load_demo_desk
from otklik.shell.demo.filling import fill as fill
