/** The whole network against the golden vectors, and `deno task verify` as a user calls it. */
import assert from "node:assert/strict";
import { readSafetensors, writeSafetensors } from "../../lib/formats/safetensors.ts";
import { compareWithGolden } from "../../lib/verify/golden.ts";
import { openGpu } from "../../lib/gpu/device.ts";
import { sharedPath, sharedTest } from "../shared.ts";

for (const name of ["extradense", "maxout2048", "relu", "shareddense", "8433n"]) {
  const path = `golden/${name}.safetensors`;
  sharedTest(
    `the whole network agrees with ${name}, forward, backward and trained`,
    path,
    async () => {
      const gpu = await openGpu();
      try {
        const rows = await compareWithGolden(gpu, sharedPath(path));
        assert.ok(rows.length > 40, `${rows.length} tensors`);
        const failed = rows.filter(({ excess }) => !(excess <= 1));
        assert.deepEqual(failed, []);
      } finally {
        gpu.close();
      }
    },
  );
}

/** Runs the task as deno.json does. */
async function verify(...args: string[]) {
  const task = new URL("../../tasks/verify.ts", import.meta.url).pathname;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-read", decodeURI(task), ...args],
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  return { code, lines: text.decode(stdout).trim().split("\n"), error: text.decode(stderr) };
}

sharedTest(
  "verify --golden names the adapter, each tensor, ties, and fails where a file says otherwise",
  "golden/8433n.safetensors",
  async () => {
    const folder = await Deno.makeTempDir();
    try {
      const right = sharedPath("golden/8433n.safetensors"), wrong = `${folder}/wrong.safetensors`;
      const { tensors, metadata } = await readSafetensors(sharedPath("golden/relu.safetensors"));
      tensors.get("grad.conv2.weight")!.data[5] += 0.01;
      const named = [...tensors].map(([name, tensor]) => ({ name, ...tensor }));
      await writeSafetensors(wrong, named, metadata);

      const { code, lines } = await verify("--golden", right, wrong);
      assert.equal(code, 1);
      assert.match(lines[0], /^Adapter: ./);
      assert.ok(lines.indexOf(right) < lines.indexOf(wrong));
      const ok = lines.filter((line) => /^ok +grad\.conv1\.weight .* % of tolerance/.test(line));
      assert.equal(ok.length, 2);
      const failed = lines.filter((line) => line.startsWith("FAIL"));
      assert.equal(failed.length, 1);
      assert.match(failed[0], /^FAIL +grad\.conv2\.weight +off by 1\.0e-2/);
      if (/llvmpipe/.test(lines[0])) {
        assert.match(lines.join("\n"), /note: tie in float32 before update \d+: units \d+ and \d+/);
      }
      assert.match(lines.at(-1)!, /^\d+ tensors compared, 1 beyond tolerance$/);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

Deno.test("verify has a line for each kernel that --only asks for, --details for each tensor", async () => {
  const { code, lines } = await verify("--only", "squared_error");
  assert.equal(code, 0);
  assert.equal(lines.length, 5);
  assert.match(lines[2], /^squared_error +3 +\d+\.\d % of tolerance {2}ok$/);
  const detailed = await verify("--only", "squared_error", "--details");
  assert.equal(detailed.lines.length, lines.length + 6);
  assert.match(
    detailed.lines[3],
    /^ {2}ok +squared_error, batch 16, software tiles: loss off by .* % of tolerance$/,
  );
  assert.match(lines.at(-1)!, /^6 tensors in 3 checks of kernels, all within tolerance$/);
});

Deno.test("verify explains what is no golden file, and names that match no check", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await writeSafetensors(`${folder}/other.safetensors`, [], { arch: "extradense" });
    const other = await verify("--golden", `${folder}/other.safetensors`);
    assert.equal(other.code, 1);
    assert.match(
      other.error,
      /^error: .*other\.safetensors does not say its \w+: not a golden file$/m,
    );
    await Deno.writeTextFile(`${folder}/text.safetensors`, "no tensors, but more than 8 bytes");
    const text = await verify("--golden", `${folder}/text.safetensors`);
    assert.equal(text.code, 1);
    assert.match(text.error, /^error: .* is damaged or not a safetensors file/m);
    await writeSafetensors(`${folder}/odd.safetensors`, [], {
      arch: "relu",
      filters: "[4, 4, 4, 4]",
      sizes: "[5, 5, 3, 3]",
    });
    const odd = await verify("--golden", `${folder}/odd.safetensors`);
    assert.match(odd.error, /^error: .*conv1, 4 filters of 5×5, would make maps of 41×41, which/m);
    const missing = await verify("--golden", `${folder}/missing.safetensors`);
    assert.equal(missing.code, 1);
    assert.match(missing.error, /^error: .*missing\.safetensors cannot be read/m);
    for (const { error } of [other, text, odd, missing]) assert.doesNotMatch(error, /^ +at /m);
    const none = await verify("--only", "no such kernel");
    assert.match(none.error, /^error: no check has "no such kernel" in its name/m);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
