// What can be done with a plan as a whole: create, duplicate, rename and delete it, each in a dialog.

import { request } from "/api.js";
import { button, element, find, tell } from "/dom.js";
import { say } from "/texts.js";
import { inPlainLetters } from "/values.js";

const LONGEST_ID = 80;

/** Raised by the action of a dialog to say why it is not done. */
export class Refusal extends Error {}

/** Ask for the id of a new plan, empty or a copy of another one, and open it. */
export function askToCreate(go, origin = null) {
  if (origin !== null) {
    askForId(say("duplicateAsk", { plan: origin }), say("create"), `${origin}-2`, async (id) => {
      await request("POST", "/api/plans", { id, from: origin });
      go(`/plans/${encodeURIComponent(id)}`, { message: say("duplicated", { plan: id, origin }) });
    });
    return;
  }
  const names = [1, 2].map((number) => element("input", { id: `new-city-${number}`, type: "text", autocomplete: "off", oninput: () => propose() }));
  const cities = names.map((input, index) => element("div", { class: "field" }, element("label", { for: input.id }, say("nameOfCity", { number: index + 1 })), input));
  const id = askForId(say("newPlan"), say("create"), "", async (written) => {
    const given = names.map((input) => input.value.trim());
    await request("POST", "/api/plans", { id: written, from: null, ...(given.some(Boolean) ? { cities: given } : {}) });
    go(`/plans/${encodeURIComponent(written)}`);
  }, cities);
  names[0].focus();
  let proposed = "";

  /** Name the file after the cities, until somebody has written another name. */
  function propose() {
    if (id.value !== proposed) return;
    proposed = idOf(names.map((input) => input.value).join(" "));
    id.value = proposed;
  }
}

/** A text as the name of a file: small letters, digits and hyphens, cut after a complete word. */
function idOf(text) {
  const id = (inPlainLetters(text.replaceAll(/['’]/g, "")).match(/[a-z0-9]+/g) ?? []).join("-");
  if (id.length <= LONGEST_ID) return id;
  const end = id.lastIndexOf("-", LONGEST_ID);
  return id.slice(0, end > 0 ? end : LONGEST_ID);
}

/** Ask for another id of a plan; `then` gets it with the documents that have the old name. */
export function askToRename(id, then) {
  askForId(say("renameAsk", { plan: id }), say("rename"), id, async (newId) => {
    const { documents } = await request("POST", `/api/plans/${encodeURIComponent(id)}/rename`, { id: newId });
    then(newId, documents);
  });
}

/** What is said after a plan was renamed: the documents that have its old name, if there are any. */
export function renamedText(id, documents) {
  const text = say("renamed", { plan: id });
  return documents.length ? `${text} ${say("oldDocuments", { documents: documents.join(", ") })}` : text;
}

/** Ask whether a plan is to be deleted, and delete it; `then` gets what to say about it. */
export function askToRemove(plan, then) {
  ask(say("removeAsk", { plan: plan.title }), [element("p", {}, say("removeHelp", { plan: `${plan.id}.yaml` }))], say("remove"), async () => {
    await request("DELETE", `/api/plans/${encodeURIComponent(plan.id)}`);
    then(say("removedPlan", { plan: plan.title }));
  });
}

/** Ask for the id of a plan, below other inputs; returns its input. */
function askForId(title, action, proposal, then, others = []) {
  const better = element("div", { class: "buttons" });
  const input = element("input", { id: "new-id", value: proposal, "aria-describedby": "new-id-hint", autocomplete: "off", spellcheck: "false" });
  ask(title, [others,
    element("label", { for: "new-id" }, say("idLabel")),
    element("p", { class: "hint", id: "new-id-hint" }, say("idHint")), input, better], action, async () => {
      try {
        if (!input.value.trim()) throw new Refusal(say("idMissing")); // such as after names of cities in other scripts
        await then(input.value.trim());
      } catch (problem) {
        input.setAttribute("aria-invalid", "true");
        const id = idOf(input.value);
        better.replaceChildren(...(id && id !== input.value.trim() ? [button(say("use", { value: id }), () => {
          input.value = id;
          better.replaceChildren();
          input.focus();
        })] : []));
        throw problem;
      }
    });
  input.focus();
  input.select();
  return input;
}

/** Show a dialog; it is closed when its action succeeds, and says why it does not. */
export function ask(title, content, action, then) {
  const error = element("p", { class: "error-text", role: "alert" });
  const submit = element("button", { class: "primary" }, action);
  const opener = document.activeElement;
  const close = () => {
    dialog.remove();
    focusAgain(opener);
  };
  const dialog = element("dialog", { "aria-labelledby": "dialog-title", onclose: close },
    element("form", { method: "dialog", onsubmit: async (event) => {
      event.preventDefault();
      submit.disabled = true;
      try {
        await then();
        dialog.close();
      } catch (problem) {
        error.textContent = `${say("error")}: ${problem.message}`;
        if (!dialog.isConnected) tell(error.textContent, "error"); // it was closed meanwhile
        submit.disabled = false;
        (dialog.querySelector("[aria-invalid=true]") ?? dialog.querySelector("input, button"))?.focus();
      }
    } },
      element("h2", { id: "dialog-title" }, title), error, content,
      element("div", { class: "buttons" }, submit, button(say("cancel"), () => dialog.close()))));
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Give the focus back to what has opened a dialog: the menu of a button in one, and the screen if it is gone. */
function focusAgain(opener) {
  if (document.activeElement !== document.body) return;
  const target = opener.closest("details.menu")?.querySelector("summary") ?? opener;
  const again = target.isConnected ? target : find(target.id); // a list may have been shown again meanwhile
  if (again && again !== document.body) again.focus();
  else find("main")?.focus({ preventScroll: true });
}
