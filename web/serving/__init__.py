"""The page put together and served: an application, run and stopped cleanly."""
