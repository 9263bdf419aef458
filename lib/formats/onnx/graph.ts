/** An ONNX graph that grows node by node. */
import {
  type Attribute,
  FLOAT,
  type OnnxConstant,
  type OnnxGraph,
  type OnnxNode,
  type OnnxValue,
  type Shape,
} from "./messages.ts";

/** What a node computes. */
export interface NodeOptions {
  /** The name of its output, and its own. */
  readonly name: string;
  /** Shape of the output. */
  readonly shape: Shape;
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

/** Collects nodes and constants. Values are named; each name is given once, before it is used. */
export class GraphBuilder {
  readonly #name: string;
  readonly #inputs: OnnxValue[] = [];
  readonly #values = new Map<string, OnnxValue>();
  readonly #constants: OnnxConstant[] = [];
  readonly #nodes: OnnxNode[] = [];
  readonly #known = new Set<string>();

  constructor(name: string) {
    this.#name = name;
  }

  /** A value that whoever runs the graph gives. @returns its name */
  input(value: OnnxValue): string {
    this.#inputs.push(value);
    return this.#define(value.name);
  }

  /** Numbers that are part of the graph; halves are widened where they are used. @returns its name */
  constant(constant: OnnxConstant): string {
    const { name, shape, data } = constant;
    const count = shape.reduce((product, length) => product * length, 1);
    if (count !== data.length) {
      throw new RangeError(`${name}: ${data.length} values cannot have shape (${shape})`);
    }
    if (!(data instanceof Float16Array)) {
      this.#constants.push(constant);
      return this.#define(name);
    }
    const stored = `${name}.float16`;
    this.#constants.push({ ...constant, name: stored });
    this.#define(stored);
    return this.node("Cast", [stored], { name, shape, attributes: { to: FLOAT } });
  }

  /** A list of whole numbers, as a shape. @returns its name */
  integers(name: string, values: readonly number[]): string {
    return this.constant({
      name,
      shape: [values.length],
      data: BigInt64Array.from(values, BigInt),
    });
  }

  /** @returns the name of the output */
  node(
    operator: string,
    inputs: readonly string[],
    { name, shape, attributes = {} }: NodeOptions,
  ): string {
    const unknown = inputs.find((input) => !this.#known.has(input));
    if (unknown !== undefined) throw new Error(`${name} is made of ${unknown}, which is not there`);
    this.#nodes.push({ name, operator, inputs, output: name, attributes });
    this.#values.set(name, { name, shape });
    return this.#define(name);
  }

  /** A value in another shape, of which one length may be −1: as many as there are. */
  reshape(input: string, lengths: readonly number[], options: NodeOptions): string {
    return this.node("Reshape", [input, this.integers(`${options.name}.shape`, lengths)], options);
  }

  /** The finished graph. @param text what the output is, for people */
  finish(output: string, text: string): OnnxGraph {
    const value = this.#values.get(output);
    if (!value) throw new Error(`no node makes ${output}`);
    const between = [...this.#values.values()].filter(({ name }) => name !== output);
    return {
      name: this.#name,
      inputs: this.#inputs,
      outputs: [{ ...value, text }],
      values: between,
      constants: this.#constants,
      nodes: this.#nodes,
    };
  }

  #define(name: string): string {
    if (this.#known.has(name)) throw new Error(`two values are called ${name}`);
    this.#known.add(name);
    return name;
  }
}
