/** How far a reproduction is, told by its files and by Slurm, without a GPU and without a lock. */
import { exists } from "../files/read.ts";
import type { Model } from "../galaxy/model.ts";
import { readHistory } from "../runs/history.ts";
import { RunFolder } from "../runs/folder.ts";
import { type Handed, stateOf, type TaskState } from "../slurm/record.ts";
import type { QueuedTask } from "../slurm/slurm.ts";

export interface StatusOptions {
  /** Where `analysis/` and `predictions/` are. */
  readonly root: string;
  readonly models: readonly Model[];
  readonly chunks: number;
  /** Of Slurm: what was handed over, what its queue says, and the folder of logs. */
  readonly cluster: {
    readonly handed: Handed;
    readonly queue: readonly QueuedTask[];
    readonly folder: string;
  } | undefined;
}

/** One line of the table. */
export interface StatusRow {
  readonly name: string;
  readonly chunk: number;
  /** RMSE of the last validation, one look at each galaxy. */
  readonly validRmse: number | undefined;
  readonly predicted: boolean;
  /** What Slurm does with it, or did. */
  readonly state: string;
}

export interface Status {
  readonly rows: readonly StatusRow[];
  /** Tasks that did not succeed, each with its log. */
  readonly failed: readonly string[];
}

/** @throws UserError when a history is damaged */
export async function readStatus(options: StatusOptions): Promise<Status> {
  const { root, models, cluster } = options;
  const failed: string[] = [];
  const note = (name: string, state: TaskState) => {
    if (state.kind === "ended" && state.failed) {
      failed.push(
        `${name}: ${state.how}, job ${state.id}${logOf(name, state.id, cluster!.folder)}`,
      );
    }
    return state;
  };
  const of = async (name: string): Promise<TaskState> =>
    cluster
      ? note(name, await stateOf(name, cluster.handed, cluster.queue, cluster.folder))
      : { kind: "never" };
  const rows: StatusRow[] = [];
  for (const { name } of models) {
    const run = new RunFolder(`${root}/analysis/final/${name}`);
    const history = await exists(run.history) ? await readHistory(run.history) : [];
    const last = `${root}/predictions/final/augmented/test/${name}.npy.gz`;
    const predicted = await exists(last);
    const [train, predict] = [await of(`train:${name}`), await of(`predict:${name}`)];
    rows.push({
      name,
      chunk: history.at(-1)?.chunk ?? 0,
      validRmse: history.findLast(({ validRmse }) => validRmse !== undefined)?.validRmse,
      predicted,
      state: [["train", train], ["predict", predict]].flatMap(([what, state]) =>
        textOf(what as string, state as TaskState) ?? []
      )[0] ?? "",
    });
  }
  for (const name of ["prepare", "blend"]) await of(name);
  return { rows, failed };
}

function textOf(what: string, state: TaskState): string | undefined {
  switch (state.kind) {
    case "waiting":
      return `${what} waits${state.reason ? ` (${state.reason})` : ""}`;
    case "running":
      return `${what} runs on ${state.node}`;
    case "ended":
      return state.failed ? `${what} failed: ${state.how}` : undefined;
  }
}

function logOf(name: string, id: string, folder: string): string {
  const [part] = name.split(":");
  return `, ${folder}/logs/${part}-${id}.log`;
}

/** Lines for a terminal. */
export function statusText({ rows, failed }: Status, chunks: number): string {
  const width = Math.max(...rows.map(({ name }) => name.length), 5);
  const line = (...[name, chunk, rmse, predicted, state]: string[]) =>
    `${name.padEnd(width)}  ${chunk.padStart(11)}  ${rmse.padStart(8)}  ${
      predicted.padEnd(9)
    }  ${state}`.trimEnd();
  const count = (some: readonly StatusRow[]) => `${some.length} of ${rows.length}`;
  return [
    line("model", "chunks", "RMSE", "predicted", "Slurm"),
    ...rows.map(({ name, chunk, validRmse, predicted, state }) =>
      line(
        name,
        chunk === 0 ? "–" : `${chunk}/${chunks}`,
        validRmse?.toFixed(5) ?? "–",
        predicted ? "yes" : "no",
        state,
      )
    ),
    "",
    `trained ${count(rows.filter(({ chunk }) => chunk >= chunks))}, predicted ${
      count(rows.filter(({ predicted }) => predicted))
    }; RMSE of one look at the validation galaxies`,
    ...(failed.length === 0 ? [] : ["", "did not succeed:", ...failed.map((text) => `  ${text}`)]),
  ].join("\n");
}
