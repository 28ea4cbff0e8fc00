"""The contact work-list: who is to be called about a referral that stays silent."""
