"""The regions of the world that countries are in (United Nations, M49; Latin America as in CLDR)."""

from collections.abc import Mapping

EUROPE = "150"
"""The region of the partners in Europe."""
_NAMES = {"021": "003"}
"""The region whose usual name a region has: CLDR calls Canada and the United States "Northern America"."""
_COUNTRIES = {
    "150": (
        "AD AL AT AX BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT JE LI LT LU "
        "LV MC MD ME MK MT NL NO PL PT RO RS RU SE SI SJ SK SM UA VA XK"
    ),
    "002": (
        "AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW IO KE KM LR LS LY MA MG ML "
        "MR MU MW MZ NA NE NG RE RW SC SD SH SL SN SO SS ST SZ TD TF TG TN TZ UG YT ZA ZM ZW"
    ),
    "142": (
        "AE AF AM AZ BD BH BN BT CN GE HK ID IL IN IQ IR JO JP KG KH KP KR KW KZ LA LB LK MM MN MO MV MY "
        "NP OM PH PK PS QA SA SG SY TH TJ TL TM TR TW UZ VN YE"
    ),
    "419": (
        "AG AI AR AW BB BL BO BQ BR BS BV BZ CL CO CR CU CW DM DO EC FK GD GF GP GS GT GY HN HT JM KN KY "
        "LC MF MQ MS MX NI PA PE PR PY SR SV SX TC TT UY VC VE VG VI"
    ),
    "021": "BM CA GL PM US",
    "009": "AS AU CC CK CX FJ FM GU HM KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TO TV UM VU WF WS",
}
"""The ISO 3166-1 alpha-2 codes of the countries of each region, by the number of the region."""
_REGIONS: Mapping[str, str] = {code: region for region, codes in _COUNTRIES.items() for code in codes.split()}


def region_of(country: str) -> str:
    """Return the number of the region of a country; empty for an unknown one."""
    return _REGIONS.get(country, "")


def region_number(region: str) -> str:
    """Return the number with the usual name of a region, for names from CLDR."""
    return _NAMES.get(region, region)
