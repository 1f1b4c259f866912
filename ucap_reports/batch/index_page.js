"use strict";
(() => {
  const FACETS = { country: fold, theme: fold, sdg: (text) => text.split(" ")[1] };
  const { letters: LETTERS, countries: OTHER_NAMES } = JSON.parse(document.getElementById("spellings").textContent);
  const AT_ONCE = 200; // cards: several screens of them
  const PIECE = 2000;
  const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;
  const form = document.querySelector("form");
  form.hidden = false;
  document.addEventListener("DOMContentLoaded", start);

  /** The words of a text in lower case without accents and punctuation, separated by single spaces. */
  function fold(text) {
    return text
      .normalize("NFKD")
      .toLowerCase()
      .replace(/[\u0300-\u036f]/g, "")
      .replace(/[^\x00-\x7f]/g, (letter) => LETTERS[letter] ?? letter)
      .replace(/[^\p{L}\p{M}\p{N}]+/gu, " ")
      .trim();
  }

  function start() {
    const status = document.querySelector("[role=status]");
    const none = document.querySelector(".none");
    const clear = document.querySelector("button");
    const labels = Object.fromEntries(Object.keys(FACETS).map((name) => [name, new Map()]));
    const cards = [...document.querySelectorAll("li")].map((item) => readCard(item, labels));
    for (const name in FACETS) fillOptions(form.elements[name], labels[name]);
    let keeping;
    let revealing;
    restore();
    show();
    form.addEventListener("input", show);
    form.addEventListener("submit", (event) => event.preventDefault());
    clear.addEventListener("click", () => {
      form.reset();
      show();
      form.elements.words.focus();
    });
    window.addEventListener("popstate", () => {
      restore();
      show();
    });

    function show() {
      const words = fold(form.elements.words.value).split(" ").filter(Boolean);
      const chosen = Object.keys(FACETS).filter((name) => form.elements[name].value);
      const counts = Object.fromEntries(Object.keys(FACETS).map((name) => [name, new Map()]));
      const late = [];
      let found = 0;
      for (const card of cards) {
        const missed = words.every((word) => has(card.words, word))
          ? chosen.filter((name) => !card[name].has(form.elements[name].value))
          : null;
        const shown = missed !== null && missed.length === 0;
        if (shown) found += 1;
        if (shown && card.item.hidden && found > AT_ONCE) late.push(card.item);
        else if (card.item.hidden === shown) card.item.hidden = !shown;
        if (missed === null || missed.length > 1) continue;
        // The number of cards that an option would find, given the other filters.
        for (const name of missed.length ? missed : Object.keys(FACETS))
          for (const key of card[name]) counts[name].set(key, (counts[name].get(key) ?? 0) + 1);
      }
      for (const name in FACETS) showCounts(form.elements[name], labels[name], counts[name]);
      const narrowed = words.length > 0 || chosen.length > 0;
      const number = (count) => count.toLocaleString("en");
      const text = narrowed ? `${number(found)} of ${number(cards.length)}` : number(cards.length);
      if (status.textContent !== text) status.textContent = text;
      none.hidden = found > 0;
      clear.hidden = !narrowed;
      clearTimeout(revealing);
      if (late.length) revealing = setTimeout(reveal, 0, late);
      clearTimeout(keeping);
      keeping = setTimeout(keep, 200); // browsers limit how often the URL may change
    }

    /** Show the cards far below in pieces, so that the next key press does not wait for thousands of them. */
    function reveal(items) {
      for (const item of items.splice(0, PIECE)) item.hidden = false;
      if (items.length) revealing = setTimeout(reveal, 0, items);
    }
  }

  /** Read a card: its item, its words for searching, and its keys for filtering. Adds their labels to `labels`. */
  function readCard(item, labels) {
    const about = item.querySelector("div");
    const card = { item, country: new Set(), theme: new Set(), sdg: new Set() };
    const texts = [...about.querySelectorAll("h3, p")].map((each) => each.textContent);
    for (const fact of about.querySelectorAll("dd")) {
      const name = fact.parentElement.className;
      const label = fact.textContent;
      const key = FACETS[name](label);
      card[name].add(key);
      const known = labels[name].get(key);
      if (known === undefined || label < known) labels[name].set(key, label); // "Smart city" before "smart city"
      texts.push(label, OTHER_NAMES[label] ?? "");
    }
    card.words = ` ${fold(texts.join(" "))}`;
    return card;
  }

  /** Whether a word of the text begins with `word`; text in scripts without spaces may contain it anywhere. */
  function has(text, word) {
    return text.includes(/^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{N}]/u.test(word) ? ` ${word}` : word);
  }

  function fillOptions(select, labels) {
    const order = new Intl.Collator("en", { numeric: true });
    const sorted = [...labels].sort(([, one], [, other]) => order.compare(one, other));
    select.append(...sorted.map(([key, label]) => new Option(label, key)));
  }

  function showCounts(select, labels, counts) {
    for (const option of [...select.options].slice(1)) {
      const count = counts.get(option.value) ?? 0;
      option.text = `${isolated(labels.get(option.value))} (${count.toLocaleString("en")})`;
      option.disabled = count === 0 && !option.selected;
    }
  }

  /** A label whose parentheses stay with its words from right to left (Unicode, UAX #9, directional isolates). */
  function isolated(label) {
    return RIGHT_TO_LEFT.test(label) ? `\u2068${label}\u2069` : label;
  }

  /** Set search and filters from the URL. */
  function restore() {
    const parameters = new URLSearchParams(location.search);
    form.elements.words.value = parameters.get("words") ?? "";
    for (const name in FACETS) {
      const select = form.elements[name];
      select.value = parameters.get(name) ?? "";
      if (select.selectedIndex < 0) select.value = "";
    }
  }

  /** Put search and filters into the URL, so that it can be shared. */
  function keep() {
    const parameters = new URLSearchParams([...new FormData(form)].filter(([, value]) => value.trim()));
    const query = parameters.toString() && `?${parameters}`;
    if (query !== location.search) history.replaceState(null, "", `${location.pathname}${query}${location.hash}`);
  }
})();
