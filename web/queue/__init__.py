"""Many visitors at once: who they are, whose turn it is, and how much one may take."""
