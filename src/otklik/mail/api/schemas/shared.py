"""Kinds of values that mailboxes and senders have in common."""

from typing import Annotated, Literal

from ninja import Field

Line = Annotated[str, Field(max_length=255)]
Host = Annotated[str, Field(max_length=253)]
Login = Annotated[str, Field(max_length=254)]
Long = Annotated[str, Field(max_length=500)]
Secret = Annotated[str, Field(max_length=8000, description="Kept, and never given again")]
Security = Literal["tls", "starttls", "none"]
Way = Literal["password", "oauth2"]
