"""Files and folders: atomic writes, text decoding, the project folder, the caches, the version fingerprint."""
