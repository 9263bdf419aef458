/**
 * How the benchmark talks to its contenders. Each is a process that reads a workload file, prints a
 * line of JSON when it is ready, and then answers every line on its standard input with one line.
 * Only one of them computes at a time.
 */
import { messageOf } from "../../lib/errors.ts";

/** What a contender says once it has read the workload. */
export interface Ready {
  readonly version: string;
  /** What it computes on, and how. */
  readonly adapter: string;
  /** What it does differently from what one would expect, and why. */
  readonly remark?: string;
}

export type Request =
  | { readonly do: "check" }
  | { readonly do: "train"; readonly steps: number }
  | { readonly do: "predict"; readonly runs: number };

/** What the network computes from the workload's parameters. */
export interface CheckReply {
  /** (predicted examples, 37) */
  readonly answers: readonly number[];
  /** Of training without dropout: before any update, after one, after two. */
  readonly losses: readonly number[];
  /** What two updates do to each parameter: by name, the root of the mean squared change. */
  readonly changes: Readonly<Record<string, number>>;
}

export interface TrainReply {
  /** Of all steps, until the last loss was read back. */
  readonly seconds: number;
  /** Of the last step. */
  readonly loss: number;
}

export interface PredictReply {
  /** Of all runs, until the last answers were read back. */
  readonly seconds: number;
  readonly answers: readonly number[];
}

/** A contender written in TypeScript. */
export interface Contender extends Ready {
  check(): Promise<CheckReply>;
  /** Steps with dropout, one after the other. Returns the last one's loss once all is done. */
  train(steps: number): Promise<number>;
  /** Returns the answers once all runs are done. */
  predict(runs: number): Promise<ArrayLike<number>>;
}

/** The lines of a stream of UTF-8, without their ends. */
export async function* lines(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const complete = (rest + text).split("\n");
    rest = complete.pop()!;
    yield* complete;
  }
  if (rest) yield rest;
}

/**
 * Answers requests until the standard input ends, then ends the process. The last argument of the
 * process is the path of the workload.
 */
export async function serve(prepare: (workload: string) => Promise<Contender>): Promise<never> {
  const say = console.log;
  // Libraries may print what they like, but not between the replies.
  console.log = console.info = console.error;
  const contender = await prepare(Deno.args.at(-1)!);
  const { version, adapter, remark } = contender;
  say(JSON.stringify({ version, adapter, remark }));
  for await (const line of lines(Deno.stdin.readable)) {
    say(await answer(contender, JSON.parse(line)));
  }
  Deno.exit();
}

async function answer(contender: Contender, request: Request): Promise<string> {
  try {
    return JSON.stringify(await fulfil(contender, request));
  } catch (error) {
    return JSON.stringify({ error: messageOf(error) });
  }
}

async function fulfil(contender: Contender, request: Request) {
  if (request.do === "check") return await contender.check();
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  if (request.do === "train") {
    const loss = await contender.train(request.steps);
    return { seconds: seconds(), loss } satisfies TrainReply;
  }
  const answers = await contender.predict(request.runs);
  return { seconds: seconds(), answers: Array.from(answers) } satisfies PredictReply;
}
