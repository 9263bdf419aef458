/** `deno task doctor`: is this machine ready, and for what? */
import { denoFinding } from "../lib/doctor/deno.ts";
import { findingText } from "../lib/doctor/print.ts";

if (import.meta.main) {
  // The rest cannot even be read by a Deno that is too old.
  const deno = denoFinding(Deno.version.deno);
  if (deno.state === "blocks") {
    console.log(findingText(deno, false));
    Deno.exit(1);
  }
  const { doctor } = await import("../lib/doctor/doctor.ts");
  await doctor();
}
