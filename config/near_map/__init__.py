"""A plain map of few places near each other, drawn here: no tile, no street, nothing from outside."""
