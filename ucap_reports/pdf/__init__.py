"""The PDF format: a summary and a pack become a tagged PDF/UA-1 and PDF/A-2a document."""
