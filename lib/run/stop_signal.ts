/** Ctrl-C and `kill`: a request to stop at the end of the step, after saving. */

export interface StopSignal {
  readonly requested: boolean;
  /** 130 after Ctrl-C (SIGINT), 143 after SIGTERM. */
  readonly exitCode: number;
  /** Gives the signals their usual meaning back. */
  close(): void;
}

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** Listens for both signals; a second one ends the process at once. */
export function stopSignal(): StopSignal {
  let exitCode = 0;
  const listeners = Object.entries(EXIT_CODES).map(([name, code]) => {
    const listener = () => {
      if (exitCode) Deno.exit(code);
      exitCode = code;
      console.error("\nstopping at the end of the step; once more to stop without saving");
    };
    // Windows has no SIGTERM.
    if (name === "SIGTERM" && Deno.build.os === "windows") return () => {};
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
