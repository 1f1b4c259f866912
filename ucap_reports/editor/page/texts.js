// All texts of the editor, so that it can be translated. `{name}` is replaced by a value.

export const TEXTS = {
  product: "U-CAP editor",
  plans: "Plans",
  noAccess: "This address has no valid key",
  noAccessHelp: "Open the address that “ucap edit” printed in the terminal.",
  noAccessWhileTyping: "The editor at this address does not accept this page: it may be that of another project. What you type is kept in this page, and saved when you open the address that “ucap edit” prints for this project.",
  serverGone: "The editor has ended. What you type is kept in this page, and saved when you start “ucap edit” again.",
  readOnlyWhileTyping: "The editor was started with --read-only. What you type is kept in this page, and saved when it is started without.",
  keptUntilWritten: "What you type is kept in this page, and saved as soon as the file can be written.",
  fileUnreadable: "{name} cannot be read. Choose a file, not a folder.",
  readOnly: "Only reading: the editor was started with --read-only.",

  search: "Search",
  searchHint: "City, theme or words of the plan",
  filter: "Filter",
  filterMore: "More filters",
  country: "Country",
  allCountries: "All countries",
  theme: "Theme",
  allThemes: "All themes",
  status: "Status",
  problems: "Problems",
  onlyProblems: "Only plans with errors ({count})",
  newPlan: "New plan",
  build: "Build",
  buildSome: "Build…",
  buildNow: "Build the documents",
  book: "All in one document",
  bookSome: "All in one document…",
  bookNow: "Build the document",
  buildingCount: "{done} of {total} plans built",
  allPlansCount: "All plans ({count})",
  somePlans: "Some plans",
  selectAll: "Select all",
  selectNone: "Select none",
  selectFinal: "Select final plans",
  formats: "Formats",
  languages: "Languages",
  ownLanguages: "Those that each plan names",
  bookLanguage: "That of the project",
  someLanguages: "Only these, with the translations that there are",
  someLanguagesHint: "A plan without a translation keeps its words; its labels, numbers and dates follow the language.",
  oldDocumentsLegend: "Old documents",
  prune: "Remove documents of plans that do not exist any more",
  pruneHint: "Documents that somebody has edited stay.",
  progress: "Progress",
  choosePlans: "Choose at least one plan.",
  chooseFormats: "Choose at least one format.",
  chooseLanguages: "Choose at least one language.",
  written: "written",
  unchanged: "unchanged",
  edited: "edited by somebody, and not overwritten",
  failed: "not built",
  removed: "removed",
  documentsIn: "The documents are in",
  indexIsThere: "The page index.html there lists all of them.",
  saveAll: "Save all as a ZIP file",
  copyPath: "Copy the name of the folder",
  copied: "Copied",
  save: "Save",
  document: "Document",
  result: "Result",
  length: "Length",
  building: "Building…",
  built: "{documents} built in the folder out",
  builtNothing: "Nothing was built: see the problems",
  preview: "Preview",
  cities: "Cities",
  complete: "Complete",
  statusAndDate: "Status and date",
  actions: "Actions",
  noDate: "No date",
  none: "None",
  noErrors: "No errors",
  leftOverInList: "{count} without a field",
  settingsWrong: "The settings of the office have errors, so that plans are shown without them:",
  toOffice: "Open the settings",
  noPlans: "There are no plans yet",
  noPlansHint: "Create the first one with “New plan”, or import a Word file, a table or a PDF.",
  someOf: "{count} of {total}",
  noMatches: "No plan matches the filter",
  documents: "Documents",
  duplicate: "Duplicate",
  duplicateAsk: "Duplicate {plan}",
  rename: "Rename",
  renameAsk: "Rename {plan}",
  renamed: "The plan is now called {plan}.",
  oldDocuments: "Documents with the old name remain: {documents}.",
  remove: "Delete",
  removeAsk: "Delete {plan}?",
  removeHelp: "The file {plan} is moved to plans/.deleted, and “Undo” brings it back.",
  removedPlan: "{plan} was deleted. “Undo” brings it back.",
  cancel: "Cancel",
  close: "Close the message",
  create: "Create",
  idLabel: "Name of the file",
  idHint: "Lower-case letters, digits and hyphens, such as hanoi-toulouse. It also names the documents.",
  idMissing: "Write a name for the file, such as hanoi-toulouse.",
  nameOfCity: "City {number}",
  duplicated: "This is {plan}, a copy of {origin}.",
  more: "More",
  draft: "Draft",
  final: "Final",

  plan: "Plan",
  viewOfPlan: "Form or pages",
  allPlans: "All plans",
  saved: "Saved",
  savedAt: "Saved at {time}",
  saving: "Saving…",
  notSaved: "Not saved",
  changedOnDisk: "Changed on disk",
  undo: "Undo",
  redo: "Redo",
  nothingToUndo: "There is nothing to undo",
  undone: "Undone: {change}",
  redone: "Done again: {change}",
  change_edit: "a change in the form",
  change_new: "a new plan",
  change_duplicate: "a copy of a plan",
  change_rename: "another name of a plan",
  change_delete: "the deletion of a plan",
  change_picture: "a new picture",
  change_import: "an import",
  change_review: "changes from replies",
  change_office: "a change of the settings",
  change_translate: "a change in a translation",
  undoRefused: "The last change cannot be undone, because the same place was changed since",
  problemHeading: "There is a problem",
  partOfPlan: "Part of the plan",
  form: "Form",
  pages: "Pages",
  error: "Error",
  warning: "Warning",
  info: "Note",
  use: "Use “{value}”",
  conflictHeading: "Somebody else changed the same field",
  yours: "Yours",
  theirs: "In the file",
  useYours: "Keep mine",
  useTheirs: "Keep the one in the file",
  empty: "(empty)",
  movedTo: "moved to place {number}",
  removedItem: "removed",
  insertedItem: "added: {value}",
  notEditable: "This file cannot be shown as a form. Change its text here, or fix the problems.",
  editableAgain: "This file can be shown as a form again.",
  showForm: "Show the form",
  fileText: "Text of the file",

  charactersRemoved: "Characters that no file can contain were left out or replaced.",
  unknown: "Unknown (printed as {value})",
  unknownInAll: "Unknown",
  printedAs: "Printed as {value}",
  city: "City {number}",
  column: "City {number}: {name}",
  addCity: "Add a city",
  addName: "Add a city to this column",
  moveLeft: "Move left",
  moveRight: "Move right",
  up: "Up",
  down: "Down",
  removeItem: "Remove",
  add: "Add",
  addTo: "Add to {label}",
  item: "{label} {number}",
  oneItem: "1 entry.",
  itemCount: "{count} entries, printed in this order.",
  chooseGoals: "Choose the goals that the plan names.",
  goal: "Goal {number}: {title}",
  wording: "Wording of goal {number}",
  wordingOfTopic: "Wording of topic {number}",
  topicHint: "Empty: {topic} is printed. Other words must name it, too, such as EU UP {topic}.",
  line: "line {line}",
  tryAgain: "Try again",
  wordingHint: "Empty: the official title is printed.",
  other: "Other: {value}",
  asText: "Write one text instead",
  asEntries: "Write separate entries instead",
  bold: "Bold",
  italic: "Italic",
  underline: "Underline",
  link: "Link",
  list: "List",
  language: "Language",
  textHint: "Leave an empty line between paragraphs.",
  formatted: "Formatted text",
  officeContact: "The contact of the office",
  otherContact: "Another contact",
  choose: "(not chosen)",
  packDefault: "The template of the office",
  inUnit: "In {unit}.",
  between: "From {minimum} to {maximum}.",
  atLeast: "At least {minimum}.",
  atMost: "At most {maximum}.",
  addRow: "Add a row",
  tableHint: "Cells that were copied in Excel can be pasted.",
  pastedRows: "{count} rows pasted",
  addPicture: "Add a picture",
  uploadPicture: "Choose a JPEG or PNG file",
  uploaded: "Stored as {name}",
  picture: "Picture {number}",
  fieldMissing: "this field is required",
  chooseOther: "Choose another one.",

  import: "Import",
  importSome: "Import…",
  importFile: "File to import",
  importHint: "A Word file, a workbook, a table (CSV), a text, or a PDF that contains its plan. Choose it, or drop it here.",
  reading: "Reading {name}…",
  withoutField: "{count} not certain",
  columnsAndFields: "What was found, and the fields",
  inFile: "In the file",
  importAs: "Import as",
  readAs: "Read as",
  readAsFirst: "Read as (first plan)",
  chooseField: "Choose a field",
  doNotImport: "Do not import",
  notImported: "Left out",
  notRead: "Not read: the field cannot have it. Kept in the plan file as a comment",
  notCertain: "Not certain: please choose",
  proposals: "Proposals:",
  takeProposals: "Take all {count} proposals",
  fieldsOfPlan: "The plan and all cities",
  ofAllCities: "All cities in one cell: {label}",
  wordMeans: "“{word}” means",
  noValue: "No value",
  withoutAField: "No field",
  changesOfUpdate: "Updating the plans that exist: {count}",
  plansFound: "Plans in the file",
  planExists: "Exists already",
  allExist: "These plans exist already. The screen “Replies” takes the changes of edited Word files into them.",
  nothingToUpdate: "The plans that exist have the values of the file already.",
  content: "Content",
  leftOver: "Left over",
  leftOverOfPlan: "{count} of the imported file without a field",
  leftOverOfPlanHint: "They are comments in the plan file. Write what is needed into the fields.",
  leftOverCount: "{count} without a field, kept in the plan files as comments",
  importNew: "Import as new plans",
  undecided: "Choose what to do with these first",
  undecidedColumn: "“{source}”: import as “{field}”, or do not import it",
  importWithout: "Import without them",
  importUpdate: "Update the plans that exist",
  applyWorkbook: "Apply the changes",
  saveChoices: "Save the choices as a file",
  rememberChoices: "Use these choices for the next file with such columns",
  imported: "{created} created, {changed} changed",
  importedWithRest: "{created} created, {changed} changed. {rest} without a field can be read in the plans.",
  changes: "Changes",
  field: "Field",
  was: "Was",
  now: "Now",
  conflictInPlan: "The plan has another value meanwhile: not applied",
  replies: "Replies",
  replyFiles: "Edited Word files",
  replyHint: "Word files of plans that partners have edited, or completed forms. Choose one or several, or drop them here.",
  planNotNamed: "The plan of this file is not known: {problem}.",
  sameName: "A file of this name is among the replies already.",
  furtherReply: "Read it as a further reply",
  replaceReply: "Replace the earlier one",
  planOfFile: "Plan that it is a reply to",
  choosePlan: "Read it as a reply to this plan",
  formOfNewPlan: "A completed form of a new plan is read under",
  outsideCount: "{count} outside the plan",
  madeCount: "{count} already in the plan",
  conflict: "Conflict",
  conflictHint: "Choose what the plan says. Until you choose, it keeps its words.",
  keepPlan: "Keep the words of the plan",
  decision: "Decision",
  accept: "Accept",
  reject: "Reject",
  edit: "Edit",
  editWords: "Words instead",
  otherWords: "Write other words",
  keepBoth: "Keep both",
  from: "From",
  removedWords: "Removed:",
  untracked: "Not tracked",
  answer: "Answer in a form",
  unknownAuthor: "Unknown author",
  comments: "Comments",
  outside: "Words outside the plan",
  outsideHint: "They are in no field of the plan, such as notes beside the table, and are not applied.",
  applyCount: "Apply {count}",
  appliedCount: "{count} applied",
  setDate: "Set the date of the content to today",
  dateSet: "The date of the content is today.",
  rejectedCount: "{count} rejected",
  notApplied: "Not applied",
  translations: "Translations",
  translation: "Translation",
  allTranslations: "All translations",
  translationsHint: "How much of each plan is translated. Open a language to translate, or add one by its name, such as Italian, or its tag, such as pt-BR.",
  noTranslations: "No further languages",
  newLanguage: "Further language of {plan}, such as fr",
  furtherLanguage: "Further language",
  writtenIn: "Written in",
  translate: "Translate",
  isOwnLanguage: "the plan is written in {language}; choose another language",
  planHasErrors: "Has errors",
  toPlan: "Open the plan",
  cannotShow: "Fix these errors first",
  onlyOpen: "Only texts that are missing or outdated",
  nothingToTranslate: "The plan has no texts to translate.",
  translatedCount: "{translated} of {total} texts are translated ({percent} %); {missing} missing, {outdated} outdated.",
  passage_missing: "Missing",
  passage_outdated: "Outdated",
  sameText: "Use the original text",
  buildLanguage: "Documents of this plan are built in {language}, too",
  stillRight: "The translation is still right",
  sourceChanged: "The text has changed since it was translated:",
  tagWrong: "write a tag such as en, fr or pt-BR, or the name of a language, such as Italian",
  textChanged: "the text was changed meanwhile: select the words again",
  languageOfWords: "Language of the selected words",
  languageTag: "Tag of the language",
  tagWords: "Tag the words",
  office: "Office",
  partOfOffice: "Part of the settings",
  contact: "Contact",
  contactHint: "Printed at the end of each summary, unless a plan has a contact of its own. Leave all lines empty to print that of the template.",
  contact_office: "Office or person",
  contact_email: "Email",
  contact_phone: "Telephone",
  contact_website: "Web address",
  contact_address: "Postal address",
  lead: "Sentence above the contact",
  fromTemplate: "The template has: {value}",
  needsOwnTemplate: "Create a template of your own first, at “Template”.",
  labelLanguages: "Languages of the programme label",
  labelLanguagesHint: "Printed beside the emblem. By country: the first partner outside the European Union decides.",
  otherCountries: "All other countries",
  byCountry: "By the country of the partner",
  partnerIn: "Partner in",
  labelIn: "Label in",
  addCountry: "Add a country",
  tagsHint: "Languages with commas between them. The template has it in: {tags}.",
  documentsPart: "Documents",
  usual: "As usual ({value})",
  planLanguage: "Language of plans that name none",
  planLanguageHint: "A language such as Italian, or a tag such as en, fr or pt-BR.",
  furtherLanguages: "Further languages of all plans",
  furtherLanguagesHint: "Languages with commas between them. A build also writes each plan in these languages.",
  pdfStandard: "Standard of PDF files",
  pdfStandardHint: "All of them are accessible and can be archived; the newest has the plan attached.",
  rowsPart: "Rows of the summary",
  rowsHint: "Which rows are printed in the summaries.",
  rowsAreList: "The settings name the rows to print in their order. Change that list in the file ucap.yaml.",
  asTemplate: "As in the template",
  rowIfKnown: "Only if it is known",
  rowAlways: "Always",
  rowNever: "Never",
  ownFields: "Own fields",
  ownFieldsHint: "Fields that your plans have besides the usual ones.",
  newField: "Name of a new field",
  fieldNameHint: "What it is called, such as Budget.",
  fieldExists: "there is a field {name} already; choose another name",
  fieldOfCities: "Each city has it",
  keyOfField: "Called {name} in plan files.",
  keyOfCity: "Called {name} in plan files, for each city.",
  fieldAfter: "Printed after",
  fieldAtEnd: "At the end",
  addField: "Add the field",
  fieldType: "Kind",
  fieldLabel: "Label",
  fieldHint: "Hint",
  fieldUnit: "Unit",
  fieldUnitHint: "Such as km or jobs.",
  fieldMinimum: "Smallest number or amount",
  fieldMaximum: "Largest number or amount",
  choices: "Choices",
  choiceNumber: "Choice {number}",
  choiceOther: "Other",
  newChoice: "Name of a new choice",
  addChoice: "Add the choice",
  columns: "Columns",
  columnsHint: "Each row of the table has them.",
  columnNumber: "Column {number}",
  columnLabel: "Heading of the column",
  columnName: "Name",
  columnTotal: "Print the total",
  newColumn: "Name of a new column",
  addColumn: "Add the column",
  type_line: "One line",
  type_lines: "Several lines",
  type_text: "Text",
  type_number: "Number",
  type_money: "Amount of money",
  type_date: "Date",
  type_choice: "Choice",
  type_list: "List of texts",
  type_table: "Table",
  indexPage: "Index page",
  indexHint: "The page out/index.html, which lists all summaries.",
  indexTitle: "Title of the index page",
  indexDrafts: "List drafts, too",
  ownTemplate: "Template",
  templateOffer: "The documents use the template {name}, which comes with the product and cannot be changed. A template of your own begins as a copy that follows it: you change the title, colours and labels.",
  templateName: "Name of your template",
  templateNameHint: "Lower-case letters, digits and hyphens.",
  createTemplate: "Create the template",
  ownTemplateAlone: "The documents use your template {name}.",
  ownTemplateIs: "The documents use your template {name}. Everything that you do not change here is as in {base}.",
  ownTemplateIsShipped: "The documents use your template {name}. Everything that you do not change here is as in the template of that name that comes with the product.",
  templateTitle: "Title of the summary",
  templateBroken: "The template has errors; see the list above.",
  numberFormat: "How numbers are printed",
  numberFormatHint: "Such as 13.6 Mio, 13.6 million or 13,600,000.",
  unknownWord: "Printed for unknown values",
  unknownWordHint: "Such as N/A.",
  logo: "Logo",
  logoHint: "Printed at the right of the page header, in all formats.",
  logoFile: "File",
  logoFileHint: "An SVG, PNG or JPEG file. An SVG is sharp at any size; convert its text to paths first.",
  logoAlt: "Description for people who cannot see it",
  logoAltHint: "Such as the name of your city.",
  noLogo: "No logo",
  removeLogo: "Remove the logo",
  colours: "Colours",
  colour: "Colour",
  chooseColour: "Choose a colour",
  colour_text: "text and titles",
  colour_background: "backgrounds",
  colour_lines: "lines and marks",
  contrastEnough: "{ratio} to 1 on white: enough for text",
  contrastLow: "{ratio} to 1 on white: too little for text",
  contrastOnBackground: "For text on a background",
  contrastUnused: "{ratio} to 1 on white: not used for text",
  templateColours: "Use the colours of the original",
  rowLabels: "Labels",
  rowLabelsHint: "Leave a label empty to print that of the original.",
  labelsIn: "Labels in",
  row: "Row",
  label: "Label",
  shownPlan: "Plan that is shown",

  pagesOfPlan: "Pages of the plan",
  viewOfPages: "View of the pages",
  pdf: "PDF",
  webPage: "Web page",
  word: "Word",
  pageOf: "Page {page} of {pages}",
  previous: "Previous",
  next: "Next",
  outdated: "These pages are from before the error.",
  noPages: "The pages appear here when the errors are fixed.",
  downloadPdf: "Download PDF",
  downloadWord: "Download Word",
  downloadWebPage: "Download web page",
  downloadForm: "Download a form for a city",
  emptyForm: "Download an empty form",
  emptyFormHint: "A Word file that a city fills in for a new plan. Import it when it is back.",
  workbook: "Download all plans as a workbook",
  workbookHint: "Change cells in a spreadsheet program, and import the file: only what you have changed changes the plans.",
  workbookIncomplete: "Not completely in the workbook: {plans}. Fix the errors of these plans first.",
  shownLanguage: "Language of the pages",
  ownLanguage: "The plan’s own language",
  goTo: "Go to {field}",
  pageAlt: "Page {page} of {pages}, as it appears in the PDF",
  pack: "Template",
  ownPack: "The plan’s own template",
  noProblems: "No problems",
};

