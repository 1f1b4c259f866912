"""The limits of what is read: one table, so that all readers of a format have the same limits.

Files may come from strangers. Each limit is checked before the work that it limits. `docs/explanation/reliability.md`
lists them, by the comments that begin a group and the text below each limit.
"""

MIB = 1 << 20

# Any file of a project
MAX_FILE_BYTES = 64 * MIB
"""bytes, if the format has no limit of its own; the manifest has none"""
MAX_DOCUMENT_BYTES = 512 * MIB
"""bytes of a built document; a larger one counts as edited. Books of 5,000 plans take less memory than that"""
MAX_HISTORY_BYTES = 256 * MIB
"""bytes of all files of a change that `ucap undo` restores"""

# Plans, settings, translations and maps, in YAML or as PO files
MAX_TEXT_FILE_BYTES = 1 * MIB
"""bytes"""
MAX_YAML_DEPTH = 20
"""lists and mappings in each other"""
MAX_YAML_NODES = 20_000
"""values; aliases count as all the values that they repeat"""
MAX_YAML_EDITS = 30
"""errors in YAML: reading goes on after each, which costs a run of the parser"""
MAX_RECOVERED_CHARACTERS = 200_000
"""characters of a file with an error in its YAML; a longer one is not read on after the error"""
MAX_PO_ERRORS = 100
"""errors in a PO file; others are not reported"""

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
MAX_MERGED_CELLS = 50_000
"""merged cells in a part of a workbook, since openpyxl creates each of them"""
MAX_WORKBOOK_DEFINITIONS = 50_000
"""other elements of a workbook, such as styles and rules"""

# Word files and workbooks (Office Open XML)
MAX_OFFICE_PARTS = 4_000
"""parts"""
MAX_OFFICE_BYTES = 128 * MIB
"""bytes of all parts together"""
MAX_OFFICE_PART_BYTES = 24 * MIB
"""bytes of a part with XML, which has one encoding"""
MAX_WORD_ELEMENTS = 400_000
"""XML elements of a Word file; pages with many tracked changes have about a thousand"""
MAX_FORM_CONTROLS = 2_000
"""fields of a form that are read"""
MAX_NESTED_CONTROLS = 5
"""content controls around a field of a form; Google Docs adds some"""
MAX_EDITIONS = 100
"""editions of a Word file with tracked changes; each is compared"""
MAX_EDITION_PARAGRAPHS = 20_000
"""paragraphs of all editions together"""
MAX_SENT_PIECES = 8_000
"""properties with what a Word file printed when it was built"""
MAX_SENT_BYTES = 8 * MIB
"""bytes of what it printed, unpacked; summaries with two pages have 40 kB"""
MAX_SENT_PATH = 200
"""characters of the path of a field that it printed"""
MAX_SENT_VALUES = 30_000
"""values and paragraphs of values that it printed"""
MAX_SENT_ITEMS = 1_000
"""items of a list of the plan that it printed"""
MAX_PASTED_CHARACTERS = 2_000_000
"""characters of a text from the clipboard; Word adds about 40,000 of its own to each"""

# PDF files
MAX_PDF_BYTES = 32 * MIB
"""bytes"""
MAX_PDF_STREAMS = 20_000
"""streams"""
MAX_PDF_UNPACKED = 64 * MIB
"""bytes of all streams together, packed and unpacked; none may be encrypted, or have a filter that hides its size"""
MAX_EMBEDDED_PLANS = 100
"""embedded plans"""

# Pictures of plans and packs (PNG, JPEG)
MAX_PICTURE_FILE_BYTES = 32_000_000
"""bytes of a picture of a plan"""
MAX_PICTURES_READ = 50
"""pictures of a plan that are read; a valid plan has fewer"""
MAX_PICTURE_PIXELS = 64_000_000
"""pixels of a picture of a plan; cameras have up to 60 million"""
MAX_PACK_PICTURE_PIXELS = 16_000_000
"""pixels of a picture of a pack: more than a full page at 400 dpi"""
MAX_DECODED_PIXELS = 25_000_000
"""pixels of pictures that are decoded completely: A4 at 500 dpi"""
MAX_JPEG_SCANS = 100
"""scans of a progressive JPEG; real ones have about ten"""

# SVG drawings
MAX_SVG_BYTES = 250_000
"""bytes; also the characters of the values of all elements with those of their classes. Logos have 10,000"""
SVG_REPEATED_ELEMENT = 100
"""characters for each repetition by `use`; it takes work but no bytes"""
MAX_SVG_DEPTH = 100
"""elements in each other, also through `use`"""
MAX_SVG_FAULTS = 20
"""faults that are reported"""

# Template packs
MAX_PACK_FILE_BYTES = 32 * MIB
"""bytes of a template, picture or font"""
MAX_PACK_FILES = 100
"""files of a pack and all packs that it extends"""
MAX_PACK_BYTES = 64 * MIB
"""bytes of these files together"""
MAX_PAGE_DEPTH = 50
"""elements of a page template in each other; the shipped ones have 6"""
MAX_PACKS = 10
"""packs that extend each other"""

# Word templates
MAX_TEMPLATE_PARTS = 2_000
"""parts"""
MAX_TEMPLATE_BYTES = 64 * MIB
"""bytes of all parts together"""
MAX_TEMPLATE_PART_BYTES = 4 * MIB
"""bytes of a part with XML: about a thousand pages"""
MAX_TEMPLATE_ELEMENTS = 25_000
"""XML elements; templates have about a thousand"""
MAX_XML_ATTRIBUTES = 200
"""attributes of an element"""

# Revisions of a git repository
MAX_GIT_FOLDER_BYTES = 16 * MIB
"""bytes of the list of files in a folder: about 200,000 names"""
MAX_GIT_BYTES = 256 * MIB
"""bytes of the files of a revision: about 40,000 plans"""
MAX_GIT_SECONDS = 60
"""seconds for each call of git: settings can include a file that never ends, such as a pipe"""
