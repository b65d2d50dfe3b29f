"""Questions over several figures: what is asked, which figures it takes, and what is worked out of them."""
