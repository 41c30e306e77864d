class TemplateRefused(Exception):
    """The template says something that the local stack neither serves nor lists as inert, or cannot be read."""
