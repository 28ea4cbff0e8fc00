"""What software proposed and a person decides: the list, one page for each proposal, and how often people differ."""
