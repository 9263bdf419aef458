import assert from "node:assert/strict";
import { UserError } from "../../lib/errors.ts";
import { sha256 } from "../../lib/files/digest.ts";
import { resealed } from "../fuzz/samples.ts";
import {
  acceptUnmarked,
  dataMark,
  differences,
  type Mark,
  parseProvenance,
  type Provenance,
  provenanceText,
  requireSame,
  type SlowMark,
} from "../../lib/provenance.ts";
import { assertUserError } from "../data/folder.ts";

const GALAXIES = dataMark([5, 7], "2 galaxies from 5 to 7");
const MODEL = dataMark("relu", "relu with 12 parameters");
const ORIGIN: Provenance = {
  kind: "prediction",
  content: sha256("content"),
  marks: { model: MODEL, galaxies: GALAXIES },
  facts: { version: "1", chunk: 3 },
};

const refused = (text: string, ...patterns: (RegExp | string)[]) =>
  assertUserError(
    (async () => await parseProvenance(text, "a.npy.gz", ["prediction"]))(),
    ...patterns,
  );

Deno.test("What a file was made from is one line of ASCII, and is read as it was", () => {
  const marks = { model: dataMark("é", "ëxtradense 😀\u2028") };
  for (const origin of [ORIGIN, { ...ORIGIN, marks }]) {
    const text = provenanceText(origin);
    assert.match(text, /^\{"galaxies":1,[\x20-\x7e]*\}$/);
    assert.deepEqual(parseProvenance(text, "a.npy.gz", ["prediction", "blend"]), origin);
  }
});

Deno.test("Texts of other programs, and none, say nothing", () => {
  for (const text of [undefined, "", "made by numpy", '{"made":"here"}', "[1]"]) {
    assert.equal(parseProvenance(text, "a.npy.gz", ["prediction"]), undefined);
  }
});

Deno.test("Every flipped bit is seen, or leaves no word of ours", () => {
  const bytes = new TextEncoder().encode(provenanceText(ORIGIN));
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const flipped = bytes.slice();
    flipped[bit >> 3] ^= 1 << (bit & 7);
    try {
      const found = parseProvenance(new TextDecoder().decode(flipped), "a", ["prediction"]);
      assert.ok(found === undefined && bit < 8 * '{"galaxies":'.length, `bit ${bit}`);
    } catch (error) {
      assert.ok(error instanceof UserError, String(error));
    }
  }
});

Deno.test("Files of another kind or format, and impossible ones, are refused", async () => {
  const text = provenanceText(ORIGIN);
  const changed = (from: string, to: string) => {
    assert.ok(text.includes(from));
    return resealed(text.replace(from, to));
  };
  await refused(text.replace("relu", "rely"), "a.npy.gz is damaged", "does not agree with its own");
  await refused(
    changed('"prediction"', '"parameters"'),
    'of kind "parameters", expected prediction',
  );
  await refused(
    changed('"galaxies":1', '"galaxies":2'),
    "its format is 2, and this version reads 1",
  );
  await refused(changed('"prediction"', '"cake"'), 'kind is "cake", expected parameters or');
  await refused(changed(ORIGIN.content, "abc"), 'content is "abc", expected 64 hexadecimal digits');
  await refused(changed(`"${MODEL.digest}"`, "5"), "model.digest is 5, expected 64 hex");
  await refused(changed('"chunk":3', '"chunk":[]'), "facts.chunk is []");
});

Deno.test("What is the same is the same, whatever it is called", async () => {
  const other = { ...MODEL, text: "another word for it" };
  assert.deepEqual(await differences(ORIGIN.marks, { model: other, galaxies: GALAXIES }), []);
  assert.deepEqual(await differences(ORIGIN.marks, {}), [], "nothing is asked for");
  assert.deepEqual(await differences({}, { labels: undefined }), [], "none on both sides");
});

Deno.test("What differs is named with both sides", async () => {
  const relu = dataMark("other", "relu with 12 parameters");
  const wanted = { model: relu, galaxies: dataMark([5], "1 galaxy"), labels: MODEL };
  assert.deepEqual(await differences(ORIGIN.marks, wanted), [
    `the model: ${relu.text} (${MODEL.digest.slice(0, 8)}) there, ` +
    `${relu.text} (${relu.digest.slice(0, 8)}) here`,
    "the galaxies: 2 galaxies from 5 to 7 there, 1 galaxy here",
    "the labels: none there, relu with 12 parameters here",
  ]);
  assert.deepEqual(await differences(ORIGIN.marks, { model: undefined }), [
    "the model: relu with 12 parameters there, none here",
  ]);
  await assertUserError(
    requireSame("p.npy.gz", ORIGIN, wanted, "Predict again"),
    /^p\.npy\.gz, a prediction file, was made from something else\. the model: .*\. Predict again$/,
  );
  await requireSame("p.npy.gz", ORIGIN, ORIGIN.marks, "Predict again");
});

Deno.test("A digest that takes a while is asked for only where it decides", async () => {
  const images: Mark = { digest: sha256("images"), text: "2 images", quick: sha256("sizes") };
  let asked = 0;
  const slow = (content: string, quick: string): SlowMark => ({
    text: "2 images",
    quick: sha256(quick),
    digest: () => Promise.resolve((asked++, sha256(content))),
  });
  assert.deepEqual(await differences({ images }, { images: slow("images", "sizes") }), []);
  assert.equal(asked, 0);
  assert.deepEqual(await differences({ images }, { images: slow("images", "dates") }), []);
  assert.equal(asked, 1);
  const [found] = await differences({ images }, { images: slow("others", "dates") });
  assert.match(
    found,
    /^the images: 2 images \([0-9a-f]{8}\) there, 2 images \([0-9a-f]{8}\) here$/,
  );
});

Deno.test("A file without a word is taken only by those who know it", async () => {
  const warnings: string[] = [];
  const take = async (accept: boolean) =>
    await acceptUnmarked("a.npy.gz", accept, (text) => warnings.push(text));
  await assertUserError(take(false), "a.npy.gz does not say what it was", "add --accept-unmarked");
  assert.deepEqual(warnings, []);
  await take(true);
  assert.match(warnings.join(), /^warning: a\.npy\.gz does not say/);
});
