"""The product with a built-in field that it does not have: `python -m tests.added_field PLANS_FOLDER`.

The description of the field is added to the model of cities when that module is imported; no file is changed.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

MODULE = "ucap_reports.plan.plan_model"
BEFORE = b"    picture: Annotated[\n        PlanPicture | None,\n"
DESCRIPTION = b"""\
    elevation: Annotated[
        field_values.OptionalLine,
        Field(
            type=FieldType.LINE,
            hint="The height above the sea.",
            examples=("12 m",),
            required=Required.INFO,
            has_row=True,
            condition="elevation",
            import_names=names("height, H\xc3\xb6he"),
            other_names=("altitude",),
        ),
    ] = None
"""


class _WithField(SourceFileLoader):
    """Reads the source of a module with the description in it."""

    def get_data(self, path: str) -> bytes:
        """The source; there is no compiled one."""
        if not path.endswith(".py"):
            raise OSError(path)
        source = super().get_data(path)
        assert source.count(BEFORE) == 1
        return source.replace(BEFORE, DESCRIPTION + BEFORE)


class _Finder(MetaPathFinder):
    """Finds the module of the model."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """The module of the model with its loader; None for others."""
        found = PathFinder.find_spec(name, path, target) if name == MODULE else None
        if found is not None and found.origin is not None:
            found.loader = _WithField(name, found.origin)
        return found


PACK = """\
extends: iuc-asia
rows:
  elevation: {label: "Elevation:"}
labels:
  de: {elevation: "Höhe:"}
"""
PLAN = """\
cities:
  - name: Tianjin
    picture:
    elevation: 5 m
    country: China
  - name: Rome
    country: Italy
"""


def follow(folder: Path) -> dict[str, Any]:
    """Everything that the commands say about the field."""
    from openpyxl import load_workbook  # noqa: PLC0415 - see above

    from docs import make_reference  # noqa: PLC0415 - after the finder is installed
    from tests.command import ucap, write_plan  # noqa: PLC0415 - see above
    from tests.edited_words import WordEdit  # noqa: PLC0415 - see above
    from ucap_reports.editor.form_fields_and_proposals import form_fields  # noqa: PLC0415 - see above
    from ucap_reports.storage.project_folder import Project  # noqa: PLC0415 - see above

    pack = folder / "templates" / "iuc-asia" / "pack.yaml"
    pack.parent.mkdir(parents=True)
    pack.write_text(PACK, encoding="utf-8")
    plan = write_plan(folder, "a.yaml", PLAN)
    write_plan(folder, "b.yaml", PLAN.replace("elevation: 5 m", "altitude: 5 m"))
    said: dict[str, Any] = {}
    said["schema"] = ucap(folder, "schema", "--out", "schema.json").code == 0
    said["schema"] = (folder / "schema.json").read_text(encoding="utf-8")
    ucap(folder, "new", "c")
    said["new"] = (folder / "plans" / "c.yaml").read_text(encoding="utf-8")
    said["hint"] = [each["hint"] for each in ucap(folder, "check", "b", "--json").report["problems"]]
    (folder / "plans" / "b.yaml").unlink()
    (folder / "plans" / "c.yaml").unlink()
    ucap(folder, "fmt", "a")
    said["fmt"] = plan.read_text(encoding="utf-8")
    (folder / "x.csv").write_text("City;Country;Height\nOslo;Norway;23 m\n", encoding="utf-8")
    said["import"] = ucap(folder, "import", "x.csv", "--dry-run").out
    said["check"] = [each["message"] for each in ucap(folder, "check", "a", "--json").report["problems"]]
    said["where"] = [each["id"] for each in ucap(folder, "list", "--where", "elevation=5 m", "--json").report["plans"]]
    said["where not"] = ucap(folder, "list", "--where", "elevation~7", "--json").report["plans"]
    said["completeness"] = ucap(folder, "list", "--json").report["plans"][0]["completeness"]
    said["show"] = ucap(folder, "template", "show", "iuc-asia").out
    ucap(folder, "translate", "de", "a")
    said["translate"] = (folder / "translations" / "de" / "a.po").read_text(encoding="utf-8")
    ucap(folder, "build", "a", "--format", "docx,html,pdf", "--jobs", "1", "--pdf-standard", "ua-2+a-4f")
    said["web page"] = (folder / "out" / "a.html").read_text(encoding="utf-8")
    said["embedded"] = ucap(folder, "import", "out/a.pdf", "--dry-run").out
    edit = WordEdit(folder / "out" / "a.docx")
    edit.replace("5 m", "6 m", "Anna")
    edit.save()
    said["review"] = ucap(folder, "review", "out/a.docx", "--apply", "--json").report["changes"]
    (folder / "old").mkdir()
    (folder / "old" / "a.yaml").write_text(said["fmt"], encoding="utf-8")
    said["diff"] = ucap(folder, "diff", "old", "plans", "--json").report["plans"]
    ucap(folder, "export", "x.xlsx")
    sheet = load_workbook(folder / "x.xlsx")["Cities"]
    columns = [[cell.value for cell in column] for column in sheet.iter_cols()]
    said["workbook"] = [column for column in columns if column[0] == "elevation"]
    cities = next(field for field in form_fields(Project(folder))["fields"] if field["name"] == "cities")
    said["form"] = [field for field in cities["fields"] if field["name"] == "elevation"]
    said["reference"] = make_reference.page()
    return said


if __name__ == "__main__":
    sys.meta_path.insert(0, _Finder())
    import json

    sys.stdout.write(json.dumps(follow(Path(sys.argv[1]))))
