// The pages of a plan, as its documents show them, updated after each change.

import { download, follow } from "/api.js";
import { button, element, setText, tell } from "/dom.js";
import { countedProblems, DOWNLOADS, isOfSettings, languageName, problemHint, problemMessage, say } from "/texts.js";

const RATIOS = [1, 1.5, 2, 3]; // the ratios that the server supports

export class PlanPages {
  #store;
  #onarea;
  #stream = null;
  #view = "pdf";
  #marked = null;
  #nameOf;
  #isDetailed;

  /** The pages of a plan; `onarea` is called with the field of a row that was clicked, `nameOf` names fields. */
  constructor(store, { onarea, packs, language = null, nameOf = null, isDetailed = true }) {
    this.#store = store;
    this.#onarea = onarea;
    this.#nameOf = nameOf;
    this.#isDetailed = isDetailed;
    this.language = element("select", { id: "shown-language", "aria-label": say("shownLanguage"), hidden: true, onchange: () => this.#follow() }, element("option", { value: "" }, say("ownLanguage")));
    if (language !== null) this.showLanguages([language], language);
    this.pictures = element("div", { class: "pictures" });
    this.notice = element("p", { class: "notice", hidden: true, role: "status" });
    this.position = element("p", { class: "hint" });
    this.frame = element("iframe", { title: say("webPage"), sandbox: "", hidden: true });
    const views = ["pdf", "web"].map((view) =>
      button(say(view === "pdf" ? "pdf" : "webPage"), () => this.#show(view), { "aria-pressed": String(view === "pdf"), "data-view": view }));
    this.views = element("div", { class: "toggle", role: "group", "aria-label": say("viewOfPages") }, views);
    this.pack = element("select", { id: "shown-pack", "aria-label": say("pack"), onchange: () => this.#follow() },
      element("option", { value: "" }, say("ownPack")), packs.map((name) => element("option", { value: name }, name)));
    this.problems = element("ol", { class: "all-problems" });
    this.problemsBox = element("details", { class: "problems-box" }, element("summary", {}, say("problems")), this.problems);
    this.root = element("section", { class: "pages", "aria-label": say("pagesOfPlan") },
      element("div", { class: "page-bar" }, this.views,
        element("div", { class: "position" }, this.position,
          this.turns = element("div", { class: "buttons" },
            button(say("previous"), () => this.#turn(-1), { id: "previous-page" }),
            button(say("next"), () => this.#turn(1), { id: "next-page" }))),
        this.pack, this.language),
      element("div", { class: "sheets", tabindex: "0", role: "group", "aria-label": say("pages"), onscroll: () => this.#showPosition() },
        this.notice, this.pictures, this.frame),
      this.problemsBox);
    this.sheets = this.root.children[1];
    this.documents = element("details", { class: "menu" },
      element("summary", {}, `${say("documents")}…`),
      element("div", { class: "menu-items" },
        Object.entries(DOWNLOADS).map(([format, text]) => button(say(text), () => this.#download(format))),
        button(say("downloadForm"), () => this.#download("form"))));
  }

  start() {
    this.#follow();
  }

  stop() {
    this.#stream?.stop();
  }

  /** Offer the pages in further languages. */
  showLanguages(tags, chosen = this.language.value) {
    for (const tag of new Set([chosen, ...tags])) {
      if (tag && ![...this.language.options].some((option) => option.value === tag)) this.language.append(element("option", { value: tag }, languageName(tag)));
    }
    this.language.value = chosen;
    this.language.hidden = this.language.options.length < 2;
  }

  #follow() {
    this.#stream?.stop();
    const ratio = RATIOS.find((one) => one >= devicePixelRatio) ?? RATIOS.at(-1);
    const parameters = { plan: this.#store.id, ratio, ...(this.#view === "web" ? { view: "web" } : {}), ...this.#choices() };
    this.#stream = follow(parameters, (state) => this.#take(state), (isThere) => document.body.classList.toggle("lost", !isThere));
  }

  /** The template and the language that were chosen. */
  #choices() {
    return { ...(this.pack.value ? { pack: this.pack.value } : {}), ...(this.language.value ? { language: this.language.value } : {}) };
  }

  /** Show a state. Returns what ends when the form shows the same file; throws Unreachable. */
  async #take(state) {
    this.notice.hidden = !state.outdated && state.pages.length > 0;
    setText(this.notice, say(state.outdated ? "outdated" : "noPages"));
    this.root.classList.toggle("outdated", state.outdated);
    this.frame.hidden = this.#view !== "web" || !state.web_page;
    if (state.web_page && this.#view === "web") {
      const address = `/pictures/${state.web_page}`;
      if (this.frame.getAttribute("src") !== address) this.frame.setAttribute("src", address);
    }
    this.pictures.hidden = this.#view === "web";
    this.#showPictures(state);
    this.#showPosition();
    this.#showProblems(state.problems);
    this.mark(this.#marked);
    if (state.digest && state.digest !== this.#store.digest) return this.#store.reload(state.digest);
  }

  /** All problems of the plan, its pages and its pack, with the line of the file that each is about. */
  #showProblems(problems) {
    setText(this.problemsBox.firstChild, countedProblems(problems) || say("noProblems"));
    this.problems.replaceChildren(...problems.map((problem) => {
      const place = [problem.path, problem.line, problem.column].filter((part) => part !== null).join(":");
      const item = element("li", { class: problem.severity }, element("p", {}, element("b", {}, `${say(problem.severity)}: `), problemMessage(problem)));
      const isElsewhere = isOfSettings(problem);
      const name = problem.field && this.#nameOf && !isElsewhere ? this.#nameOf(problem.field) : "";
      if (name && !this.#isDetailed) item.append(button(say("goTo", { field: name }), () => this.#onarea(problem.field), { class: "quiet" }));
      if (isElsewhere && place && !this.#isDetailed) item.append(element("p", { class: "hint" }, place));
      if (problem.hint && !this.#isDetailed) item.append(element("p", { class: "hint" }, problemHint(problem)));
      if (!this.#isDetailed) return item;
      if (place) item.append(element("p", { class: "hint" }, [place, problem.place].filter(Boolean).join(": ")));
      if (problem.excerpt) {
        const [before, at, after] = problem.excerpt;
        item.append(element("p", { class: "excerpt" }, element("code", {}, before, at ? element("mark", {}, at) : "", after)));
      }
      if (problem.hint) item.append(element("p", { class: "hint" }, problemHint(problem)));
      return item;
    }));
  }

  #showPictures(state) {
    const figures = [...this.pictures.children];
    for (const surplus of figures.splice(state.pages.length)) surplus.remove();
    state.pages.forEach((page, index) => {
      const figure = figures[index] ?? this.pictures.appendChild(element("figure", {}, element("img", {})));
      const picture = figure.querySelector("img");
      picture.alt = say("pageAlt", { page: index + 1, pages: state.pages.length });
      picture.width = Math.round(page.width);
      picture.height = Math.round(page.height);
      const address = `/pictures/${page.name}.png`;
      this.#replace(picture, address);
      this.#showAreas(figure, page, state.areas.filter((area) => area.page === index));
    });
  }

  /** Show another picture when it has arrived, so that the page does not flicker; not if it is wanted no more then. */
  #replace(picture, address) {
    picture.dataset.wanted = address;
    if (picture.getAttribute("src") === address) return;
    const next = new Image();
    next.src = address;
    next.decode().then(() => {
      if (picture.dataset.wanted === address) picture.src = address;
    }, () => {});
  }

  /** Buttons over the rows of the page, which lead to their fields. */
  #showAreas(figure, page, areas) {
    for (const old of figure.querySelectorAll("button")) old.remove();
    for (const area of areas) {
      const [left, top, width, height] = area.box;
      const target = button("", () => this.#onarea(area.field), { class: "area", "aria-label": area.label ?? area.field, tabindex: "-1", "data-field": area.field });
      target.style.left = `${(100 * left) / page.width}%`;
      target.style.top = `${(100 * top) / page.height}%`;
      target.style.width = `${(100 * width) / page.width}%`;
      target.style.height = `${(100 * height) / page.height}%`;
      figure.append(target);
    }
  }

  /** Mark the area of a field. */
  mark(path) {
    this.#marked = path;
    for (const area of this.pictures.querySelectorAll(".area")) {
      area.classList.toggle("marked", path !== null && isWithin(path, area.dataset.field));
    }
  }

  #show(view) {
    this.#view = view;
    for (const one of this.views.children) one.setAttribute("aria-pressed", String(one.dataset.view === view));
    this.#follow();
  }

  #turn(by) {
    const figures = [...this.pictures.children];
    figures[this.#current(figures) + by]?.scrollIntoView({ block: "start", behavior: "smooth" });
  }

  #current(figures) {
    const top = this.sheets.getBoundingClientRect().top;
    const index = figures.findIndex((figure) => figure.getBoundingClientRect().bottom > top + 80);
    return index < 0 ? 0 : index;
  }

  #showPosition() {
    const figures = [...this.pictures.children];
    this.turns.hidden = this.#view !== "pdf" || figures.length < 2;
    setText(this.position, figures.length && this.#view === "pdf" ? say("pageOf", { page: this.#current(figures) + 1, pages: figures.length }) : "");
  }

  async #download(format) {
    await this.#store.flush();
    const { id } = this.#store;
    const language = this.language.value ? `.${this.language.value}` : "";
    const name = format === "form" ? `${id}-form${language}.docx` : `${id}${language}.${format}`;
    try {
      await download(`/api/plans/${encodeURIComponent(id)}/documents/${format}?${new URLSearchParams(this.#choices())}`, name);
    } catch (error) {
      tell(error.message, "error");
    }
  }
}

/** Whether a field is the one of an area, in it, or around it. */
function isWithin(path, area) {
  const starts = (one, other) => one === other || one.startsWith(`${other}.`) || one.startsWith(`${other}[`);
  return starts(path, area) || starts(area, path);
}
