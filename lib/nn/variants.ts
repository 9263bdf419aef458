/**
 * The implementations of an operation, in one ordered list: the first that fits runs, unless measuring
 * found another one, or other tiles, faster at a shape.
 */
import type { Gpu } from "../gpu/device.ts";
import type { Dispatch, Kernel, Workgroups } from "../gpu/kernel.ts";
import type { Slice } from "../gpu/memory.ts";

/** What decides between variants, and their default tiles: a kind of adapter. */
export type Machine = Pick<Gpu, "software" | "subgroup">;

/** Into what a variant cuts its work, in numbers by name. */
export type Tile = Readonly<Record<string, number>>;

/** One way to compute an operation. */
export interface Variant<Shape, Plan, T extends Tile = Tile> {
  /** As its kernel's file: `naive`, `workgroup`, `subgroup`. */
  readonly name: string;
  /** Whether it can run a shape on a machine, and is not known to be slower there than the next. */
  fits(machine: Machine, shape: Shape): boolean;
  /** The tiles for a machine where nothing better was measured. */
  tile(machine: Machine): T;
  /**
   * What `tune` tries: entries that replace some of the default tile's, none of them for the default
   * itself; no elements where the variant cannot run or is not worth trying.
   */
  candidates(machine: Machine, shape: Shape): readonly Partial<T>[];
  /** The kernel, its constants and its grid. */
  plan(shape: Shape, tile: T): Plan;
}

/** What is computed, and the ways to do so: the preferred one first; `naive`, which fits all, last. */
export interface Operation<Shape, Plan> {
  /** As `conv2d input gradient`: the first words of its keys in files of tiles. */
  readonly name: string;
  // deno-lint-ignore no-explicit-any
  readonly variants: readonly Variant<Shape, Plan, any>[];
}

/** Any operation, where what it computes does not matter. */
// deno-lint-ignore no-explicit-any
export type AnyOperation = Operation<any, unknown>;

/** A variant by name, with what replaces entries of its default tile. */
export interface Choice {
  readonly variant: string;
  readonly tile?: Tile;
}

/** What is to run an operation at a shape; undefined where the default counts. */
export type Choices = (operation: AnyOperation, shape: object) => Choice | undefined;

/** Names an operation at a shape, as `conv2d input gradient C32 H20 W20 K5 F64 N256`. */
export function choiceKey(operation: { readonly name: string }, shape: object): string {
  return [operation.name, ...Object.entries(shape).map(([name, size]) => name + size)].join(" ");
}

/**
 * The plan for a shape: that of the choice for it, or else of the first variant that fits.
 * @throws Error when a choice names a variant or an entry that there is not
 */
export function planned<Shape extends object, Plan>(
  operation: Operation<Shape, Plan>,
  machine: Machine,
  choices: Choices | undefined,
  shape: Shape,
): Plan {
  const choice = choices?.(operation, shape);
  const variant = choice ? variantOf(operation, choice) : defaultVariant(operation, machine, shape);
  return variant.plan(shape, { ...variant.tile(machine), ...choice?.tile });
}

/** @throws Error when no variant fits */
export function defaultVariant<Shape, Plan>(
  { name, variants }: Operation<Shape, Plan>,
  machine: Machine,
  shape: Shape,
): Variant<Shape, Plan> {
  const variant = variants.find((candidate) => candidate.fits(machine, shape));
  if (!variant) {
    throw new Error(`no variant of ${name} fits ${choiceKey({ name }, shape as object)}`);
  }
  return variant;
}

/** Tiles larger than this are nobody's. */
const LARGEST = 65_536;

/** @throws Error when a choice names a variant or an entry that there is not, or a size that is none */
export function variantOf<Shape, Plan>(
  { name, variants }: Operation<Shape, Plan>,
  { variant: wanted, tile = {} }: Choice,
): Variant<Shape, Plan> {
  const variant = variants.find((candidate) => candidate.name === wanted);
  if (!variant) throw new Error(`${name} has no variant ${wanted}`);
  const known = variant.tile({ software: false, subgroup: 8 });
  for (const [entry, value] of Object.entries(tile)) {
    if (!(entry in known)) throw new Error(`${name}, ${wanted}: no tile has a ${entry}`);
    if (!Number.isInteger(value) || value < 1 || value > LARGEST) {
      throw new Error(`${name}, ${wanted}: ${entry} cannot be ${JSON.stringify(value)}`);
    }
  }
  return variant;
}

/** What may be faster than the default variant with its default tile. */
export function alternatives<Shape>(
  { variants }: Operation<Shape, unknown>,
  machine: Machine,
  shape: Shape,
): Choice[] {
  return variants.flatMap((variant) =>
    variant.candidates(machine, shape).map((tile) => ({ variant: variant.name, tile }))
  );
}

/**
 * What runs an operation: a kernel with all constants and its grid, but for the buffers. `Known` are
 * constants that kernels of all variants have.
 */
export interface KernelPlan<Binding extends string, Known extends string = never> {
  readonly kernel: Kernel<Binding>;
  readonly constants: Readonly<Record<string, number> & Record<Known, number>>;
  readonly workgroups: Workgroups;
}

/** A plan, given all constants that its kernel lists, and maybe others. */
export function kernelPlan<Binding extends string, Constant extends string>(
  kernel: Kernel<Binding, Constant>,
  constants: Readonly<Record<Constant, number>>,
  workgroups: Workgroups,
): KernelPlan<Binding, Constant> {
  return { kernel, constants, workgroups };
}

/** A dispatch of an operation that has variants; those that compute one thing together are alike. */
export interface TunableDispatch extends Dispatch {
  readonly operation: AnyOperation;
  readonly shape: object;
  /** What they compute together, whichever variant it is. */
  readonly results: readonly Slice[];
}

/** Marks dispatches that compute an operation together, for `tune` to find. */
export function tunable(
  operation: AnyOperation,
  shape: object,
  results: readonly Slice[],
  dispatches: readonly Dispatch[],
): TunableDispatch[] {
  return dispatches.map((dispatch) => ({ ...dispatch, operation, shape, results }));
}
