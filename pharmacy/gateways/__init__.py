"""What the pharmacy talks to over the network. Knows no Django: tasks and commands hand in what it needs."""
