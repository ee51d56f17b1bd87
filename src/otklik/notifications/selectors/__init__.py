from otklik.notifications.selectors.choices import DepartmentLettersPage as DepartmentLettersPage
from otklik.notifications.selectors.choices import LettersPage as LettersPage
from otklik.notifications.selectors.choices import (
    department_letters_page as department_letters_page,
)
from otklik.notifications.selectors.choices import letters_page as letters_page
from otklik.notifications.selectors.told import NOWHERE as NOWHERE
from otklik.notifications.selectors.told import Place as Place
from otklik.notifications.selectors.told import Standing as Standing
from otklik.notifications.selectors.told import Told as Told
from otklik.notifications.selectors.told import fresh as fresh
from otklik.notifications.selectors.told import in_words as in_words
from otklik.notifications.selectors.told import latest as latest
from otklik.notifications.selectors.told import muted_kinds as muted_kinds
from otklik.notifications.selectors.told import standing as standing
from otklik.notifications.selectors.told import told_page as told_page
