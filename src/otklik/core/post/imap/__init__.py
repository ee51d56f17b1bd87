from otklik.core.post.imap.connection import Imap as Imap
from otklik.core.post.imap.connection import Listed as Listed
from otklik.core.post.imap.connection import Refused as Refused
from otklik.core.post.imap.connection import Selected as Selected
