"""The table of figures: one measure across years and places, each figure with its sentence."""
