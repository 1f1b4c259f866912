"""Change the Word template as step 4 says."""

from docx import Document
from docx.shared import Mm

path = "templates/our-city/summary.docx"
document = Document(path)
section = document.sections[0]
for header in (section.first_page_header, section.header):
    mark, name = header.tables[0].rows[0].cells[-1].paragraphs
    mark.runs[0].text = ""
    mark.runs[0].add_picture("templates/our-city/images/logo.png", height=Mm(12))
    described = next(each for each in mark._element.iter() if str(each.tag).endswith("}docPr"))
    described.set("descr", "Our City")
    name._element.getparent().remove(name._element)
phone = next(line for line in document.tables[-1].rows[0].cells[0].paragraphs if "contact.phone" in line.text)
phone.runs[0].text = "Phone: " + phone.runs[0].text
document.save(path)
