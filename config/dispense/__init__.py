"""From the bay, or over the counter, into the hand: the staff's pages."""
