"""Pages of offers by position: mine, and the planner's list and form. Imports `rules.loyalty` and what windows may."""
