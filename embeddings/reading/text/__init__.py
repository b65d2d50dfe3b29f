"""What all readers share: bytes made text, lines in the making, numbers of lists, raised figures, notes."""
