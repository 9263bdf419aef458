/** What code and documents cite is in the repository: documents, their sections, linked files. */
import assert from "node:assert/strict";

const ROOT = new URL("../", import.meta.url);
/** Where citations are looked for. */
const CITING = ["lib", "kernels", "tasks", "tests", "bench", "examples", "docs"];
const TEXT = /\.(ts|js|wgsl|css|py|sh|md)$/;
/** What a run makes, and what comes from elsewhere. */
const NOT_OURS = /^(\.|node_modules$|analysis$)/;

function* filesIn(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(new URL(folder || ".", ROOT))) {
    if (NOT_OURS.test(name)) continue;
    const path = `${folder}${name}`;
    if (isDirectory) yield* filesIn(`${path}/`);
    else yield path;
  }
}

const read = (path: string) => Deno.readTextFileSync(new URL(path, ROOT));
const all = [...filesIn("")];
const citing = all.filter((path) =>
  TEXT.test(path) && (CITING.includes(path.split("/")[0]) || !path.includes("/"))
);
const documents = all.filter((path) => path.endsWith(".md"));

/** A document's text without its blocks and spans of code. */
const prose = (text: string) => text.replace(/^```.*?^```/gms, "").replace(/`[^`\n]*`/g, "");

/** The numbers of a document's sections, as `6` and `3.1`. */
function sections(text: string): string[] {
  return [...prose(text).matchAll(/^#{2,4} (\d+(?:\.\d+)?)\.? /gm)].map(([, number]) => number);
}

/** The anchors of a document's headings, as GitHub makes them. */
function anchors(text: string): string[] {
  const seen = new Map<string, number>();
  return [...text.replace(/^```.*?^```/gms, "").matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => {
    const anchor = heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-");
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times ? `${anchor}-${times}` : anchor;
  });
}

interface Citation {
  /** `undefined` for a section sign before any document was named. */
  document: string | undefined;
  section?: string;
}

/**
 * `docs/network.md §6` and the like. A section without a document is of the one named before it, or of
 * `own`.
 */
function citations(text: string, own?: string): Citation[] {
  const found: Citation[] = [];
  let document = own;
  const pattern = /\b(docs\/[\w./-]+?\.md)\b|§(\d+(?:\.\d+)?)(?:–(\d+(?:\.\d+)?))?/g;
  for (const [, named, first, last] of text.matchAll(pattern)) {
    if (named) found.push({ document: document = named });
    for (const section of [first, last]) if (section) found.push({ document, section });
  }
  return found;
}

/** What is wrong with the citations of a text. */
function wrongCitations(text: string, read: (path: string) => string | undefined, own?: string) {
  return citations(text, own).flatMap(({ document, section }) => {
    if (document === undefined) return [`§${section} of no document`];
    const cited = read(document);
    if (cited === undefined) return [`no ${document}`];
    const there = section === undefined || sections(cited).includes(section);
    return there ? [] : [`no §${section} in ${document}`];
  });
}

/** Links to files and headings of the repository: what is shown, the path, the anchor. */
function links(text: string): { shown: string; path: string; anchor: string | undefined }[] {
  return [...prose(text).matchAll(/\[([^\]]*)\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]*))?\)/g)]
    .map(([, shown, path, anchor]) => ({ shown, path, anchor }));
}

function wrongLinks(text: string, from: string, read: (path: string) => string | undefined) {
  return links(text).flatMap(({ shown, path, anchor }) => {
    const target = path ? new URL(path, `file:///${from}`).pathname.slice(1) : from;
    const linked = read(decodeURI(target));
    if (linked === undefined) return [`no ${target}`];
    if (anchor === undefined) return [];
    if (!anchors(linked).includes(anchor)) return [`no heading #${anchor} in ${target}`];
    const section = shown.match(/§([\d.]+)$/)?.[1];
    const right = !section || anchor.startsWith(section.replace(".", "") + "-");
    return right ? [] : [`"${shown}" leads to #${anchor}`];
  });
}

