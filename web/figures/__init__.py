"""Figures as a user looks at them: asked for by measure, as a table and a plot, each with its sentence."""
