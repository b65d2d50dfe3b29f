"""PowerPoint: slides in order, with what is on them and beside them."""
