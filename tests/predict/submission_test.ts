import assert from "node:assert/strict";
import { UserError } from "../../lib/errors.ts";
import { gzip } from "../../lib/formats/gzip.ts";
import { checkSubmission, pythonFloat, submissionCsv } from "../../lib/predict/submission.ts";
import { sharedPath, sharedTest } from "../shared.ts";

const ids = [100018, 100037];
const header = "GalaxyID,Class1.1,Class1.2,Class1.3,Class2.1,Class2.2,Class3.1,Class3.2,Class4.1," +
  "Class4.2,Class5.1,Class5.2,Class5.3,Class5.4,Class6.1,Class6.2,Class7.1,Class7.2,Class7.3," +
  "Class8.1,Class8.2,Class8.3,Class8.4,Class8.5,Class8.6,Class8.7,Class9.1,Class9.2,Class9.3," +
  "Class10.1,Class10.2,Class10.3,Class11.1,Class11.2,Class11.3,Class11.4,Class11.5,Class11.6";

/** A prediction of 0.5 everywhere but where `changes` say otherwise. */
function prediction(rows = 2, changes: Record<number, number> = {}) {
  const data = new Float32Array(37 * rows).fill(0.5);
  for (const [index, value] of Object.entries(changes)) data[Number(index)] = value;
  return { name: "p.npy.gz", shape: [rows, 37], data };
}

const bytes = (text: string) => new TextEncoder().encode(text);
const message = (pattern: RegExp) => (error: unknown) => {
  assert.ok(error instanceof UserError, String(error));
  assert.match(error.message, pattern);
  return true;
};

Deno.test("a submission has the header, rows and line ends that Python wrote", () => {
  const changes = { 0: 0.1, 1: 0, 2: 1, 36: 1e-5, 37: 0.9999999, 73: 1.5e-10 };
  const expected = header + "\r\n" +
    `100018,0.10000000149011612,0.0,1.0${",0.5".repeat(33)},9.999999747378752e-06\r\n` +
    `100037,0.9999998807907104${",0.5".repeat(35)},1.4999999853326784e-10\r\n`;
  assert.equal(submissionCsv(ids, prediction(2, changes)), expected);
});

Deno.test("numbers are written as Python's repr writes them", () => {
  const cases: [number, string][] = [
    [0, "0.0"],
    [1, "1.0"],
    [0.1, "0.1"],
    [0.0001, "0.0001"],
    [0.00009, "9e-05"],
    [1.25e-7, "1.25e-07"],
    [1e-45, "1e-45"],
    [2.5e-100, "2.5e-100"],
    [Math.fround(0.3), "0.30000001192092896"],
  ];
  for (const [value, text] of cases) assert.equal(pythonFloat(value), text);
});

Deno.test("an incomplete prediction is refused with both numbers", () => {
  assert.throws(() => submissionCsv(ids, prediction(1)), message(/1 rows.* 2 test images/));
  assert.throws(() => submissionCsv(ids, prediction(3)), message(/3 rows.* 2 test images/));
  assert.throws(
    () => submissionCsv(ids, { name: "p", shape: [37, 2], data: new Float32Array(74) }),
    message(/shape \(37, 2\), expected 37 answers/),
  );
  assert.throws(
    () => submissionCsv(ids, { name: "p", shape: [74], data: new Float32Array(74) }),
    message(/shape \(74\)/),
  );
  assert.throws(
    () => submissionCsv(ids, { name: "p", shape: [2, 37], data: new BigInt64Array(74) }),
    message(/whole numbers, expected float32/),
  );
});

Deno.test("values that are no shares are refused with their number and the first of them", () => {
  const notFinite = prediction(2, { 38: NaN, 40: Infinity, 41: 2 });
  assert.throws(
    () => submissionCsv(ids, notFinite),
    message(/2 of 74 values that are not finite; the first is NaN for galaxy 100037, Class1\.2$/),
  );
  const outside = prediction(2, { 36: -0.25, 37: 1.5, 38: 1.0000001 });
  assert.throws(
    () => submissionCsv(ids, outside),
    message(/3 of 74 values that are outside \[0, 1\]; the first is -0.25 .* 100018, Class11\.6$/),
  );
});

