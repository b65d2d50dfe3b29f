"""What a question asks for: its parts, its words, its kind of answer, its conditions; follow-ups."""
