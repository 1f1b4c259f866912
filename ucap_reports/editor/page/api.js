// Requests to the server. Each has the token, which came with the address and is kept for the next visit.

import { say } from "/texts.js";

const KEY = "ucap-token";
const HEADER = "X-Ucap-Token";
const PASSING = [401, 503]; // an editor of another project is at this address, or too many pages are open

const STREAMS = 4; // connections of pages that stay open
const PAUSE = 1000; // milliseconds before the server is asked again

// The page keeps its token: at the same port, an editor of another project may be started later, and what is typed here
// must not reach its plans.
const token = await ownToken();

/** The token of the address, or else the one that is kept. A link of another site may have a wrong one. */
async function ownToken() {
  const kept = localStorage.getItem(KEY) ?? "";
  if (location.hash.length <= 20) return kept;
  const offered = location.hash.slice(1);
  history.replaceState(null, "", location.pathname + location.search);
  const answer = await fetch("/api/project", { headers: { [HEADER]: offered } }).catch(() => null);
  if (!answer?.ok) return kept;
  localStorage.setItem(KEY, offered);
  return offered;
}

/** An answer of the server that refuses a request; the message says why. */
export class ApiError extends Error {
  constructor(status, body) {
    const reason = body?.error ?? body?.problems?.map((problem) => problem.message).join("; ") ?? `${status}`;
    super(status === 401 ? `${say("noAccess")}. ${say("noAccessHelp")}` : reason);
    this.status = status;
    this.body = body;
  }
}

/** Thrown if the server cannot be reached, because it has ended. */
export class Unreachable extends Error {
  constructor() {
    super(say("serverGone"));
  }
}

/** Send a request with the token. Throws Unreachable, and AbortError if its signal stops it. */
async function send(path, options = {}) {
  try {
    return await fetch(path, { ...options, headers: { [HEADER]: token, ...options.headers } });
  } catch (error) {
    throw error.name === "AbortError" ? error : new Unreachable();
  }
}

