from otklik.core.models.blob import Blob as Blob
from otklik.core.models.configuration import ConfigurationStamp as ConfigurationStamp
from otklik.core.models.desk import Desk as Desk
from otklik.core.models.request import IdempotencyKey as IdempotencyKey
