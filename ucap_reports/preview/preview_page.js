"use strict";
(() => {
  const RATIOS = [1, 1.5, 2, 3]; // those that the server makes pictures for
  const NAMES = { pdf: "PDF", docx: "Word" };
  const find = (id) => document.getElementById(id);
  const number = new Intl.NumberFormat("en");
  const form = document.querySelector("form");
  const chosen = new URLSearchParams(location.search);
  let looks = null;
  let shown = null;

  form.addEventListener("change", () => {
    for (const name of ["plan", "pack"]) {
      if (form.elements[name].value) chosen.set(name, form.elements[name].value);
      else chosen.delete(name);
    }
    history.pushState(null, "", `?${chosen}`);
    follow();
  });
  window.addEventListener("popstate", () => {
    for (const name of [...chosen.keys()]) chosen.delete(name);
    for (const [name, value] of new URLSearchParams(location.search)) chosen.set(name, value);
    follow();
  });
  // A browser grants a server few connections: a page that nobody sees holds none.
  document.addEventListener("visibilitychange", () => (document.hidden ? looks?.close() : follow()));
  followRatio();
  if (!document.hidden) follow();

  /** Ask for sharper pictures when the page is zoomed, or moved to another screen. */
  function followRatio() {
    const query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    query.addEventListener("change", () => { followRatio(); follow(); }, { once: true });
  }

  /** Show what is chosen, and every change of it. */
  function follow() {
    looks?.close();
    const asked = new URLSearchParams(chosen);
    const ratio = RATIOS.find((each) => each >= devicePixelRatio) ?? RATIOS.at(-1);
    asked.set("ratio", ratio);
    looks = new EventSource(`/looks?${asked}`);
    looks.addEventListener("message", (event) => show({ ...JSON.parse(event.data), ratio }));
    looks.addEventListener("open", () => tellConnection(true));
    looks.addEventListener("error", () => tellConnection(false));
  }

  function tellConnection(here) {
    document.body.classList.toggle("lost", !here);
    const text = here ? "Follows what you save" : "The preview has ended: start it again";
    if (find("connection").textContent !== text) find("connection").textContent = text;
  }

  function show(look) {
    const before = ["plan", "pack", "ratio"].every((name) => shown?.[name] === look[name]) ? shown : null;
    keepingPlace(() => {
      showChoice(look);
      showDocuments(look);
      showProblems(look);
      showPages(look, before);
    });
    shown = look;
    if (!chosen.has("plan") && look.plan !== null) {
      // From now on this plan, although another may become the first.
      chosen.set("plan", look.plan);
      history.replaceState(null, "", `?${chosen}`);
    }
  }

  /** Change the page without moving what its reader looks at. */
  function keepingPlace(change) {
    const top = (place) => find("pictures").children[place]?.getBoundingClientRect().top;
    const place = [...find("pictures").children].findIndex((page) => page.getBoundingClientRect().bottom > 0);
    const was = top(place);
    change();
    const is = top(place);
    if (scrollY > 0 && was !== undefined && is !== undefined) scrollBy({ top: is - was, behavior: "instant" });
  }

  function showChoice(look) {
    fillOptions(form.elements.plan, look.plans, look.plan);
    fillOptions(form.elements.pack, ["", ...look.packs], look.pack ?? "");
    const own = look.own_pack ? `The plan’s own: ${look.own_pack}` : "The plan’s own";
    if (form.elements.pack.options[0].label !== own) form.elements.pack.options[0].label = own;
    const errors = look.problems.filter((problem) => problem.severity === "error").length;
    document.querySelector("h1").textContent = look.plan ? `Preview of ${look.plan}` : "Preview";
    find("title").textContent = look.title;
    document.title = `${errors ? `${counted(errors, "error")}: ` : ""}${look.plan ?? "no plans"} – preview`;
  }

  function fillOptions(select, values, value) {
    const wanted = value === null || values.includes(value) ? values : [...values, value];
    const same = wanted.length === select.options.length && wanted.every((each, place) => select.options[place].value === each);
    if (!same) select.replaceChildren(...wanted.map((each) => new Option(each, each)));
    select.value = value ?? "";
  }

  function showDocuments(look) {
    find("withheld").hidden = look.publishable || look.plan === null;
    find("documents").replaceChildren(...look.documents.map((each) => {
      const pages = each.pages === null ? [] : [counted(each.pages, "page")];
      const about = element("div", {}, element("strong", {}, NAMES[each.format]), element("span", {}, [...pages, size(each.size)].join(", ")));
      if (each.before && !look.outdated) about.append(element("br"), element("span", { className: each.same ? "" : "more" }, difference(each)));
      const pack = look.pack ? `?${new URLSearchParams({ pack: look.pack })}` : "";
      const link = element("a", { href: `/documents/${encodeURIComponent(each.file)}${pack}`, download: each.file }, "Download");
      link.append(element("i", { className: "sight" }, ` ${NAMES[each.format]}`));
      return element("li", {}, about, ...(look.publishable ? [link] : []));
    }));
  }

  /** What the last save has done to a document, in words. */
  function difference(each) {
    if (each.same) return "Unchanged by the last save";
    const parts = [];
    const pages = (each.pages ?? 0) - (each.before.pages ?? 0);
    if (pages) parts.push(`${counted(Math.abs(pages), "page")} ${pages > 0 ? "more" : "fewer"}`);
    const bytes = each.size - each.before.size;
    parts.push(bytes ? `${size(Math.abs(bytes))} ${bytes > 0 ? "more" : "less"}` : "same size");
    return `Last save: ${parts.join(", ")}`;
  }

  function showProblems(look) {
    const counts = ["error", "warning"].map((severity) => [look.problems.filter((each) => each.severity === severity).length, severity]);
    const found = counts.filter(([count]) => count).map(([count, severity]) => counted(count, severity)).join(" and ");
    const text = found || "No problems";
    find("summary").className = found ? "" : "clean";
    if (find("summary").textContent !== text) find("summary").textContent = text;
    find("problems").replaceChildren(...look.problems.map(problemItem));
  }

  function problemItem(problem) {
    const place = [problem.path, problem.line, problem.column].filter((part) => part !== null).join(":");
    const where = [place, problem.place].filter(Boolean).join(": ");
    const kind = element("span", { className: "kind" }, problem.severity === "error" ? "Error: " : "Warning: ");
    const item = element("li", { className: problem.severity }, element("p", {}, kind, problem.message));
    if (where) item.append(element("p", { className: "place" }, element("code", {}, where)));
    if (problem.excerpt) {
      const [before, at, after] = problem.excerpt;
      item.append(element("p", { className: "excerpt" }, element("code", {}, before, ...(at ? [element("mark", {}, at)] : []), after)));
    }
    if (problem.hint) item.append(element("p", { className: "hint" }, `Hint: ${problem.hint}`));
    return item;
  }

  function showPages(look, before) {
    find("outdated").hidden = !look.outdated;
    document.body.classList.toggle("outdated", look.outdated);
    const figures = [...find("pictures").children];
    for (const surplus of figures.splice(look.pages.length)) surplus.remove();
    look.pages.forEach((page, place) => {
      const figure = (figures[place] ??= find("pictures").appendChild(element("figure", {}, element("figcaption"), element("div"))));
      const caption = `Page ${place + 1} of ${look.pages.length}`;
      const changed = before !== null && before.pages[place]?.name !== page.name;
      figure.firstChild.replaceChildren(element("span", {}, caption), ...(changed ? [element("b", {}, "Changed")] : []));
      figure.style.maxWidth = `${page.width}px`;
      figure.lastChild.style.aspectRatio = `${page.width} / ${page.height}`;
      Object.assign(figure.dataset, { picture: `/pictures/${page.name}.png`, text: `${caption}, as the PDF prints it` });
    });
    // What is looked at comes first: the server draws one picture after the other.
    const distance = new Map(figures.map((figure) => [figure, Math.abs(middle(figure) - innerHeight / 2)]));
    for (const figure of figures.sort((one, other) => distance.get(one) - distance.get(other))) draw(figure);
  }

  function middle(figure) {
    const { top, bottom } = figure.getBoundingClientRect();
    return (top + bottom) / 2;
  }

  /** Put the picture of a page in the place of the one before as soon as it can be seen. */
  async function draw(figure) {
    const { picture, text } = figure.dataset;
    const old = figure.querySelector("img");
    if (old?.getAttribute("src") === picture) {
      old.alt = text;
      return;
    }
    const drawn = Object.assign(new Image(), { src: picture, alt: text });
    await drawn.decode().catch(() => {}); // one that is gone again is followed by another look
    if (figure.dataset.picture === picture) figure.lastChild.replaceChildren(drawn);
  }

  function counted(count, one) {
    return count === 1 ? `1 ${one}` : `${number.format(count)} ${one}s`;
  }

  function size(bytes) {
    return bytes < 1000 ? counted(bytes, "byte") : `${number.format(Math.round(bytes / 100) / 10)} kB`;
  }

  function element(name, properties = {}, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }
})();
