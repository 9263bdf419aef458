/// <reference lib="dom" />
/** The page's elements, and what is put into them. */
import { html, type Markup } from "../lib/report/html.ts";

/** The element of an id, which web/index.html or a section of the page has. */
export function find<E extends Element = HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found as unknown as E;
}

/** Puts markup into an element, in place of what was there. */
export function show(element: Element, markup: Markup) {
  element.innerHTML = markup.text;
}

/** Says something in an element, as text. */
export function say(id: string, text: string) {
  const element = find(id);
  if (element.textContent !== text) element.textContent = text;
}

/** Calls back when somebody chooses another one of the inputs or selects below an element. */
export function onChange(element: Element, changed: (input: HTMLInputElement) => void) {
  element.addEventListener("change", ({ target }) => changed(target as HTMLInputElement));
}

/** Lets the browser draw and answer before the next piece of work. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** What went wrong, where the reader looks, with what to do about it. */
export function sayProblem(problem: string, todo: readonly (string | Markup)[] = []) {
  const place = find("problem");
  place.hidden = false;
  show(
    place,
    html`
      <p><strong>${problem}</strong></p>
      ${todo.length > 0 && html`<ul>${todo.map((what) => html`<li>${what}</li>`)}</ul>`}
    `,
  );
}

export function clearProblem() {
  find("problem").hidden = true;
}
