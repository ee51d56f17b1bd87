"""Pages and API."""

import os

from django.core.wsgi import get_wsgi_application

from otklik.core.bodies import WholeBodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otklik.config.settings")

application = WholeBodies(get_wsgi_application())
