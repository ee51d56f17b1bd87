"""Pages and API for `otklik web`, believing the named proxies about address and scheme."""

from granian.utils.proxies import wrap_wsgi_with_proxy_headers

from otklik.config.environment import environment
from otklik.config.wsgi import application as direct

_proxies = [str(network) for network in environment().trusted_proxies]

application = wrap_wsgi_with_proxy_headers(direct.__call__, _proxies) if _proxies else direct
