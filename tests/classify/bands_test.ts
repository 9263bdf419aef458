/** A picture in three FITS files, a band in each. */
import assert from "node:assert/strict";
import { runReal } from "../cli/machine.ts";
import { inFolder } from "../data/folder.ts";
import { encodeFitsUnits } from "../pictures/files.ts";

const SIDE = 80;

async function writeBands(folder: string) {
  for (const [k, name] of ["i", "r", "g"].entries()) {
    const values = Array.from({ length: SIDE * SIDE }, (_, at) => {
      const distance = Math.hypot(at % SIDE - 40, Math.floor(at / SIDE) - 40);
      return at * 7919 % 5 / 5 + 500 / (k + 1) * Math.exp(-distance / 4);
    });
    const image = { axes: [SIDE, SIDE], bitpix: -32, values } as const;
    const file = encodeFitsUnits([{ ...image, axes: [...image.axes] }]);
    await Deno.writeFile(`${folder}/m51-${name}.fits`, file);
  }
}

Deno.test("three files are one picture in colour, called as the red one, beside others", () =>
  inFolder(async (folder) => {
    await writeBands(folder);
    const { code, out, error } = await runReal(folder, [
      ...["classify", "--red", "m51-i.fits", "--green", "m51-r.fits[0]", "--blue", "m51-g.fits"],
      ...["m51-r.fits", "--transforms", "1", "--json", "out/m51.json"],
    ]);
    assert.equal(code, 0, error);
    assert.match(
      out,
      /^\S+m51-i\.fits: .*\n.*\n {2}picture: red: .*blue: \S+m51-g\.fits; .*stretch/m,
    );
    const rows = JSON.parse(await Deno.readTextFile(`${folder}/out/m51.json`));
    assert.deepEqual(rows.map(({ id_str }: { id_str: string }) => id_str), ["m51-i", "m51-r"]);
    assert.ok(!rows[1].picture.includes("red:"));
  }));

Deno.test("a band that is missing, or is none, is told", () =>
  inFolder(async (folder) => {
    await writeBands(folder);
    const red = ["classify", "--red", "m51-i.fits"];
    const some = await runReal(folder, [...red, "--blue", "m51-g.fits"]);
    assert.equal(some.code, 1);
    assert.match(some.error, /^error: a picture of three bands needs all of them: --red FITS --gr/);
    const gone = await runReal(folder, [...red, "--green", "none.fits", "--blue", "m51-g.fits"]);
    assert.equal(gone.code, 2);
    assert.match(
      gone.error,
      /^not classified: 1\n {2}.*none\.fits cannot be read: there is no such/,
    );
  }));
