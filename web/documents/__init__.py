"""The documents behind the chat: which there are, adding, removing, building."""