/** What the form calls the fields of all plans, in the words of people who fill it in. Custom fields have labels of their own. */
export const FIELD_LABELS = {
  "title": "Title",
  "template": "Template",
  "language": "Language of the text",
  "status": "Status",
  "cities": "Cities",
  "cities.name": "Name",
  "cities.region": "Province, state or department",
  "cities.country": "Country",
  "cities.population": "Population",
  "cities.area_km2": "Area in km²",
  "cities.visits": "Visits",
  "cities.mayor": "Mayor",
  "cities.picture": "Picture of the city",
  "period": "Period of cooperation",
  "signed": "Agreement signed on",
  "themes": "Cooperation themes",
  "sdgs": "Related Sustainable Development Goals",
  "urban_agenda": "Topics of the Urban Agenda",
  "focus": "Key focus",
  "focus.theme": "Theme",
  "focus.text": "Text",
  "challenges": "Key challenges",
  "objectives": "Main objectives",
  "activities": "Main activities and key outputs",
  "activities.when": "When",
  "activities.text": "What",
  "activities.details": "Details",
  "results": "Expected results and benefits",
  "pictures": "Pictures",
  "pictures.file": "File",
  "pictures.alt": "Description for people who cannot see it",
  "pictures.caption": "Caption",
  "pictures.credit": "Author or owner",
  "cities.picture.file": "File",
  "cities.picture.alt": "Description for people who cannot see it",
  "cities.picture.caption": "Caption",
  "cities.picture.credit": "Author or owner",
  "contact.office": "Office or person",
  "contact.email": "Email",
  "contact.phone": "Telephone",
  "contact.website": "Web address",
  "contact.address": "Postal address",
  "contact": "Contact",
  "languages": "Further languages",
  "label_languages": "Languages of the programme label",
  "updated": "Date of the content",
  "sources": "Sources",
  "id": "Name of the file",
  "cities.place": "Region and country",
  "topics": "Goals and topics of the Urban Agenda",
};

