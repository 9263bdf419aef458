import assert from "node:assert/strict";
import { UserError } from "../../lib/errors.ts";
import {
  AdapterLimitError,
  DeviceLostError,
  NoAdapterError,
  OutOfMemoryError,
} from "../../lib/gpu/device.ts";
import { NotPermittedError } from "../../lib/files/explain.ts";
import { adviceOn } from "../../lib/cli/advice.ts";
import type { Flags } from "../../lib/cli/flags.ts";

const TRAIN: Flags = {
  resume: { type: "switch", help: "" },
  "batch-size": { type: "integer", help: "" },
};

Deno.test("advice names flags that the task has", () => {
  const advice = (kind: typeof UserError, flags: Flags) => adviceOn(new kind("so it is"), flags);
  assert.match(advice(NoAdapterError, {}), /\.\/run/);
  assert.match(advice(NotPermittedError, {}), /\.\/run, which grants/);
  assert.match(advice(DeviceLostError, TRAIN), /intact: .* --resume$/);
  assert.match(advice(OutOfMemoryError, TRAIN), /Close .* or make --batch-size smaller$/);
  assert.equal(advice(AdapterLimitError, TRAIN), ". Make --batch-size smaller");
  const bench: Flags = { batch: { type: "text", help: "" } };
  assert.equal(advice(AdapterLimitError, bench), ". Make --batch smaller");
});

Deno.test("a task without these flags is not told to use them", () => {
  for (const kind of [DeviceLostError, OutOfMemoryError, AdapterLimitError, UserError]) {
    assert.doesNotMatch(adviceOn(new kind("so it is"), {}), /--/);
  }
});