/** The answer of the server as data. Throws ApiError, and Unreachable. */
export async function request(method, path, body) {
  const answer = await send(path, {
    method,
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return dataOf(answer);
}

/** What the server says at an address that is asked again and again, whose answers may arrive in another order. */
export class LatestAnswers {
  #address;
  #asked = 0;
  #answered = 0;

  constructor(address) {
    this.#address = address;
  }

  /** The answer as it is now; null if a question that was asked later has its answer already. Throws as `request`. */
  async ask() {
    const number = this.#asked += 1;
    const answer = await request("GET", this.#address);
    if (number < this.#answered) return null;
    this.#answered = number;
    return answer;
  }
}

/** The data of an answer. Throws ApiError, and Unreachable if the server ends before the end of the answer. */
async function dataOf(answer) {
  const data = await answer.json().catch(() => null);
  if (!answer.ok) throw new ApiError(answer.status, data);
  if (data === null) throw new Unreachable();
  return data;
}

/**
 * Do something that takes long: `onstep` gets each step of the answer until `ended`, or until `stop` is called.
 *
 * `isLast` tells the last step. `ended` throws Unreachable if the server ends before it.
 */
export function requestSteps(path, body, onstep, isLast) {
  const controller = new AbortController();
  const read = async () => {
    const answer = await send(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
      body: JSON.stringify(body),
      signal: controller.signal,
    });
    if (!answer.ok) throw new ApiError(answer.status, await answer.json().catch(() => null));
    let isComplete = false;
    await readEvents(answer.body, (data) => {
      const step = JSON.parse(data);
      isComplete = isComplete || isLast(step);
      onstep(step);
    });
    if (!isComplete) throw new Unreachable();
  };
  return { ended: read(), stop: () => controller.abort() };
}

/** A file as it is now, so that it can be sent again after the one on the disk has changed. Throws Error. */
export async function inMemory(file) {
  try {
    return new File([await file.arrayBuffer()], file.name, { type: file.type });
  } catch {
    throw new Error(say("fileUnreadable", { name: file.name })); // such as a folder that was dropped
  }
}

/** Send a file of any kind; the answer is as that of `request`. */
export function uploadAs(path, file) {
  return upload(path, file, "application/octet-stream");
}

/** Send a file; the answer is as that of `request`. */
export async function upload(path, file, type = file.type) {
  const answer = await send(path, { method: "POST", headers: { "Content-Type": type }, body: await inMemory(file) });
  return dataOf(answer);
}

/** Save a document of the server as a file. Returns the headers of the answer. */
export async function download(path, name) {
  const answer = await send(path);
  if (!answer.ok) throw new ApiError(answer.status, await answer.json().catch(() => null));
  const content = await answer.blob().catch(() => { throw new Unreachable(); });
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  return answer.headers;
}

/**
 * Follow the states of a plan, or the versions of all plans without one, until `stop` of the result is called. A state is
 * given to `onstate` again if that throws Unreachable.
 *
 * Server-sent events are read with `fetch`, since EventSource cannot send the token. A browser opens six connections to a
 * server, for all pages together: pages that nobody sees have none, and at most `STREAMS` have one that stays open. The
 * others ask again after a pause.
 */
export function follow(parameters, onstate, onconnection) {
  let stopped = false;
  let last = "";
  let connection = new AbortController();
  const hide = () => document.hidden && connection.abort();
  /** Give a state to the page, and again after a pause if it could not get from the server what belongs to it. */
  const take = async (data) => {
    if (data === last) return; // as before the pause
    last = data;
    while (!stopped && data === last) {
      try {
        return await onstate(JSON.parse(data));
      } catch (error) {
        if (error instanceof ApiError) return;
        if (!(error instanceof Unreachable)) throw error;
      }
      await pause();
    }
  };
  const connect = async (stays) => {
    const answer = await send(`/api/states?${new URLSearchParams(parameters)}`, { signal: connection.signal });
    if (!answer.ok) throw new ApiError(answer.status, null);
    onconnection(true);
    await readEvents(answer.body, take, { onlyFirst: !stays });
    if (stays) onconnection(false);
  };
  const read = async () => {
    while (!stopped) {
      connection = new AbortController();
      try {
        await withSlot(connect);
      } catch (error) {
        if (stopped || (error instanceof ApiError && !PASSING.includes(error.status))) return;
        if (!connection.signal.aborted) onconnection(false);
      }
      if (!document.hidden) await pause();
      await untilVisible();
    }
  };
  document.addEventListener("visibilitychange", hide);
  untilVisible().then(read);
  return {
    stop() {
      stopped = true;
      document.removeEventListener("visibilitychange", hide);
      connection.abort();
    },
  };
}

/** Wait before the server is asked again. */
function pause() {
  return new Promise((resolve) => setTimeout(resolve, PAUSE));
}

/** Wait until the page is seen. */
function untilVisible() {
  return new Promise((resolve) => {
    const check = () => {
      if (document.hidden) return;
      document.removeEventListener("visibilitychange", check);
      resolve();
    };
    document.addEventListener("visibilitychange", check);
    check();
  });
}

/** Call a function with whether its connection may stay open, and keep others from that meanwhile. */
async function withSlot(action) {
  for (let number = 0; number < STREAMS; number += 1) {
    const wasFree = await navigator.locks.request(`ucap-stream-${number}`, { ifAvailable: true }, async (lock) => {
      if (lock) await action(true);
      return lock !== null;
    });
    if (wasFree) return;
  }
  await action(false);
}

/** Call a function with the data of each event, or of the first one. */
async function readEvents(body, ondata, { onlyFirst = false } = {}) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read().catch((error) => {
      throw error.name === "AbortError" ? error : new Unreachable();
    });
    if (done) return;
    text += value;
    const events = text.split("\n\n");
    text = events.pop();
    for (const event of events) {
      const data = event.split("\n").filter((line) => line.startsWith("data: ")).map((line) => line.slice(6)).join("\n");
      if (!data) continue;
      ondata(data);
      if (onlyFirst) return reader.cancel();
    }
  }
}
