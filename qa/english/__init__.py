"""English questions over Chinese documents: words looked up, figures said in English."""
