import assert from "node:assert/strict";
import { findingText, verdict, withoutHome } from "../../lib/doctor/print.ts";

Deno.test("a finding is a line with its mark, and its remedy under it", () => {
  const text = findingText({
    topic: "Disk",
    state: "blocks",
    text: "full ".repeat(30).trim(),
    remedy: "Free some space",
  }, false);
  const lines = text.split("\n");
  assert.match(lines[0], /^✗ Disk {14}full full/);
  assert.ok(lines.every((line) => line.length <= 100));
  assert.equal(lines.at(-1), " ".repeat(20) + "→ Free some space");
  assert.equal(
    findingText({ topic: "Deno", state: "good", text: "3" }, false),
    "✓ Deno              3",
  );
});

Deno.test("colours are there only where they are wanted", () => {
  const note = { topic: "Data", state: "note", text: "none" } as const;
  assert.ok(findingText(note, true).startsWith("\x1b[33m!\x1b[0m Data"));
  assert.ok(!findingText(note, false).includes("\x1b"));
});

Deno.test("the last line says whether the machine is ready", () => {
  const finding = (topic: string, state: "good" | "note" | "blocks") => ({
    topic,
    state,
    text: "",
  });
  assert.equal(verdict([finding("Deno", "good")]), "Ready");
  assert.equal(verdict([finding("Data", "note")]), "Ready. Worth a look: Data");
  assert.match(verdict([finding("Data", "note"), finding("Disk", "blocks")]), /^Not ready: Disk\./);
});

Deno.test("a report does not name its reader", () => {
  assert.equal(withoutHome("/srv/alice/data", "/srv/alice"), "~/data");
  for (const home of ["/home/alice", "/Users/alice", "C:\\Users\\alice"]) {
    assert.equal(withoutHome(`cannot read ${home}/data: denied`), "cannot read ~/data: denied");
  }
  assert.equal(withoutHome("/mnt/galaxies", "/"), "/mnt/galaxies");
});
