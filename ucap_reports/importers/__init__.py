"""Tables, Word files and text dumps become plan files; what no field takes is kept and told, nothing is dropped."""

from ucap_reports.importers.columns import ColumnMap, read_columns
from ucap_reports.importers.finishing import ImportedPlan
from ucap_reports.importers.labels import Labels
from ucap_reports.importers.opening import Imported, import_content

__all__ = ["ColumnMap", "Imported", "ImportedPlan", "Labels", "import_content", "read_columns"]
