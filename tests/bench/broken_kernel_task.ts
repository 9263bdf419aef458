/** `deno task bench` with a kernel that computes something else: what its test starts. */
import { squaredError } from "../../lib/galaxy/decision_tree.ts";
import { run } from "../../tasks/bench.ts";

const broken = squaredError.source.replace(" - wanted", " + wanted");
if (broken === squaredError.source) throw new Error("the kernel has another form, break it anew");
Object.assign(squaredError, { source: broken });

if (import.meta.main) await run();
