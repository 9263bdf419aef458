/** What the operations of a network run by default, and what else is to be tried. */
import type { Gpu } from "../gpu/device.ts";
import { defaultTiles } from "../nn/tiles.ts";
import { type AnyOperation, type Choice, choiceKey, type TunableDispatch } from "../nn/variants.ts";
import { choiceText } from "./choice_text.ts";
import { codeOf, type Ledger } from "./ledger.ts";
import type { TuningNetwork } from "./network.ts";
import type { candidatesFor } from "./vendors.ts";

export interface Candidate {
  readonly choice: Choice;
  /** Its `choiceText`. */
  readonly name: string;
  /** Its `codeOf`. */
  readonly code: string;
  readonly dispatches: readonly TunableDispatch[];
}

/** One operation at one shape. */
export interface Attempt {
  /** Its `choiceKey`. */
  readonly key: string;
  readonly standard: readonly TunableDispatch[];
  /** The `codeOf` of the default. */
  readonly code: string;
  /** What was chosen before, to be compared again. */
  readonly chosen: Candidate | undefined;
  /** What was not tried before. */
  readonly others: readonly Candidate[];
}

/**
 * The operations of which something is left to try.
 * @param wanted whether an operation at a shape is asked for
 */
export async function attemptsOf(
  { gpu, network, wanted, candidates, ledger }: {
    readonly gpu: Gpu;
    readonly network: TuningNetwork;
    readonly wanted: (key: string) => boolean;
    readonly candidates: typeof candidatesFor;
    readonly ledger: Ledger;
  },
): Promise<Attempt[]> {
  const tiles = defaultTiles(gpu);
  const lists = new Map<string, readonly Choice[]>();
  for (const [key, [{ operation, shape }]] of (await network.units([tiles]))[0]) {
    if (!wanted(key)) continue;
    const { variant, tile = {} } = ledger.choices[key] ?? {};
    const list = candidates(operation, gpu, shape);
    lists.set(key, variant === undefined ? list : [{ variant, tile }, ...list]);
  }
  const longest = Math.max(0, ...[...lists.values()].map((list) => list.length));
  // The candidates of one number of all operations at a time.
  const others = Array.from({ length: longest }, (_, number) => ({
    ...tiles,
    choices: (operation: AnyOperation, shape: object) =>
      lists.get(choiceKey(operation, shape))?.[number],
  }));
  const [standards, ...alternatives] = await network.units([tiles, ...others]);
  return [...lists].flatMap(([key, list]) => {
    const standard = standards.get(key)!;
    const code = codeOf(standard);
    const all = new Map<string, Candidate>();
    list.forEach((choice, number) => {
      const dispatches = alternatives[number].get(key)!;
      const candidate = { choice, name: choiceText(choice), code: codeOf(dispatches), dispatches };
      // Other sizes may come to the same where a shape has no room for them.
      if (candidate.code !== code && !all.has(candidate.code)) all.set(candidate.code, candidate);
    });
    const tried = ledger.triedOf(key, code);
    const known = new Set(Object.values(tried ?? {}).map(({ code }) => code));
    const left = [...all.values()].filter((candidate) => !known.has(candidate.code));
    if (left.length === 0 && tried !== undefined) return [];
    const previous = ledger.choices[key] && choiceText(ledger.choices[key]);
    const chosen = [...all.values()].find(({ name }) => name === previous);
    return [{ key, standard, code, chosen, others: left.filter((other) => other !== chosen) }];
  });
}
