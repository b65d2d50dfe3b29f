"""Figures out of all that the documents give: by measure, place, time and mode; those that disagree."""
