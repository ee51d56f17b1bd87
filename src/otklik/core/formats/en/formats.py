"""English: the day first and the whole day's clock, as everywhere else on the pages."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, H:i"
