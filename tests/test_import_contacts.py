"""Contacts in one line, in tables, in rows of labels and below them."""

import json
from collections.abc import Callable

import pytest

from tests.imports import codes, one_plan, read
from tests.selected_cases import crossed
from tests.test_import_round_trip import again, plan_of
from tests.test_import_word import HEAD, content_of, hand_made
from ucap_reports.importers.draft_and_kept_comments import ImportedPlan

MEIER = {"office": "Mr Meier", "email": "meier@example.org"}
PHONE = {"phone": "+49 30 123456"}
LINES = {
    "Mr Meier, meier@example.org": MEIER,
    "Mr Meier (meier@example.org)": MEIER,
    "Mr Meier <meier@example.org>.": MEIER,
    "meier@example.org (Mr Meier)": MEIER | {"office": "(Mr Meier)"},
    "Mr Meier meier@example.org +49 30 123456": MEIER | PHONE,
    "Mr Meier, +49 30 123456, meier@example.org, www.example.org": MEIER | PHONE | {"website": "www.example.org"},
    "Mr Meier | E-Mail: meier@example.org | Web: example.org/office": MEIER | {"website": "example.org/office"},
    "Mr Meier \u2013 meier@example.org \u2013 Tel.: +49 30 123456": MEIER | {"phone": "Tel.: +49 30 123456"},
    "Mr Meier (meier@example.org, +49 30 123456)": MEIER | PHONE,
    "Mr Meier, meier@example.org, other@example.org": MEIER | {"office": "Mr Meier, other@example.org"},
    "Dr.Rossi, Forum e.V., meier@example.org": MEIER | {"office": "Dr.Rossi, Forum e.V."},
    "Mr Meier meier@example.org, Desk 12": MEIER | {"office": "Mr Meier, Desk 12"},
    "Mr Meier <mailto:meier@example.org>": MEIER,
    "Mr Meier, T\u00e9l. : +49 30 123456, meier@example.org": MEIER | {"phone": "T\u00e9l. : +49 30 123456"},
    "Mr Meier, 060-8611 Sapporo, 060-8611": {"office": "Mr Meier, 060-8611 Sapporo, 060-8611"},
    "Mr Meier, Email:meier@example.org, Web : www.example.org": MEIER | {"website": "www.example.org"},
    "\u674e\u5148\u751f\uff0c\u7535\u8bdd\uff1a+86 10 123456\uff0c\u90ae\u7bb1\uff1ali@example.cn": {
        "office": "\u674e\u5148\u751f",
        "phone": "\u7535\u8bdd\uff1a+86 10 123456",
        "email": "li@example.cn",
    },
    "\u674e\u5148\u751f\uff0c\u5916\u4e8b\u529e\uff0cli@example.cn": {
        "office": "\u674e\u5148\u751f\uff0c\u5916\u4e8b\u529e",
        "email": "li@example.cn",
    },
    "Mr Meier, tel. (+57 4) 516 77 70, meier@example.org": MEIER | {"phone": "tel. (+57 4) 516 77 70"},
    "Mr Meier; F +49 30 654321; T +49 (0)30 / 12-345; meier@example.org": {
        "office": "Mr Meier; F +49 30 654321",
        "phone": "T +49 (0)30 / 12-345",
        "email": "meier@example.org",
    },
    "House 3 / 4, Tel. 030 - 12345": {"office": "House 3 / 4", "phone": "Tel. 030 - 12345"},
    "Desk 12, Mobility 2020-2030": {"office": "Desk 12, Mobility 2020-2030"},
    "Mr Meier, Fax 030 123456, Tel. 030 654321, meier@example.org": {
        "office": "Mr Meier, Fax 030 123456",
        "phone": "Tel. 030 654321",
        "email": "meier@example.org",
    },
    "Mr Meier, Fax 030 123456": {"office": "Mr Meier", "phone": "Fax 030 123456"},
    "Telford 2019-2021": {"office": "Telford 2019-2021"},
    "Telef\u00f3nica 2019 2020": {"office": "Telef\u00f3nica 2019 2020"},
    "Teltow 14513 2020, Handynr. 0171 1234567": {"office": "Teltow 14513 2020", "phone": "Handynr. 0171 1234567"},
    "Telefoonnummer 020 1234567": {"phone": "Telefoonnummer 020 1234567"},
    "Telem\u00f3vel: 912 345 678": {"phone": "Telem\u00f3vel: 912 345 678"},
    "Mail meier@example.org": {"email": "meier@example.org"},
    "Mr Meier, Mail meier@example.org, Web www.example.org": MEIER | {"website": "www.example.org"},
    "Royal Mail meier@example.org": {"office": "Royal Mail", "email": "meier@example.org"},
    "Desk 12, (2019-2021), 01.02.2019-31.12.2020": {"office": "Desk 12, (2019-2021), 01.02.2019-31.12.2020"},
    "Desk 12, 2010-2020, 00100 Rome, 01.02.2019,": {"office": "Desk 12, 2010-2020, 00100 Rome, 01.02.2019,"},
}


