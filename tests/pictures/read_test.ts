import assert from "node:assert/strict";
import { encodeJpeg } from "../../lib/data/jpeg/encode.ts";
import { UserError } from "../../lib/errors.ts";
import { decodePicture } from "../../lib/pictures/decode.ts";
import { describePicture } from "../../lib/pictures/describe.ts";
import { framePicture } from "../../lib/pictures/frame.ts";
import { readPicture } from "../../lib/pictures/read.ts";
import { galaxy } from "./scenes.ts";

const jpeg = await encodeJpeg(new Uint8Array(3 * 40 * 40).fill(90), 40, 40, 90);

/** What a file begins with, and what is said of it. */
const OTHERS: [start: string, sentence: RegExp][] = [
  ["", /^m51\.jpg is empty\. Fetch it again$/],
  ["GIF89a", /but a GIF\. Save it as JPEG or PNG$/],
  ["RIFF\0\0\0\0WEBPVP8 ", /but a WebP\. Save it as/],
  ["II*\0\x08\0\0\0", /but a TIFF\. Save it as/],
  ["MM\0*\0\0\0\x08", /but a TIFF\. Save it as/],
  ["\0\0\0\x18ftypheic", /but a HEIC\. Save it as/],
  ["\0\0\0\x1cftypavif", /but an AVIF\. Save it as/],
  ["\0\0\0\x18ftypmp42", /but a video\. Save one picture/],
  ["\0\0\0\x0cJXL \r\n", /but a JPEG XL\. Save it as/],
  ["\0\0\0\x0cjP  \r\n", /but a JPEG 2000\. Save it as/],
  ["BZh91AY", /but packed with bzip2\. Unpack it first$/],
  ["PK\x03\x04", /but a zip archive\. Unpack it first$/],
  ["\x89HDF\r\n", /but an HDF5\. Save the image in it as FITS/],
  ["version https://git-lfs.github.com/spec/v1", /a pointer of Git LFS, .* git lfs pull$/],
  [
    "\n<!DOCTYPE html><html>",
    /^m51\.jpg is not a picture: it is a web page, perhaps the error that/,
  ],
  ["\xef\xbb\xbf<HTML>", /it is a web page/],
  ['<?xml version="1.0"?><svg width="4">', /it is an SVG drawing\. Save it as JPEG or PNG$/],
  ["<?xml version='1.0'?><VOTABLE>", /it is XML\. JPEG, PNG and FITS are read$/],
  ["id_str,file_loc\n1,a.jpg\n", /it is a text\. JPEG, PNG and FITS are read$/],
  ["\x01\x02\x03\x04", /^m51\.jpg is not a picture: JPEG, PNG and FITS are read$/],
];

Deno.test("What is no picture that is read says what it is, and what to do", async () => {
  for (const [start, sentence] of OTHERS) {
    const bytes = Uint8Array.from(start, (character) => character.charCodeAt(0));
    await assert.rejects(decodePicture(bytes, "m51.jpg"), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /^m51\.jpg is /);
      assert.match(error.message, sentence);
      return true;
    });
  }
});

Deno.test("A name that says something else is told, other names do not matter", async () => {
  assert.deepEqual((await decodePicture(jpeg, "m51.png")).notes, ["its name says PNG, it is JPEG"]);
  for (const name of ["m51.jpg", "m51.JPEG", "m51", "image.php?id=7", "a.b/c"]) {
    assert.deepEqual((await decodePicture(jpeg, name)).notes, []);
  }
});

Deno.test("Bytes are read without a file, and only FITS has units", async () => {
  assert.equal((await readPicture(jpeg)).kind, "JPEG");
  await assert.rejects(readPicture(new Uint8Array(3)), /^UserError: the picture is not a picture/);
  await assert.rejects(decodePicture(jpeg, "m51.jpg", "1"), /m51\.jpg is a JPEG: only a FITS file/);
});

Deno.test("A worker does the same as the main thread", async () => {
  const bytes = await encodeJpeg(galaxy(40), 424, 424, 95);
  const framed = framePicture(await readPicture(bytes), { kind: "fit" });
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  try {
    const reply = await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = reject;
      worker.postMessage(bytes);
    });
    assert.deepEqual(reply, { framed, statistics: describePicture(framed) });
  } finally {
    worker.terminate();
  }
});

Deno.test("Only reading files and Source Extractor need more than a browser has", () => {
  const folder = new URL("../../lib/pictures/", import.meta.url);
  const users: string[] = [];
  for (const { name } of Deno.readDirSync(folder)) {
    const source = Deno.readTextFileSync(new URL(name, folder));
    assert.ok(!/\bDeno\.|node:/.test(source), name);
    if (/from "\.\.\/(files|data\/sextractor)\//.test(source)) users.push(name);
  }
  assert.deepEqual(users.sort(), ["read.ts", "source_extractor.ts"]);
});
