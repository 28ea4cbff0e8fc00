"""The referral board: every open referral of the clinic, by deadline."""
