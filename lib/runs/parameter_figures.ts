/** The parameters of a run in figures: how large they are, and how they are spread. */
import type { ParameterValues } from "./trained.ts";
import { widened } from "./expected_tensors.ts";
import { readTensors } from "./tensor_files.ts";

/** Bins of a histogram; the middle one is around 0. */
const BINS = 41;

export interface TensorFigures {
  /** As `conv1.weight`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** L2 norm. */
  readonly norm: number;
  /** Root mean square. */
  readonly rms: number;
  readonly largest: number;
  /** Numbers in bins of equal width. */
  readonly bins: readonly number[];
  /** Where the last bin ends; the first begins at its negative. What lies beyond is counted there. */
  readonly reach: number;
}

export interface ParameterFigures {
  /** Chunks that had been trained; `undefined` where the file does not say. */
  readonly chunk: number | undefined;
  readonly tensors: readonly TensorFigures[];
  /** Weights of the first layer: (filters, 3, size, size); `undefined` where there are none. */
  readonly filters: ParameterValues | undefined;
}

/**
 * Reads a file of parameters.
 * @throws UserError when it is missing, damaged, or of another kind
 */
export async function readParameterFigures(path: string): Promise<ParameterFigures> {
  const { tensors, provenance } = await readTensors(path, "parameters");
  const figures: TensorFigures[] = [];
  for (const [name, { shape, data }] of tensors) {
    figures.push(figuresOf(name, shape, widened(data)));
    await pause(); // whoever shows pages meanwhile answers in between
  }
  const first = tensors.get("conv1.weight");
  const { chunk } = provenance?.facts ?? {};
  return {
    chunk: typeof chunk === "number" ? chunk : undefined,
    tensors: figures,
    filters: first?.shape.length === 4 && first.shape[1] === 3
      ? { shape: first.shape, data: Float32Array.from(widened(first.data)) }
      : undefined,
  };
}

function figuresOf(
  name: string,
  shape: readonly number[],
  data: ArrayLike<number>,
): TensorFigures {
  let squares = 0, largest = 0;
  for (let at = 0; at < data.length; at++) {
    squares += data[at] ** 2;
    largest = Math.max(largest, Math.abs(data[at]));
  }
  const rms = Math.sqrt(squares / Math.max(1, data.length));
  // Single large numbers would press all others into the middle.
  const reach = Math.min(largest, 4 * rms) || 1;
  const bins = new Array<number>(BINS).fill(0);
  const scale = BINS / (2 * reach);
  for (let at = 0; at < data.length; at++) {
    const bin = Math.floor((data[at] + reach) * scale);
    bins[bin < 0 ? 0 : bin < BINS ? bin : BINS - 1]++;
  }
  return { name, shape, norm: Math.sqrt(squares), rms, largest, bins, reach };
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 0));
