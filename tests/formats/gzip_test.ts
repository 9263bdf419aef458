import assert from "node:assert/strict";
import { gunzip, gunzipStart, gzip } from "../../lib/formats/gzip.ts";
import { UserError } from "../../lib/errors.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const join = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const LIMIT = { limit: 1e6 };
const read = (bytes: Uint8Array) => decode(gunzip(bytes, "a.gz", LIMIT).bytes);

const refused = (bytes: Uint8Array, reason: RegExp, options = LIMIT) =>
  assert.throws(() => gunzip(bytes, "a.gz", options), (error) => {
    assert.ok(error instanceof UserError, String(error));
    assert.match(error.message, reason);
    assert.ok(error.message.startsWith("a.gz "));
    return true;
  });

Deno.test("What gzip packs, gunzip unpacks, and the same bytes give the same file", () => {
  for (const text of ["", "GalaxyID\r\n".repeat(1000)]) {
    const packed = gzip(encode(text));
    assert.deepEqual(gunzip(packed, "a.gz", LIMIT), { bytes: encode(text), comment: undefined });
    assert.deepEqual(gzip(encode(text)), packed);
    assert.deepEqual([...packed.subarray(0, 10)], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
  }
});

Deno.test("Another reader unpacks it, with and without a comment", async () => {
  for (const comment of [undefined, "", '{"galaxies": 12}']) {
    const stream = new Blob([gzip(encode("hello"), comment)]).stream()
      .pipeThrough(new DecompressionStream("gzip"));
    assert.equal(await new Response(stream).text(), "hello");
    const { bytes, comment: found } = gunzip(gzip(encode("hello"), comment), "a.gz", LIMIT);
    assert.deepEqual([decode(bytes), found], ["hello", comment]);
  }
});

Deno.test("A comment has to be ASCII", () => {
  for (const text of ["ä", "\0", "\n"]) {
    assert.throws(() => gzip(encode("hello"), text), /has to be ASCII/);
  }
});

Deno.test("Several members are one file, and zeros after them are skipped", () => {
  const [hello, world] = [gzip(encode("hello "), "of the first"), gzip(encode("world"), "second")];
  const padded = join(hello, world, gzip(encode("")), new Uint8Array(600));
  assert.deepEqual(gunzip(padded, "a.gz", LIMIT), {
    bytes: encode("hello world"),
    comment: "of the first",
  });
});

Deno.test("Headers with a name, extra fields and all flags are read", () => {
  const plain = gzip(encode("hello"));
  const body = plain.subarray(10);
  const header = (flags: number, ...rest: number[]) =>
    Uint8Array.of(0x1f, 0x8b, 8, flags, 1, 2, 3, 4, 2, 3, ...rest);
  assert.equal(read(join(header(8, 0x61, 0), body)), "hello");
  assert.equal(read(join(header(4, 3, 0, 1, 2, 3), body)), "hello");
  const both = gunzip(join(header(4 + 8 + 16, 1, 0, 9, 0x61, 0, 0xe9, 0x62, 0), body), "a", LIMIT);
  assert.deepEqual([decode(both.bytes), both.comment], ["hello", "éb"]);
});

Deno.test("Every flipped bit of a file with a comment is seen, or changes nothing that counts", () => {
  const file = gzip(encode("GalaxyID,Class1.1\r\n100018,0.5\r\n"), "a comment");
  const content = read(file);
  let refusals = 0;
  for (let bit = 0; bit < 8 * file.length; bit++) {
    const flipped = file.slice();
    flipped[bit >> 3] ^= 1 << (bit & 7);
    try {
      const { bytes, comment } = gunzip(flipped, "a.gz", LIMIT);
      assert.deepEqual([decode(bytes), comment], [content, "a comment"], `bit ${bit}`);
    } catch (error) {
      assert.ok(error instanceof UserError, String(error));
      refusals++;
    }
  }
  assert.ok(refusals > 8 * file.length - 10, `${refusals} of ${8 * file.length}`);
});

Deno.test("Damage is named", () => {
  const whole = gzip(encode("hello, hello, hello"), "c");
  for (let length = 0; length < whole.length; length++) {
    refused(whole.subarray(0, length), /it has only \d bytes|its header is cut off|it ends early/);
  }
  refused(encode("GalaxyID,Class1.1"), /does not begin as gzip does/);
  refused(whole.with(2, 7), /compressed by method 7, expected 8/);
  refused(whole.with(3, 0x80 + whole[3]), /unknown flags/);
  refused(whole.with(11, 7), /its header does not agree with its checksum/);
  const plain = gzip(encode("hello, hello, hello"));
  refused(plain.with(plain.length - 8, ~plain.at(-8)!), /does not agree with its checksum/);
  refused(plain.with(plain.length - 4, ~plain.at(-4)!), /another length than it says/);
  refused(join(plain, encode("rubbish")), /what follows its first part is no gzip/);
  refused(join(plain, plain.subarray(0, 15)), /it ends early/);
});

Deno.test("No more comes out than is allowed: a bomb is refused within a second", () => {
  const bomb = gzip(new Uint8Array(5e8));
  assert.ok(bomb.length < 5e5);
  const start = performance.now();
  const before = Deno.memoryUsage().rss;
  refused(bomb, /unpacks to more than the 1,000,000 bytes/);
  refused(join(gzip(encode("small")), bomb), /unpacks to more than/);
  assert.ok(performance.now() - start < 1000);
  assert.ok(Deno.memoryUsage().rss - before < 1e8);
  const five = gzip(encode("12345"));
  assert.equal(gunzip(five, "a.gz", { limit: 5 }).bytes.length, 5);
  refused(five, /more than the 4 bytes/, { limit: 4 });
  assert.equal(gunzip(gzip(encode("")), "a.gz", { limit: 0 }).bytes.length, 0);
  refused(gzip(encode("1")), /more than the 0 bytes/, { limit: 0 });
});

Deno.test("The beginning can be had alone, whatever the rest is", () => {
  const content = Uint8Array.from({ length: 300_000 }, (_, k) => (k * k) % 251);
  const file = gzip(content, "c".repeat(20_000));
  for (const count of [1, 5000, 200_000, 1e6]) {
    const start = gunzipStart(file, "a.gz", count);
    assert.ok(start.length >= Math.min(count, content.length));
    assert.deepEqual(start, content.slice(0, start.length));
  }
  const start = gunzipStart(join(file.subarray(0, 30_000), new Uint8Array(50)), "a.gz", 100);
  assert.deepEqual(start.subarray(0, 100), content.subarray(0, 100));
});
