"""Summaries as linked data: the vocabulary of schema.org, for search engines and open-data portals."""

from typing import Any

from ucap_reports.summary.summary_model import CityFacts, Summary
from ucap_reports.text.links import link_address

CONTEXT = "https://schema.org"
_SQUARE_KILOMETRE = "KMK"
"""The code of the unit (UN/CEFACT Recommendation 20), which schema.org's `unitCode` takes."""
_GOALS = "https://sdgs.un.org/goals"


def report_record(summary: Summary) -> dict[str, Any]:
    """Return the summary as a schema.org `Report`, without its context; unknown facts are absent."""
    contact = summary.contact
    url = link_address(contact.website)  # without a scheme, it would be a path below the page
    office = {"name": contact.office, "email": contact.email, "telephone": contact.phone, "url": url}
    known = {key: value for key, value in office.items() if value}
    publisher = {"@type": "Organization"} | known if known else {}
    mentions = []
    for goal in summary.goals:
        term = {"@type": "DefinedTerm", "termCode": str(goal.number), "name": goal.title, "inDefinedTermSet": _GOALS}
        mentions.append(term)
    encodings = []
    for version in summary.versions:
        encoding = {
            "@type": "MediaObject",
            "contentUrl": version.file_name,
            "encodingFormat": version.media_type,
            "inLanguage": version.language,
        }
        encodings.append(encoding)
    report: dict[str, Any] = {
        "@type": "Report",
        "identifier": summary.id,
        "name": summary.full_title,
        "about": [_city(city) for city in summary.cities],
        "inLanguage": summary.language,
        "keywords": list(summary.metadata.keywords),
        "mentions": mentions,
        "temporalCoverage": summary.period,
        "dateModified": summary.updated.isoformat() if summary.updated else "",
        "creativeWorkStatus": summary.status.capitalize(),
        "publisher": publisher,
        "encoding": encodings,
    }
    return {key: value for key, value in report.items() if value}


def _city(city: CityFacts) -> dict[str, Any]:
    """Return a city with its country, and its figures as property values."""
    regions: list[dict[str, Any]] = []
    if city.region:
        regions.append({"@type": "AdministrativeArea", "name": str(city.region)})
    if city.country_code:  # one country, not several
        regions.append({"@type": "Country", "name": str(city.country), "identifier": city.country_code})
    figures: list[dict[str, Any]] = []
    if city.population is not None:
        figures.append({"@type": "PropertyValue", "name": "population", "value": _number(city.population)})
    if city.area_km2 is not None:
        area = {"@type": "PropertyValue", "name": "area", "value": _number(city.area_km2)}
        figures.append(area | {"unitCode": _SQUARE_KILOMETRE})
    record: dict[str, Any] = {
        "@type": "City",
        "name": str(city.name),
        "containedInPlace": regions,
        "additionalProperty": figures,
    }
    return {key: value for key, value in record.items() if value}


def _number(value: float) -> int | float:
    """Return a number, a whole one without decimals."""
    return int(value) if value == int(value) else value
