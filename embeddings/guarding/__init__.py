"""Documents are read in a child process, within limits of time and memory."""
