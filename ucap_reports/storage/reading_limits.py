"""The limits of what is read that several modules share; one that a single module needs is in that module.

Files may come from strangers. Each limit is checked before the work that it limits. `docs/explanation/reliability.md`
lists all of them (`docs/make_figures.py`), with the text below each.
"""

MIB = 1 << 20

# Any file of a project
MAX_FILE_BYTES = 64 * MIB
"""bytes, if the format has no limit of its own; the manifest has none"""

# Plans, settings, translations and maps, in YAML or as PO files
MAX_TEXT_FILE_BYTES = 1 * MIB
"""bytes"""
MAX_YAML_DEPTH = 20
"""lists and mappings in each other"""
MAX_YAML_NODES = 20_000
"""values; aliases count as all the values that they repeat"""

# Files to import and to review
MAX_IMPORT_BYTES = 32 * MIB
"""bytes"""
MAX_IMPORT_CHARACTERS = 8 * MIB
"""characters of a text, or of all cells of a workbook"""
MAX_PARAGRAPHS = 10_000
"""paragraphs of a Word file or lines of a text: more than 300 pages"""

# Tables (workbooks and text files with delimiters)
MAX_ROWS = 5_000
"""rows of a table"""
MAX_COLUMNS = 256
"""columns of a table"""
MAX_CELLS = 200_000
"""cells of a file: in a workbook with empty ones that are only coloured, since openpyxl takes 30 µs for each"""
MAX_CELL_CHARACTERS = 32_767
"""characters in a cell of a workbook, as in Excel"""

# Pictures of plans and packs (PNG, JPEG)
MAX_PICTURE_FILE_BYTES = 32_000_000
"""bytes of a picture of a plan"""
MAX_PICTURE_PIXELS = 64_000_000
"""pixels of a picture of a plan; cameras have up to 60 million"""

# Template packs
MAX_PACK_FILE_BYTES = 32 * MIB
"""bytes of a template, picture or font"""
MAX_PACK_BYTES = 64 * MIB
"""bytes of all files of a pack and of all packs that it extends"""