Deno.test("a submission of ours passes the check, and so does one with quotes and LF", async () => {
  const csv = submissionCsv(ids, prediction());
  assert.deepEqual(await checkSubmission("s.csv", bytes(csv), ids), []);
  assert.deepEqual(await checkSubmission("s.csv.gz", gzip(bytes(csv)), ids), []);
  const members = [...gzip(bytes(csv.slice(0, 700))), ...gzip(bytes(csv.slice(700)))];
  assert.deepEqual(await checkSubmission("s.csv.gz", Uint8Array.from(members), ids), []);
  const other = csv.replaceAll("\r\n", "\n").replace("GalaxyID", '"GalaxyID"');
  assert.deepEqual(await checkSubmission("s.csv", bytes("\ufeff" + other), ids), []);
});

Deno.test("rows in another order are fine, and a note says so", async () => {
  const changes = { 0: 0.25, 37: 2 };
  const [head, first, second] = submissionCsv(ids, prediction()).split("\r\n");
  const notes = await checkSubmission("s.csv", bytes([head, second, first].join("\n")), ids);
  assert.match(notes.join(), /^s\.csv has its rows in another order .* matched by GalaxyID$/);
  // Values stay with their galaxy.
  const wrong = [head, second.replace("0.5", String(changes[37])), first].join("\n");
  await assert.rejects(
    checkSubmission("s.csv", bytes(wrong), ids),
    message(/the first is 2 for galaxy 100037, Class1\.1$/),
  );
});

Deno.test("a submission made elsewhere is refused with what is wrong", async () => {
  const csv = submissionCsv(ids, prediction());
  const [head, first, second] = csv.split("\r\n");
  const cases: [string, RegExp][] = [
    ["", /2 images have no row: 100018, 100037$/],
    [`${head}\n`, /2 test images .*\. 2 images have no row: 100018, 100037$/],
    [`${head}\n${first}\n`, /1 image has no row: 100037$/],
    [`${csv}100042${",0".repeat(37)}\n`, /\. 1 row is of no test image: 100042 \(line 4\)$/],
    [csv + first, /\. 1 row is of a galaxy that has one already: 100018 \(lines 2 and 4\)$/],
    [
      `${head}\n${first}\n${first}\n`,
      /1 image has no row: 100037; 1 row is of a galaxy that has one already: 100018/,
    ],
    [
      head + Array.from({ length: 9 }, (_, k) => `\n${k}${",0".repeat(37)}`).join(""),
      /2 images .*; 9 rows are of no test image: 0 \(line 2\), .*, and 4 more$/,
    ],
    [csv.replace("100018,", "100018.0,"), /line 2: the GalaxyIDs are written as decimals/],
    [csv.replace("100018,", "x,"), /line 2: the GalaxyID is "x", expected a whole number/],
    [csv.replace("Class5.4", "Class5.5"), /column 14 is called "Class5.5", expected "Class5.4"/],
    [csv.replace("100018,0.5", "100018"), /line 2: 37 columns, expected 38/],
    [csv.replace("100018,0.5", "100018,x"), /1 of 74 .* not finite; .* galaxy 100018, Class1.1/],
    [csv.replace("100018,0.5", "100018,0x1"), /1 of 74 .* not finite; .* galaxy 100018, Class1.1/],
    [csv.replace("100037,0.5", "100037,"), /1 of 74 .* not finite; .* galaxy 100037, Class1.1/],
    [csv.replace("100037,0.5", "100037,1.01"), /outside \[0, 1\]; the first is 1.01/],
    [second, /column 1 is called "100037", expected "GalaxyID"/],
  ];
  for (const [text, pattern] of cases) {
    await assert.rejects(checkSubmission("s.csv", bytes(text), ids), message(pattern));
  }
  await assert.rejects(checkSubmission("s.csv.gz", bytes(csv), ids), message(/whole gzip file/));
  await assert.rejects(
    checkSubmission("s.csv", gzip(bytes(csv)), ids),
    message(/name it \.csv\.gz/),
  );
  await assert.rejects(
    checkSubmission("s.csv.gz", gzip(new Uint8Array(201_000_000)), ids),
    message(/unpacks to more than the 200,000,000 bytes/),
  );
});

const CASE = "cases/26-submission-check";
sharedTest("submissions made with pandas are judged as Kaggle would", CASE, async () => {
  const file = (name: string) => Deno.readFileSync(sharedPath(`${CASE}/${name}`));
  const wanted = new TextDecoder().decode(file("ids.txt")).trim().split(/\s+/).map(Number);
  const notes = await checkSubmission("shuffled.csv", file("shuffled.csv"), wanted);
  assert.match(notes.join(), /in another order/);
  await assert.rejects(
    checkSubmission("float_ids.csv", file("float_ids.csv"), wanted),
    message(/line 2: the GalaxyIDs are written as decimals \("100018\.0"\)/),
  );
});
