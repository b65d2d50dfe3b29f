"""Documents as they look: a page as a picture, a sheet as its rows; made in processes of their own, within limits."""