def in_table(line: str) -> ImportedPlan:
    return one_plan(f"City 1\tCity 2\tContact\nTianjin\tRome\t{line}\n", "x.csv")


def in_row(line: str) -> ImportedPlan:
    return one_plan(f"City:\tTianjin\tRome\nContact:\t{line}\n", "x.txt")


def below(line: str) -> ImportedPlan:
    document, _ = hand_made(HEAD)
    for text in ("", "For further information, please contact:", line):
        document.add_paragraph(text)
    return one_plan(content_of(document), "x.docx")


def contact_of(plan: ImportedPlan) -> dict[str, str]:
    contact = read(plan).contact
    return {} if contact is None else contact.model_dump(exclude_none=True)


@pytest.mark.parametrize(("line", "place"), crossed(LINES, [in_table, below]))
def test_each_part_of_a_contact_goes_to_its_field(line: str, place: Callable[[str], ImportedPlan]) -> None:
    assert contact_of(place(line)) == LINES[line]


def test_the_contact_of_a_row_is_split() -> None:
    assert contact_of(in_row("Mr Meier, meier@example.org")) == MEIER
    assert contact_of(in_row("Mr Meier<br>meier@example.org<br>+49 30 123456")) == MEIER | PHONE


def test_each_line_of_a_cell_is_split_and_lines_after_the_office_are_the_address() -> None:
    assert contact_of(in_table('"Mr Meier\nDesk 12\n+49 30 123456\nmeier@example.org"')) == MEIER | PHONE | {
        "address": "Desk 12"
    }
    assert contact_of(in_table('"Mr Meier\n+49 30 123456"')) == {"office": "Mr Meier"} | PHONE


def test_a_separate_column_has_precedence_over_the_words_beside_the_office() -> None:
    table = "City;Contact;Email\nRome;Mr Meier, meier@example.org;{}\n"
    assert contact_of(one_plan(table.format("meier@example.org"), "x.csv")) == MEIER
    other = one_plan(table.format("a@rome.it"), "x.csv")
    assert contact_of(other) == {"office": "Mr Meier, meier@example.org", "email": "a@rome.it"}
    assert codes(other) == []


def test_a_line_of_an_address_keeps_its_comma() -> None:
    document, _ = hand_made(HEAD)
    for text in ("", "For further information, please contact:", "Mr Meier", "1 Main Street,", "Rome"):
        document.add_paragraph(text)
    assert contact_of(one_plan(content_of(document), "x.docx"))["address"] == "1 Main Street,\nRome"


def test_no_comma_remains_from_a_document_of_the_product() -> None:
    plan = plan_of("cities: [{name: Rome}]\ncontact: {office: 'Mr Meier, meier@example.org'}\n")
    assert contact_of(again(plan, "iuc-asia")) == MEIER


def test_the_office_of_a_document_of_the_product_is_not_split() -> None:
    office = "Desk 3, Tel. +49 30 123456 \u2013 Forum e.V"
    plan = plan_of(
        f"cities: [{{name: Rome}}]\ncontact: {{office: '{office}', email: a@rome.it, phone: '+39 06 1234'}}\n"
    )
    assert read(again(plan, "iuc-asia")).contact == plan.contact


@pytest.mark.parametrize(
    "address", ["101-0041\nChiyoda", "060-8611", "Kanda 1\n101-0041", "Main Street\n1234 5678", "100000\nBeijing"]
)
def test_a_line_of_an_address_is_no_telephone_number(address: str) -> None:
    plan = plan_of(f"cities: [{{name: Rome}}]\ncontact: {{office: Desk, address: {json.dumps(address)}}}")
    assert contact_of(again(plan, "plain")) == {"office": "Desk", "address": address}


def test_line_of_a_fax_is_below_the_address_if_there_is_a_telephone() -> None:
    plan = one_plan("City: Rome\nContact:\nOffice\nFax 030 123456\nMain Street 1\nTel 030 654321\n", "x.txt")

    contact = read(plan).contact
    assert contact is not None
    assert (contact.office, contact.phone) == ("Office", "Tel 030 654321")
    assert contact.address == "Main Street 1\nFax 030 123456"
