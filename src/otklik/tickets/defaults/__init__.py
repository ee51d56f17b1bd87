"""What a new desk begins with, as data: a flow, five types with forms, categories, priorities."""
