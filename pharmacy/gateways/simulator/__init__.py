"""A machine in software that speaks the protocol over real TCP and fails where it is told to. Not for use."""
