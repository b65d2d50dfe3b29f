"""Lines become articles, sections, sentences and the chunks that are indexed."""
