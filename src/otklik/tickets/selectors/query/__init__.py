from otklik.tickets.selectors.query.editing import say as say
from otklik.tickets.selectors.query.editing import values_of as values_of
from otklik.tickets.selectors.query.editing import with_term as with_term
from otklik.tickets.selectors.query.parser import parse as parse
from otklik.tickets.selectors.query.terms import Key as Key
from otklik.tickets.selectors.query.terms import Query as Query
