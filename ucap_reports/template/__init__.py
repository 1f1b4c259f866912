"""Template packs: settings, theme, labels and files, and how they are opened and validated."""
