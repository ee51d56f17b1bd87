"""Pages and API."""

import os
import sys
from typing import Final

from django.core.wsgi import get_wsgi_application

from otklik.core.bodies import WholeBodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otklik.config.settings")

SWITCH_SECONDS: Final = 0.001
"""After so long another thread has its turn: who holds a row's lock must not wait for pages."""

sys.setswitchinterval(SWITCH_SECONDS)

application = WholeBodies(get_wsgi_application())