/** The text of a file of the repository, `""` of a folder. */
function ours(path: string): string | undefined {
  if (all.some((file) => file.startsWith(`${path.replace(/\/$/, "")}/`))) return "";
  return all.includes(path) ? TEXT.test(path) ? read(path) : "" : undefined;
}

/** Complaints of files, each with its path. */
function complaints(paths: readonly string[], look: (text: string, path: string) => string[]) {
  return paths.flatMap((path) => look(read(path), path).map((wrong) => `${path}: ${wrong}`));
}

Deno.test("every section of a document that code and documents cite is there", () => {
  const found = citing.flatMap((path) => path.startsWith("tests/citations") ? [] : [path]);
  const cited = found.flatMap((path) => citations(read(path)));
  assert.ok(cited.filter(({ section }) => section).length > 60, "citations are found at all");
  assert.deepEqual(
    complaints(found, (text, path) => {
      // What a link shows is compared with its anchor instead.
      const isDocument = path.endsWith(".md");
      const own = isDocument ? path : undefined;
      const plain = isDocument ? prose(text).replace(/\[[^\]]*\]\([^)]*\)/g, "") : text;
      return wrongCitations(plain, ours, own);
    }),
    [],
  );
});

Deno.test("nothing cites a specification that is not in the repository", () => {
  const old = /(?<![\w.-]|github\.com\/)spec\//;
  assert.deepEqual(citing.filter((path) => old.test(read(path))), []);
});

Deno.test("every link between documents leads to a file and a heading that are there", () => {
  assert.ok(documents.flatMap((path) => links(read(path))).length > 30, "links are found at all");
  assert.deepEqual(complaints(documents, (text, path) => wrongLinks(text, path, ours)), []);
});

Deno.test("the sections of a document have different numbers", () => {
  for (const path of documents) {
    const numbers = sections(read(path));
    assert.deepEqual([...new Set(numbers)], numbers, path);
  }
});

Deno.test("a citation of what is not there is found, in all forms that are in use", () => {
  const document = "# A\n\n## 1. One\n\n### 1.2. Two\n\n## 4. Four\n\n```\n## 5. Code\n```\n";
  const look = (text: string, own?: string) =>
    wrongCitations(text, (path) => path === "docs/a.md" ? document : undefined, own);
  assert.deepEqual(look("(docs/a.md §1.2, §4). See §1–4 and docs/a.md, too"), []);
  assert.deepEqual(look("docs/b.md"), ["no docs/b.md"]);
  assert.deepEqual(look("docs/a.md §2 to §4"), ["no §2 in docs/a.md"]);
  assert.deepEqual(look("docs/a.md §1–3"), ["no §3 in docs/a.md"]);
  assert.deepEqual(look("docs/a.md §1 and\n * §5"), ["no §5 in docs/a.md"]);
  assert.deepEqual(look("§1 of docs/a.md"), ["§1 of no document"]);
  assert.deepEqual(look("see §9", "docs/a.md"), ["no §9 in docs/a.md"]);
});

Deno.test("a link to what is not there is found", () => {
  const look = (text: string) =>
    wrongLinks(
      text,
      "docs/b.md",
      (path) =>
        path === "docs/a.md" ? "## 3.1. One & two\n" : path === "README.md" ? "" : undefined,
    );
  assert.deepEqual(look("[a](a.md), [a §3.1](a.md#31-one--two), [r](../README.md), `[c](d)`"), []);
  assert.deepEqual(look("[a §3](a.md#31-one--two)"), ['"a §3" leads to #31-one--two']);
  assert.deepEqual(look("[a](a.md#one)"), ["no heading #one in docs/a.md"]);
  assert.deepEqual(look("![p](p.png) [web](https://example.org/x.md)"), ["no docs/p.png"]);
});
