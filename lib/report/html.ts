/** HTML as a template: whatever is put into it is escaped, unless it is HTML already. */

export class Markup {
  constructor(readonly text: string) {}
}

type Child = Markup | string | number | undefined | false | readonly Child[];

/** `html`<p>${text}</p>``; lists are joined, `undefined` and `false` are nothing. */
export function html(parts: TemplateStringsArray, ...children: Child[]): Markup {
  return new Markup(
    parts.slice(1).reduce((text, part, index) => text + render(children[index]) + part, parts[0]),
  );
}

function render(child: Child): string {
  if (child === undefined || child === false) return "";
  if (child instanceof Markup) return child.text;
  if (typeof child === "object") return child.map(render).join("");
  return String(child).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
