"""A self-hosted survey and 360-degree feedback platform. Importing it loads nothing.

`feedback.application` makes the application that is served, `feedback.core` what commands and workers need of it.
"""
