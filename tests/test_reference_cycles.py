"""Memory of a plan is free as soon as its documents are done, although workers collect garbage rarely."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.selected_cases import every
from ucap_reports.batch.build_one_plan import produce
from ucap_reports.batch.options_settings_and_source_date import BuildOptions
from ucap_reports.batch.pack_store import PackStore
from ucap_reports.storage.decoding import read_source
from ucap_reports.storage.project_folder import Project
from ucap_reports.summary.document_formats_and_pdf_standards import Format
from ucap_reports.template.pack_opening import pack_names, shipped_packs

pytestmark = pytest.mark.no_cover

PLAN = Path(__file__).parent.parent / "plans" / "tianjin-rome.yaml"


@pytest.fixture
def no_collections() -> Iterator[None]:
    """No automatic collections; what a collection finds is kept in `gc.garbage`."""
    gc.freeze()  # the objects of other tests, which take long to search
    gc.disable()
    yield
    gc.set_debug(0)
    gc.garbage.clear()
    gc.unfreeze()
    gc.enable()


@pytest.mark.parametrize("pack", every(4, pack_names([shipped_packs()])))
def test_documents_leave_no_reference_cycles(pack: str, no_collections: None) -> None:
    options = BuildOptions(formats=tuple(Format), template=pack)
    open_pack = PackStore(Project(Path("/"))).open
    produce(read_source(PLAN), open_pack, options)  # what this loads may leave cycles once
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)

    documents = produce(read_source(PLAN), open_pack, options).documents

    assert len(documents) == len(Format)
    gc.collect()
    ours = {type(each).__qualname__ for each in gc.garbage if type(each).__module__.startswith("ucap_reports")}
    assert ours == set()
