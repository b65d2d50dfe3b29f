"""The ground floor: what a Chinese text says, read without knowing of any index or question."""

from chinese import offline as offline  # it tells libraries what to leave be, and they look when imported
