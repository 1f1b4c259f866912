"""The names of the parts of a Word file are the same in capitals and small letters."""

from tests.word_packages import changed, codes_in, typed
from ucap_reports.word.file.package_parts import CUSTOM_TYPE, Contents, changed_types, types_of
from ucap_reports.word.file.zip_package import CONTENT_TYPES

TYPES = b"""<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/docProps/Custom.xml" ContentType="a/b"/><Override PartName="/word/Header1.xml" ContentType="c/d"/>
</Types>"""


def test_types_of_added_and_removed_parts_replace_those_in_other_letters() -> None:
    changed = changed_types(TYPES, {"docProps/custom.xml": CUSTOM_TYPE}, lambda name: name != "word/header1.xml")

    parts = Contents({CONTENT_TYPES: changed, "docProps/custom.xml": b"", "word/header1.xml": b""})
    assert types_of(parts) == {"docProps/custom.xml": CUSTOM_TYPE, "word/header1.xml": "application/xml"}


def test_template_may_have_the_type_of_a_part_that_is_added_in_other_letters() -> None:
    override = f'Override PartName="/docProps/Custom.xml" ContentType="{CUSTOM_TYPE}"'

    assert codes_in(changed({"[Content_Types].xml": typed(override)})) == []
