"""A conversation: answers, their evidence and articles as HTML, saved or judged by visitors."""
