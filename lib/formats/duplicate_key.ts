/** JSON that says something twice: parsers keep the last, so that what a person reads may not count. */

/** The first key that an object of a proper JSON text has twice. */
export function duplicateKey(json: string): string | undefined {
  /** The keys of the objects that are open; lists have none. */
  const open: Set<string>[] = [];
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === "{" || character === "[") open.push(new Set());
    else if (character === "}" || character === "]") open.pop();
    else if (character === '"') {
      const start = at++;
      while (json[at] !== '"') at += json[at] === "\\" ? 2 : 1;
      if (!/^\s*:/.test(json.slice(at + 1, at + 100))) continue;
      const key: string = JSON.parse(json.slice(start, at + 1));
      const keys = open[open.length - 1];
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
}
