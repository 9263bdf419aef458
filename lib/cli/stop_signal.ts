/** Ctrl-C, `kill` and a closed terminal: a request to stop at the end of the step, after saving. */
import { errors } from "./terminal.ts";

export interface StopSignal {
  readonly requested: boolean;
  /** 129 after SIGHUP (the terminal was closed), 130 after Ctrl-C (SIGINT), 143 after SIGTERM. */
  readonly exitCode: number;
  /** Gives the signals their usual meaning back. */
  close(): void;
}

/**
 * Set by `./run` where it was started so that a closed terminal does not end it, as with `nohup`: Deno
 * cannot tell, and ends all the same unless somebody listens.
 */
const NOHUP = "GALAXIES_NOHUP";

const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Listens for all of them; a second Ctrl-C or `kill` ends the process at once. */
export function stopSignal(): StopSignal {
  let exitCode = 0;
  let insisting = false;
  const listeners = Object.entries(EXIT_CODES).map(([name, code]) => {
    const ignored = name === "SIGHUP" && isImmune();
    const listener = () => {
      if (ignored) return;
      // Both the terminal and its shell say that it is closed: that is nobody's impatience.
      if (name !== "SIGHUP") {
        if (insisting) Deno.exit(code);
        insisting = true;
      }
      if (exitCode) return;
      exitCode = code;
      // Where the terminal is gone, so is this; the saving goes on.
      errors.write("\nstopping at the end of the step; once more to stop without saving\n");
    };
    // Windows knows Ctrl-C only.
    if (name !== "SIGINT" && Deno.build.os === "windows") return () => {};
    Deno.addSignalListener(name as Deno.Signal, listener);
    return () => Deno.removeSignalListener(name as Deno.Signal, listener);
  });
  return {
    get requested() {
      return exitCode !== 0;
    },
    get exitCode() {
      return exitCode;
    },
    close: () => listeners.forEach((remove) => remove()),
  };
}

function isImmune(): boolean {
  const { state } = Deno.permissions.querySync({ name: "env", variable: NOHUP });
  return state === "granted" && Deno.env.get(NOHUP) !== undefined;
}
