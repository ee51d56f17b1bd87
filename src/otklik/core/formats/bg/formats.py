"""Bulgarian: of these Django has only the numbers."""

DATE_FORMAT = "j F Y г."
DATETIME_FORMAT = "j F Y г., H:i"
