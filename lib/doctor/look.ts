/** Looking at a machine, where any look may fail. */
import { UserError } from "../errors.ts";
import { fileError, NotPermittedError } from "../files/explain.ts";
import { DeviceLostError } from "../gpu/device.ts";
import type { Finding } from "./finding.ts";

/** The findings of a check, or the one that it cannot be made. */
export async function look(
  topic: string,
  check: () => Promise<Finding[]> | Finding[],
): Promise<Finding[]> {
  try {
    return await check();
  } catch (error) {
    return [failure(topic, error)];
  }
}

function failure(topic: string, error: unknown): Finding {
  const known = fileError(error, "a file", "used");
  if (known instanceof NotPermittedError) {
    return {
      topic,
      state: "note",
      text: "not looked at, since this was not permitted",
      remedy: "Start it with ./run doctor, which grants what it needs",
    };
  }
  if (known instanceof DeviceLostError || !(known instanceof UserError)) {
    const text = known instanceof Error ? known.message : String(known);
    return {
      topic,
      state: "blocks",
      text,
      remedy: "Update the driver, or compute elsewhere (--adapter). If it stays, please report it",
    };
  }
  return { topic, state: "note", text: known.message };
}

/** A variable of the environment; `undefined` too where it may not be looked at. */
export function variable(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) || undefined : undefined;
}
