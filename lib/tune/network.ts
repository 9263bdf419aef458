/** The operations of a network with any variants and tiles, over one set of random buffers. */
import type { Model } from "../galaxy/model.ts";
import { assembleOneSlot } from "../galaxy/one_slot.ts";
import type { Gpu } from "../gpu/device.ts";
import { Memory, type MemoryUse, part, type Slice, upload } from "../gpu/memory.ts";
import type { Dispatch } from "../gpu/kernel.ts";
import type { Tiles } from "../nn/tiles.ts";
import { choiceKey, type TunableDispatch } from "../nn/variants.ts";
import { Random } from "../random.ts";

/** Dispatches that follow one another and compute an operation at a shape, by its `choiceKey`. */
export type Units = ReadonlyMap<string, readonly TunableDispatch[]>;

/** As in the checks of the kernels: any number that hides nothing. */
const LEARNING_RATE = 0.5;

/** Numbers that fill buffers again and again; more than any row is long, and not a power of two. */
const PATTERN = 1_000_004;

/** Buffers that all variants of a network share, by their labels. */
class SharedMemory extends Memory {
  readonly #slices = new Map<string, Slice>();
  readonly #given = new Set<string>();
  readonly #fill: (slice: Slice) => void;

  constructor(gpu: Gpu, fill: (slice: Slice) => void) {
    super(gpu);
    this.#fill = fill;
  }

  /** To be called before a variant is made. */
  startVariant() {
    this.#given.clear();
  }

  override async allocate(label: string, use: MemoryUse, count: number): Promise<Slice> {
    if (this.#given.has(label)) throw new Error(`two buffers are called ${label}`);
    this.#given.add(label);
    const size = Math.max(16, Math.ceil(count / 4) * 16);
    const there = this.#slices.get(label);
    if (there && there.size >= size) return { ...there, size };
    const slice = await super.allocate(label, use, count);
    if (use !== "data") this.#fill(slice);
    this.#slices.set(label, slice);
    return slice;
  }
}

/** A network whose kernels are to be tuned, for training or for prediction. */
export class TuningNetwork {
  readonly #gpu: Gpu;
  readonly #model: Model;
  readonly #batch: number;
  readonly #trainable: boolean;
  readonly #memory: SharedMemory;
  readonly #pattern: Float32Array<ArrayBuffer>;

  constructor(gpu: Gpu, model: Model, { batch, trainable }: { batch: number; trainable: boolean }) {
    this.#gpu = gpu;
    this.#model = model;
    this.#batch = batch;
    this.#trainable = trainable;
    const random = new Random(1, "test");
    this.#pattern = Float32Array.from({ length: PATTERN }, () => random.uniform(-1, 1));
    this.#memory = new SharedMemory(gpu, (slice) => this.fill(slice));
  }

  /** Writes the same random numbers as ever, uniform on [−1, 1). */
  fill(slice: Slice) {
    const count = slice.size / 4;
    for (let first = 0; first < count; first += PATTERN) {
      const length = Math.min(PATTERN, count - first);
      upload(this.#gpu, part(slice, first, length), this.#pattern.subarray(0, length));
    }
  }

  /**
   * What the network runs with each of these tiles, as far as it can be tuned.
   * @throws UserError when the adapter's limits or memory do not suffice
   */
  async units(all: readonly Tiles[]): Promise<Units[]> {
    // Once for the buffers to grow to what the most demanding tiles need, once with those.
    for (const tiles of all) await this.#assemble(tiles);
    const units: Units[] = [];
    for (const tiles of all) units.push(await this.#assemble(tiles));
    return units;
  }

  async #assemble(tiles: Tiles): Promise<Units> {
    const gpu = this.#gpu, memory = this.#memory;
    memory.startVariant();
    const own = { gpu, memory, tiles, batch: this.#batch, trainable: this.#trainable };
    const { data: { state }, programs } = await assembleOneSlot(this.#model, own);
    upload(gpu, part(state, 3, 1), Float32Array.of(LEARNING_RATE));
    return unitsOf(programs.train ?? programs.predict ?? []);
  }

  destroy() {
    this.#memory.destroy();
  }
}

/** The first run of dispatches of each key: equal layers need not be measured twice. */
function unitsOf(dispatches: readonly Dispatch[]): Units {
  const units = new Map<string, TunableDispatch[]>();
  let unit: TunableDispatch[] | undefined;
  let before: string | undefined;
  for (const dispatch of dispatches) {
    const key = isTunable(dispatch) ? choiceKey(dispatch.operation, dispatch.shape) : undefined;
    if (key !== before) {
      unit = undefined;
      if (key !== undefined && !units.has(key)) units.set(key, unit = []);
    }
    before = key;
    if (isTunable(dispatch)) unit?.push(dispatch);
  }
  return units;
}

function isTunable(dispatch: Dispatch): dispatch is TunableDispatch {
  return "operation" in dispatch;
}
