/** The recipes of CONTRIBUTING.md, followed literally in a copy of the repository. */
import assert from "node:assert/strict";
import { dirname } from "node:path";
import { SOURCE } from "../lib/cli/grants.ts";
import { runReal } from "./cli/machine.ts";

const ROOT = new URL("..", import.meta.url);
const DOCUMENT = Deno.readTextFileSync(new URL("CONTRIBUTING.md", ROOT));

interface Block {
  /** `ts` and `wgsl` are whole files, `diff` changes one, `sh` is to be run. */
  readonly language: string;
  /** The path that was named last before it. */
  readonly path: string | undefined;
  readonly text: string;
}

/** The blocks of code of a section. */
function blocks(heading: string): Block[] {
  const section = DOCUMENT.split(/^## /m).find((text) => text.startsWith(`${heading}\n`));
  assert.ok(section, heading);
  let path: string | undefined;
  return [...section.matchAll(/^```(\w+)\n(.*?)^```|`([\w./]+\.\w+)`/gms)].flatMap(
    ([, language, text, named]) => {
      path = named ?? path;
      return language ? [{ language, path, text }] : [];
    },
  );
}

/** A text with the changes of a diff, whose hunks are apart by `@@`. */
function changed(text: string, diff: string, path: string): string {
  for (const hunk of diff.split(/^@@\n/m)) {
    const lines = hunk.trimEnd().split("\n");
    const side = (other: string) =>
      lines.filter((line) => line[0] !== other).map((line) => line.slice(1) + "\n").join("");
    const before = side("+");
    assert.equal(text.split(before).length, 2, `${path} has once:\n${before}`);
    text = text.replace(before, () => side("-"));
  }
  return text;
}

async function copyTree(from: URL | string, to: string) {
  const info = await Deno.stat(from);
  if (info.isFile) return await Deno.copyFile(from, to);
  await Deno.mkdir(to, { recursive: true });
  for await (const { name } of Deno.readDir(from)) {
    if (name === "node_modules") continue;
    const path = from instanceof URL ? decodeURIComponent(from.pathname) : from;
    await copyTree(`${path}/${name}`, `${to}/${name}`);
  }
}

async function deno(folder: string, ...args: string[]) {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: folder,
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  assert.ok(success, `deno ${args.join(" ")}\n${text.decode(stdout)}${text.decode(stderr)}`);
}

/** Follows a recipe in a copy. @returns the paths that it touches */
async function follow(
  heading: string,
  look: (folder: string, outputs: readonly string[]) => Promise<void> | void = () => {},
): Promise<string[]> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    for (const name of SOURCE.filter((name) => !/^\.(git|deno|ci)$/.test(name))) {
      await copyTree(new URL(name, ROOT), `${folder}/${name}`);
    }
    const touched = new Set<string>();
    const outputs: string[] = [];
    for (const { language, path, text } of blocks(heading)) {
      if (language === "sh") {
        if (outputs.length === 0) await assertClean(folder, [...touched]);
        for (const line of text.trim().split("\n")) {
          const [program, ...args] = line.split(" ");
          assert.equal(program, "./run");
          const { code, out, error } = await runReal(folder, args, `${folder}/run`);
          assert.equal(code, 0, `${line}\n${out}${error}`);
          outputs.push(out);
        }
        continue;
      }
      assert.ok(path, text);
      touched.add(path);
      const file = `${folder}/${path}`;
      if (language === "diff") {
        await Deno.writeTextFile(file, changed(await Deno.readTextFile(file), text, path));
      } else {
        await Deno.mkdir(dirname(file), { recursive: true });
        await Deno.writeTextFile(file, text, { createNew: true });
      }
    }
    assert.ok(outputs.length > 0, "a recipe ends with commands");
    await look(folder, outputs);
    return [...touched];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What `./run ok` checks before the tests, of what a recipe touches and of what uses it. */
async function assertClean(folder: string, touched: readonly string[]) {
  await deno(folder, "fmt", "--check", ...touched.filter((path) => !path.endsWith(".wgsl")));
  const modules = touched.filter((path) => path.endsWith(".ts"));
  await deno(folder, "lint", ...modules);
  await deno(folder, "check", ...modules, "mod.ts", "tasks/verify.ts", "tasks/export.ts");
}

Deno.test("a layer is added in six files, one of them its test", async () => {
  const touched = await follow("Add a layer", (_, [output]) => {
    assert.match(output, /agrees with its float64 reference \.\.\. ok/);
    assert.match(output, /^1 passed, 0 failed$/m);
  });
  assert.equal(touched.length, 6);
});

Deno.test("a model is added in four files, trains, and predicts", async () => {
  const touched = await follow("Add a model", async (folder) => {
    for (const set of ["valid", "test"]) {
      await Deno.stat(`${folder}/analysis/predicted/augmented/${set}/tiny.npy.gz`);
    }
  });
  assert.equal(touched.length, 4);
});

Deno.test("the optimiser is changed in two files, and its reference", async () => {
  const touched = await follow("Change the optimiser", (_, outputs) => {
    for (const output of outputs) assert.match(output, /all within tolerance$/m);
  });
  assert.deepEqual(touched, [
    "kernels/shared/update.wgsl",
    "lib/nn/optimiser.ts",
    "lib/verify/reference/nesterov.ts",
  ]);
});

Deno.test("a diff that no longer fits is found", () => {
  const text = "a\nb\nc\nb\n";
  assert.equal(changed(text, " a\n-b\n+d\n", "x"), "a\nd\nc\nb\n");
  assert.equal(changed(text, "-a\n@@\n c\n+d\n", "x"), "b\nc\nd\nb\n");
  assert.throws(() => changed(text, "-e\n+f\n", "x"), /x has once:\ne/);
  assert.throws(() => changed(text, "-b\n+f\n", "x"), /x has once:\nb/);
});
