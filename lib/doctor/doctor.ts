/** `deno task doctor`: is this machine ready, and for what? */
import { commandLine } from "../called.ts";
import { runCommand } from "../cli/command.ts";
import { DATA_FLAG } from "../cli/data_flag.ts";
import type { Command, Flags } from "../cli/flags.ts";
import { errors, output, printable } from "../cli/terminal.ts";
import { CLEAR_LINE } from "../cli/progress.ts";
import { ADAPTER_FLAG } from "../cli/adapter_flag.ts";
import type { AdapterKind } from "../gpu/adapters.ts";
import { modelsNamed } from "../galaxy/models/all.ts";
import { VERSION } from "../version.ts";
import { denoFinding } from "./deno.ts";
import type { Finding } from "./finding.ts";
import { UserError } from "../errors.ts";
import { examineGpu } from "./gpu.ts";
import { variable } from "./look.ts";
import type { ModelEstimate } from "./models.ts";
import { findingText, verdict, withoutHome } from "./print.ts";
import { estimateTable } from "./speed.ts";
import { surroundings } from "./surroundings.ts";

const flags = {
  data: DATA_FLAG,
  ...ADAPTER_FLAG,
  model: {
    type: "text",
    value: "NAME",
    help: "Measure this model (default: extradense, on a software adapter compact)",
  },
  full: { type: "switch", help: "Make all checks of kernels, not those of a few seconds" },
  quick: { type: "switch", help: "Measure nothing: neither kernels nor speed" },
  json: { type: "switch", help: "Print everything as JSON, for a report of an error" },
} as const satisfies Flags;
const command: Command<typeof flags> = {
  task: "doctor",
  summary: "Says whether this machine is ready, and for what: Deno, adapter, memory, disk, data, " +
    "kernels, speed. Exit code 1 where something blocks, with what to do about it.",
  flags,
};

/** Seconds of the short look at kernels. */
const SHORT = 6;

/** The command line of the task. Never returns. */
export function doctor(): Promise<never> {
  return runCommand(command, async ({ data, adapter, model: name, full, quick, json }) => {
    if (quick && (full || name !== undefined)) {
      throw new UserError(
        `--quick measures nothing; leave it out for ${full ? "--full" : "--model"}`,
      );
    }
    const model = name === undefined ? undefined : modelsNamed([name])[0];
    const screen = new Screen(json);
    const findings: Finding[] = [];
    const take = (finding: Finding) => {
      findings.push(finding);
      screen.show(finding);
    };
    take(denoFinding(Deno.version.deno));
    screen.busy("looking at memory, disk and data");
    for await (const finding of surroundings(data)) take(finding);
    const kind = adapter as AdapterKind;
    const seconds = quick ? undefined : full ? Infinity : SHORT;
    const looks = examineGpu({ kind, seconds, model, busy: (text) => screen.busy(text) });
    let next = await looks.next();
    for (; !next.done; next = await looks.next()) take(next.value);
    screen.end(findings, next.value);
    return findings.some(({ state }) => state === "blocks") ? 1 : 0;
  });
}

/** Lines as they become known; JSON in the end. */
class Screen {
  readonly #json: boolean;
  readonly #colours = Deno.stdout.isTerminal() && !Deno.noColor;
  #busy = false;

  constructor(json: boolean) {
    this.#json = json;
  }

  /** Says what takes a while, where somebody is looking. */
  busy(text: string) {
    if (!Deno.stderr.isTerminal()) return;
    errors.write(`${CLEAR_LINE}… ${text}`);
    this.#busy = true;
  }

  show(finding: Finding) {
    this.#rest();
    if (this.#json) return;
    const safe = { ...finding, text: printable(finding.text) };
    output.write(`${findingText(safe, this.#colours)}\n`);
  }

  end(findings: readonly Finding[], models: readonly ModelEstimate[]) {
    this.#rest();
    if (this.#json) return output.write(`${json(findings, models)}\n`);
    const estimated = models.some(({ train }) => train !== undefined);
    if (estimated) {
      console.log(`\n${estimateTable(models)}`);
      console.log(
        `Estimated from the model measured, by multiply-adds: ${commandLine("info --measure")} ` +
          "measures every one",
      );
    }
    console.log(`\n${verdict(findings)}`);
  }

  #rest() {
    if (this.#busy) errors.write(CLEAR_LINE);
    this.#busy = false;
  }
}

function json(findings: readonly Finding[], models: readonly ModelEstimate[]): string {
  const { os, arch } = Deno.build;
  const report = {
    galaxies: VERSION,
    deno: Deno.version.deno,
    system: { os, arch, cores: navigator.hardwareConcurrency },
    ready: !findings.some(({ state }) => state === "blocks"),
    findings,
    models,
  };
  const home = variable("HOME") ?? variable("USERPROFILE");
  const short = (_key: string, value: unknown) =>
    typeof value === "string" ? withoutHome(value, home) : value;
  return JSON.stringify(report, short, 2);
}
