"""Who can sign in at the demo desk, and with which passwords: known to all, so only there."""

from dataclasses import dataclass

DOMAIN = "meridian.example"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A row of what is printed at the start."""

    name: str
    role: str
    email: str
    password: str


def password_of(login: str) -> str:
    """Return the password of any account of the demo desk."""
    return f"{login}-meridian-26"


def _colleague(login: str, name: str, role: str) -> DemoAccount:
    return DemoAccount(name, role, f"{login}@{DOMAIN}", password_of(login))


def _customer(login: str, name: str, role: str, domain: str) -> DemoAccount:
    return DemoAccount(name, role, f"{login}@{domain}", password_of(login))


DEMO_ACCOUNTS = (
    _colleague("root", "Robin Root", "administrator"),
    _colleague("vi", "Vi Sinclair", "supervisor of all departments"),
    _colleague("cora", "Cora Lindqvist", "coordinator of programs and access"),
    _colleague("ada", "Ada Klimova", "agent of programs and access"),
    _colleague("sam", "Sam Okonkwo", "agent of equipment"),
    _colleague("gleb", "Глеб Уваров", "agent of programs and access, in Russian"),
    _colleague("elitsa", "Елица Колева", "agent of accounting and access, in Bulgarian"),
    _customer("cy", "Cy Whitfield", "customer", "harrow-whitfield.example"),
    _customer("gulnara", "Гульнара Сабирзянова", "customer, in Russian", "volga-tranzit.example"),
    _customer(
        "maria", "Мария Тодорова-Караиванова", "customer, in Bulgarian", "balkan-logistik.example"
    ),
)


def demo_accounts() -> tuple[DemoAccount, ...]:
    """Return the accounts to print; everybody else's password follows the same pattern."""
    return DEMO_ACCOUNTS
