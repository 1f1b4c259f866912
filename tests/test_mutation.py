"""Mutation testing (`make mutation`) runs the code with the fault."""

import gc
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from benchmarks.mutant_tests import ROOT, replace_functions
from benchmarks.mutants import mutants
from benchmarks.mutation import AREAS

pytestmark = pytest.mark.no_cover


def test_replace_functions_changes_functions_that_garbage_collections_skip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "example_of_mutation.py"
    path.write_text("def is_small(number):\n    return number < 10\n", encoding="utf-8")
    spec = spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, path.stem, module)
    spec.loader.exec_module(module)
    gc.freeze()

    assert module.is_small(9)
    for mutant in mutants(path):
        replace_functions(mutant)
        assert (module.is_small(9), module.is_small(10)) != (True, False), mutant.fault
    gc.freeze()


@pytest.mark.parametrize("name", AREAS)
def test_each_area_has_modules_and_names_tests_that_exist(name: str) -> None:
    area = AREAS[name]
    assert area.modules
    assert [test for test in area.tests if not (ROOT / test).is_file()] == []
