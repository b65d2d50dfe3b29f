"""What the page looks like and the words on it; text made safe to be shown."""