/** The hints of fields of all plans, for people who do not write the file. Other fields have those of their descriptions. */
export const FIELD_HINTS = {
  "cities.name": "Cities in one column are printed with commas between them.",
  "title": "Empty: the title of the template.",
  "template": "The look of the documents.",
  "language": "A language such as Italian, or a tag such as en, fr or pt-BR. Empty: that of the office.",
  "languages": "The documents are built in these, too, with the translations of the plan.",
  "label_languages": "Printed beside the emblem. Empty: those of the template.",
  "status": "Drafts have a watermark, and are not in the list of all summaries.",
  "signed": "A date such as 2018-05-31, or words.",
  "updated": "The date that the documents show, as year, month and day: 2019-04-30.",
  "sources": "Where the facts are from. Printed in the document with all plans, and by some templates.",
  "activities.details": "Points below this activity, each on a line of its own.",
  "pictures.file": "Choose a JPEG or PNG file, or write the name of one in the folder pictures beside the plan.",
  "pictures.alt": "What it shows, such as The river between the two cities.",
  "cities.picture.file": "Choose a JPEG or PNG file, or write the name of one in the folder pictures beside the plan.",
  "cities.picture.alt": "What it shows, such as The river between the two cities.",
};

/** The parts of the form: their names, and the fields in each. Other fields follow in parts of their own. */
export const PARTS = [
  ["Cities", ["cities"]],
  ["Period and dates", ["period", "signed", "updated"]],
  ["Themes", ["themes"]],
  ["Goals and topics", ["sdgs", "urban_agenda"]],
  ["Key focus", ["focus"]],
  ["Challenges", ["challenges"]],
  ["Objectives", ["objectives"]],
  ["Activities", ["activities"]],
  ["Results", ["results"]],
  ["Pictures", ["pictures"]],
  ["Contact", ["contact"]],
  ["Languages", ["language", "languages", "label_languages"]],
  ["Sources", ["sources"]],
  ["Publication", ["title", "template", "status"]],
];

