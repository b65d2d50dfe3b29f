"""What makes the pictures of this folder; nothing of it is installed."""
