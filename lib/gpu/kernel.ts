/** Kernels with named bindings and constants, and dispatches of them as plain data. */
import type { Slice } from "./memory.ts";

/** A file of `kernels/`, with what it shares with others put before it. */
export interface Kernel<Binding extends string = string, Constant extends string = string> {
  /** Its path in `kernels/`, without `.wgsl`. */
  readonly name: string;
  readonly source: string;
  /** In the order of their numbers. */
  readonly bindings: readonly Binding[];
  /** The names that the source leaves open: shapes and tile sizes. */
  readonly constants: readonly Constant[];
}

/** One run of a kernel over fixed buffers. */
export interface Dispatch {
  readonly kernel: Kernel;
  /** What it computes, as `conv2 forward`: the label of pipeline, bindings and profile rows. */
  readonly label: string;
  readonly constants: Readonly<Record<string, number>>;
  /** In the order of the kernel's binding numbers. */
  readonly bindings: readonly Slice[];
  readonly workgroups: Workgroups;
}

export type Workgroups = readonly [x: number, y?: number, z?: number];

/** A dispatch by the names of its kernel. */
export interface Run<Binding extends string, Constant extends string> {
  readonly label: string;
  readonly constants: Readonly<Record<Constant, number>>;
  readonly bindings: Readonly<Record<Binding, Slice>>;
  readonly workgroups: Workgroups;
}

/**
 * @param sources WGSL that is put together in this order: what is shared, then the kernel
 * @param bindings names of its bindings, in the order of their numbers
 * @throws Error when the source declares other bindings, or does not use a constant
 */
export function kernel<const Binding extends string, const Constant extends string>(
  name: string,
  sources: readonly string[],
  bindings: readonly Binding[],
  constants: readonly Constant[],
): Kernel<Binding, Constant> {
  const source = sources.join("\n");
  const declared: string[] = [];
  for (const [, number, , , variable] of source.matchAll(DECLARATION)) declared[+number] = variable;
  if (declared.join() !== bindings.join()) {
    throw new Error(`${name} declares the bindings ${declared}, and is said to have ${bindings}`);
  }
  const unused = constants.find((constant) => !new RegExp(`\\b${constant}\\b`).test(source));
  if (unused !== undefined) throw new Error(`${name} does not use its constant ${unused}`);
  return { name, source, bindings, constants };
}

/** A run of a kernel, with everything it names; what else `constants` holds is left out. */
export function dispatch<Binding extends string, Constant extends string>(
  kernel: Kernel<Binding, Constant>,
  { label, constants, bindings, workgroups }: Run<Binding, Constant>,
): Dispatch {
  return {
    kernel,
    label,
    constants: Object.fromEntries(kernel.constants.map((name) => [name, constants[name]])),
    bindings: kernel.bindings.map((name) => bindings[name]),
    workgroups,
  };
}

const DECLARATION = /@binding\((\d+)\) var<(\w+)(?:,\s*(\w+))?> (\w+)/g;

/** The binding types that a kernel's source declares, by binding number. */
export function bindingTypes(source: string): GPUBufferBindingType[] {
  const types: GPUBufferBindingType[] = [];
  for (const [, number, space, access] of source.matchAll(DECLARATION)) {
    types[+number] = space === "uniform"
      ? "uniform"
      : access === "read_write"
      ? "storage"
      : "read-only-storage";
  }
  return types;
}
