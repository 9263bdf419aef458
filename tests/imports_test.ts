/** The rooms of the house: each may use only those below it, and the network knows no Deno. */
import assert from "node:assert/strict";

const ROOT = new URL("../", import.meta.url);

/**
 * Folders and files, from the roof to the ground. A file may import from its own room and from those
 * that stand below it here.
 */
const ROOMS = [
  "tests", // what holds all of this
  "tasks", // the command line, a script for each task
  "bench", // speed and memory
  "web", // the page that runs in browsers
  "examples", // programs that import mod.ts, as others would
  "mod.ts", // the library for other programs
  "lib/classify", // anybody's pictures, with the shipped parameters
  "lib/evaluate", // how right a network is about galaxies
  "lib/watch", // trainings in a browser
  "lib/demo",
  "lib/inside", // what a network makes of one galaxy
  "lib/library", // what mod.ts consists of
  "lib/reproduce", // the steps of the paper
  "lib/slurm", // job arrays
  "lib/doctor", // is this machine ready?
  "lib/draw", // the pictures of the documents
  "lib/ensemble",
  "lib/export", // for other programs
  "lib/train",
  "lib/predict",
  "lib/prepare",
  "lib/report", // what people look at
  "lib/browser", // a real one without a window
  "lib/cli", // flags, permissions, progress, what to do about an error
  "lib/tune",
  "lib/expect", // what kernels should take on a GPU
  "lib/verify",
  "lib/runs", // what is saved of a training
  "lib/synthetic",
  "lib/pictures", // anybody's galaxies
  "lib/data", // galaxies on disk
  "lib/marks.ts",
  "lib/galaxy", // the network of this paper
  "lib/nn", // layers
  "lib/gpu",
  "kernels",
  "lib/formats",
  "lib/provenance.ts",
  "lib/files",
  "lib/compare.ts", // files without imports, but for the last
  "lib/random.ts",
  "lib/nearest.ts",
  "lib/called.ts",
  "lib/version.ts",
  "lib/errors.ts",
];

/** Rooms that run in a browser too: no `Deno.*`, nothing of Node.js, nothing that uses them. */
const PORTABLE = ["lib/galaxy", "lib/nn", "lib/gpu", "kernels"];
/** What these may use besides each other. */
const PORTABLE_FILES = ["lib/random.ts", "lib/nearest.ts", "lib/errors.ts"];

const NOT_OURS = /^(\.|node_modules$|analysis$|data$|predictions$)/;

function* filesIn(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(new URL(folder || ".", ROOT))) {
    if (folder === "" && NOT_OURS.test(name) || name === "node_modules") continue;
    const path = `${folder}${name}`;
    if (isDirectory) yield* filesIn(`${path}/`);
    else if (/\.(ts|js|wgsl)$/.test(path)) yield path;
  }
}

function roomOf(path: string): string | undefined {
  return ROOMS.find((room) => path === room || path.startsWith(`${room}/`));
}

/** Code without its comments; what stands in quotes or backquotes is left. */
function withoutComments(source: string): string {
  const piece =
    /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|\/\/[^\n]*|\/\*.*?\*\//gs;
  return source.replace(piece, (text) => text.startsWith("/") ? " " : text);
}

/**
 * What a module imports: `import … from`, `export … from`, both with or without attributes, `import()`
 * of a text, and `new URL(…, import.meta.url)`, by which workers and files are named.
 */
