"""Figures shown: as a table over periods, as CSV, JSON and a data frame, drawn over time."""