/** The texts of the buttons that download a document, by its format. */
export const DOWNLOADS = { pdf: "downloadPdf", docx: "downloadWord", html: "downloadWebPage" };

/** The text with that name, with values in the place of their names. */
export function say(name, values = {}) {
  return TEXTS[name].replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

/** What the form calls the places of these problems, whose hints are for people who write the file. */
const HINTS = {
  "document-edited": "Take its changes into the plan on the screen “Replies”, or move it to another folder.",
  "plan-exists": "Leave it out, or give the plan that exists another name.",
  "book-name-taken": "Give the plan of that name another one.",
  "plan-name-taken": "Give the plan another name.",
  "index-foreign": "Move it to another folder.",
  "plan-deleted": "Select “Remove documents of plans that do not exist any more”.",
  "build-running": "Wait until it is done.",
  "plan-unknown": "Choose another plan in the list.",
  "review-not-applied": "Change the plan in its form.",
  "review-conflict": "Choose the words, or write others.",
  "translation-missing": "Translate it on the screen “Translations”.",
  "translation-outdated": "Update it on the screen “Translations”.",
  "labels-missing": "Write labels in this language on the screen “Office”, or leave them.",
  "alt-missing": "Write what it shows or whose it is, such as Our City.",
  "sdg-unknown": "Select a goal above, or write SDG and its number, as in SDG 11.",
  "urban-agenda-unknown": "Select a topic above, or move these words to the themes.",
  "section-empty": "Fill them in, or select “Unknown” where it is offered.",
  "facts-missing": "Fill them in, or select “Unknown”.",
  "updated-missing": "Fill in “Date of the content”; it becomes the date of the documents.",
  "import-no-header": "Choose below which columns have the names of the cities, and what else is to be imported.",
  "import-column": "Choose a field for it above, or “Do not import”.",
  "import-no-cities": "Choose below which label has the names of the cities.",
  "review-date-kept": "Change “Date of the content” if readers are to see that the plan is new.",
};

/** What the form calls the places of these problems, whose messages name settings or fields of files. */
const MESSAGES = {
  "updated-missing": "the plan has no date of the content",
  "alt-missing": "the description for people who cannot see the picture is missing",
};

/** The message of a problem; empty fields are called as in the form. */
export function problemMessage({ code, message }) {
  const written = MESSAGES[code] ?? message.replaceAll("`", "");
  if (code !== "section-empty" && code !== "facts-missing") return written;
  const start = written.lastIndexOf(": ") + 2; // of the names of the fields that are empty
  const names = written.slice(start).split(", ");
  const labels = names.map((name) => FIELD_LABELS[name] ?? FIELD_LABELS[`cities.${name}`] ?? name);
  return written.slice(0, start) + labels.join(", ");
}

/** The message of a problem beside the name or the input of its field, which it does not name again. */
export function problemAtField(problem) {
  return problem.code === "field-missing" ? say("fieldMissing") : problemMessage(problem);
}

/** Whether a problem is in the settings or a template, whose fields may have the names of those of plans. */
export function isOfSettings({ path }) {
  return path === "ucap.yaml" || (path?.startsWith("templates/") ?? false);
}

/** What a problem is, and what to do about it. */
export function problemSentence(problem) {
  const hint = problemHint(problem);
  return hint ? `${problemMessage(problem)}. ${hint}` : problemMessage(problem);
}

/** Where a problem is, what it is, and what to do about it: the file with its line, and the field. */
export function problemWithPlace(problem) {
  const line = problem.line === null ? problem.path : `${problem.path}:${problem.line}`;
  const name = problem.field ? fieldName(problem.field) : "";
  const message = name ? problemAtField(problem) : problemMessage(problem);
  const hint = problemHint(problem);
  const sentence = `${[line, name, message].filter(Boolean).join(": ")}.`;
  return hint ? `${sentence} ${hint}` : sentence;
}

/** What to do about a problem, as a sentence without the signs for names in files; empty if nothing can be said. */
export function problemHint({ code, hint }) {
  if (HINTS[code]) return HINTS[code];
  if (!hint) return "";
  if (code === "field-missing" && hint.startsWith("add ")) return ""; // how to write it in the file
  if (code === "value-invalid" && hint.startsWith("write one of ")) return say("chooseOther"); // a list has their labels
  if (/(^|[\s`])(ucap |--[a-z])/.test(hint)) return ""; // what can only be done in a terminal helps nobody here
  const written = hint.replaceAll("`", "");
  return written.charAt(0).toUpperCase() + written.slice(1) + (/[.?]$/.test(written) ? "" : ".");
}

/** A number with its noun in the plural, such as "2 errors". */
export function counted(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

const SEVERITY_NOUNS = { error: "error", warning: "warning", info: "note" };

/** The numbers of problems of each severity, such as "1 error, 2 notes"; an empty text for none. */
export function countedProblems(problems) {
  const bySeverity = Object.groupBy(problems, (problem) => problem.severity);
  const present = Object.keys(SEVERITY_NOUNS).filter((severity) => bySeverity[severity]);
  return present.map((severity) => counted(bySeverity[severity].length, SEVERITY_NOUNS[severity])).join(", ");
}

/** What people call a place in a plan, such as "City 2, country"; `other` for fields without a label. */
export function fieldName(path, other = path) {
  const withoutIndexes = path.replaceAll(/\[\d+\]/g, "");
  const names = withoutIndexes.split(".");
  const list = names[0];
  if (!Object.hasOwn(FIELD_LABELS, list)) return other;
  const label = FIELD_LABELS[withoutIndexes] ?? names.at(-1);
  const [, index] = /\[(\d+)\]/.exec(path) ?? [];
  if (index === undefined) return label;
  const item = itemName(list, FIELD_LABELS[list], Number(index) + 1);
  if (withoutIndexes === list) return item;
  return `${item}, ${label.charAt(0).toLowerCase()}${label.slice(1)}`;
}

/** What people call an item of a list. */
export function itemName(list, label, number) {
  if (list === "cities") return say("city", { number });
  if (list === "pictures") return say("picture", { number });
  return say("item", { label, number });
}

const languageNames = new Intl.DisplayNames(["en"], { type: "language" });

/** The name of a language by its tag; the tag itself if it has none. */
export function languageName(tag) {
  try {
    return languageNames.of(tag) ?? tag;
  } catch {
    return tag; // not a tag
  }
}

const ownNames = new Intl.DisplayNames(["en"], { type: "language", fallback: "none" });
const LETTERS = [..."abcdefghijklmnopqrstuvwxyz"];
let tagsByName = null;

/** The tags of languages by their names in English and in themselves, in small letters. */
function languageTags() {
  if (tagsByName) return tagsByName;
  tagsByName = new Map();
  const codes = LETTERS.flatMap((first) => LETTERS.map((second) => first + second));
  for (const code of codes) {
    const name = ownNames.of(code);
    if (!name) continue;
    tagsByName.set(name.toLowerCase(), code);
    tagsByName.set(new Intl.DisplayNames([code], { type: "language" }).of(code).toLowerCase(), code);
  }
  return tagsByName;
}

/** The tag of a language that a text names, or is; null for other texts. */
export function tagOf(text) {
  const written = text.trim();
  const named = languageTags().get(written.toLowerCase());
  if (named) return named;
  return /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(written) ? written : null;
}