function importsOf(source: string): string[] {
  const code = withoutComments(source);
  const forms = [
    /^\s*(?:import|export)\s(?:[\w\s{},*$]*?\sfrom\s*)?["']([^"'\n]+)["']/gm,
    /\bimport\(\s*["'`]([^"'`$\n]+)["'`]/g,
    /\bnew URL\(\s*["'`]([^"'`$\n]+)["'`]\s*,\s*import\.meta\.url/g,
  ];
  return forms.flatMap((form) => [...code.matchAll(form)].map(([, specifier]) => specifier));
}

/** The file of the repository that a specifier means; `undefined` for a package. */
function target(from: string, specifier: string): string | undefined {
  if (!/^\.{0,2}\//.test(specifier)) return undefined;
  return new URL(specifier, `file:///${from}`).pathname.slice(1);
}

/** What is wrong with the imports of a file, each as `file imports specifier: why`. */
function wrongImports(path: string, source: string): string[] {
  const room = roomOf(path);
  if (room === undefined) return [`${path} is in no room`];
  return importsOf(source).flatMap((specifier) => {
    const wrong = (why: string) => [`${path} imports "${specifier}": ${why}`];
    const file = target(path, specifier);
    if (PORTABLE.includes(room)) {
      if (file === undefined) return wrong(`${room} uses no packages`);
      const portable = PORTABLE_FILES.includes(file) || PORTABLE.includes(roomOf(file) ?? "");
      if (!portable) return wrong(`${room} runs without Deno, and this may not`);
    }
    // Tests and the bench look at everything, at files that are no code too.
    if (file === undefined || roomOf(file) === undefined && ROOMS.indexOf(room) <= 2) return [];
    const below = roomOf(file);
    if (below === undefined) return wrong("it is in no room");
    if (ROOMS.indexOf(below) >= ROOMS.indexOf(room)) return [];
    return wrong(`${below} stands above ${room}`);
  });
}

const files = [...filesIn("")];
const read = (path: string) => Deno.readTextFileSync(new URL(path, ROOT));

Deno.test("every file imports only from its own room and from those below", () => {
  assert.ok(files.filter((path) => importsOf(read(path)).length > 0).length > 250);
  assert.deepEqual(files.flatMap((path) => wrongImports(path, read(path))), []);
});

Deno.test("every room is there", () => {
  const empty = ROOMS.filter((room) => !files.some((path) => roomOf(path) === room));
  assert.deepEqual(empty, []);
});

Deno.test("docs/architecture.md has the same rooms in the same order", () => {
  const [, drawing] = /^## 1\. .*?^```\n(.*?)^```/ms.exec(read("docs/architecture.md"))!;
  const named = drawing.match(/(?<=^| ── )[a-z]+(?:\/[a-z]+|\.ts)?/gm);
  assert.deepEqual(named, ROOMS.filter((room) => room !== "tests" && !/^lib\/\w+\.ts$/.test(room)));
});

Deno.test("the GPU, layers, network and kernels know nothing of Deno and Node.js", () => {
  const portable = files.filter((path) =>
    PORTABLE.includes(roomOf(path)!) || PORTABLE_FILES.includes(path)
  );
  assert.ok(portable.length > 80);
  const wrong = portable.flatMap((path) => {
    const found = withoutComments(read(path)).match(/\bDeno\b|["'](?:node|npm|jsr):[^"']*/);
    return found ? [`${path} uses ${found[0]}`] : [];
  });
  assert.deepEqual(wrong, []);
});

Deno.test("all that the page in browsers is made of knows nothing of Deno and Node.js", () => {
  const seen = new Set<string>();
  const visit = (path: string) => {
    if (seen.has(path)) return;
    seen.add(path);
    // Types are gone when the page runs.
    const source = read(path).replace(/^import type [^;]*;/gm, "");
    for (const specifier of importsOf(source)) {
      const file = target(path, specifier);
      assert.ok(file !== undefined, `${path} imports the package ${specifier}`);
      if (/\.ts$/.test(file)) visit(file);
    }
    const found = withoutComments(source).match(/\bDeno\b|["'](?:node|npm|jsr):[^"']*/);
    assert.equal(found, null, `${path} uses ${found?.[0]}`);
  };
  for (const path of ["web/page.ts", "web/see/reader_worker.ts", "web/learn/worker.ts"]) {
    visit(path);
  }
  assert.ok(seen.size > 120);
});

Deno.test("they state facts, and know of no command line", () => {
  const portable = files.filter((path) =>
    PORTABLE.includes(roomOf(path)!) && !/\.wgsl$/.test(path)
  );
  const wrong = portable.flatMap((path) => {
    const texts = withoutComments(read(path)).match(/"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g) ?? [];
    const found = texts.join("\n").match(/(?<![\w-])--[a-z][\w-]*|\.\/run\b|\bdeno task\b/);
    return found ? [`${path} says ${found[0]}`] : [];
  });
  assert.deepEqual(wrong, []);
});

Deno.test("every form of an import is found, and no other text", () => {
  const source = [
    'import { a,\n  type b } from "./1.ts";',
    'import text from "../2.wgsl" with { type: "text" };',
    'import * as all from "./3.ts"; // import "./no.ts"',
    'export { c } from "./4.ts";',
    'export type * from "./5.ts";',
    'import "./6.ts";',
    '/* import "./no.ts" */',
    'const d = await import("./7.ts");',
    'new Worker(new URL("./8.ts", import.meta.url), { type: "module" });',
    'import source codec from "./9.wasm";',
    "import type { E } from './10.ts';",
    'const text = "import"; say("from", "./no.ts"); // "',
    'export const f = "./no.ts";',
  ].join("\n");
  const numbers = importsOf(source).map((specifier) => +specifier.match(/\d+/)![0]);
  assert.deepEqual(numbers.sort((a, b) => a - b), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

Deno.test("an import upwards is found, and says file and import", () => {
  const look = (path: string, specifier: string) =>
    wrongImports(path, `import { a } from "${specifier}";`);
  assert.deepEqual(look("lib/nn/layer.ts", "../galaxy/model.ts"), [
    'lib/nn/layer.ts imports "../galaxy/model.ts": lib/galaxy stands above lib/nn',
  ]);
  assert.deepEqual(look("lib/galaxy/network.ts", "../files/read.ts"), [
    'lib/galaxy/network.ts imports "../files/read.ts": lib/galaxy runs without Deno, and this may not',
  ]);
  assert.equal(look("lib/gpu/device.ts", "node:path").length, 1);
  assert.equal(look("lib/runs/folder.ts", "../../tasks/verify.ts").length, 1);
  assert.equal(look("tasks/verify.ts", "../tests/gpu.ts").length, 1);
  assert.equal(look("lib/new/file.ts", "./other.ts").length, 1);
  assert.deepEqual(look("lib/nn/layer.ts", "../../kernels/shared/state.wgsl"), []);
  assert.deepEqual(look("tasks/verify.ts", "../lib/verify/golden.ts"), []);
});
