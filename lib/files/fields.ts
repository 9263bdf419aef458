/** Objects from files, looked at field by field. */
import { visible } from "../errors.ts";

/** What is wrong with a field: thrown to whoever knows the file's name. */
export class FieldError extends Error {}

/** The fields of an object that came from a file. Every method throws `FieldError` naming the field. */
export class Fields {
  readonly #value: Record<string, unknown>;
  readonly #path: string;

  /** @param path what the object is called in errors, as `settings`; nothing for the whole file */
  constructor(value: unknown, path = "") {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new FieldError(`${path || "it"} is ${show(value)}, expected an object`);
    }
    this.#value = value as Record<string, unknown>;
    this.#path = path;
  }

  has(name: string): boolean {
    return this.#value[name] !== undefined;
  }

  text(name: string): string {
    const value = this.#value[name];
    if (typeof value === "string") return value;
    throw this.#wrong(name, "a text");
  }

  /** One of the given texts. */
  choice<T extends string>(name: string, choices: readonly T[]): T {
    const value = this.text(name);
    if ((choices as readonly string[]).includes(value)) return value as T;
    throw this.#wrong(name, choices.join(" or "));
  }

  /** SHA-256 in hexadecimal. */
  digest(name: string): string {
    if (/^[0-9a-f]{64}$/.test(String(this.#value[name]))) return this.text(name);
    throw this.#wrong(name, "64 hexadecimal digits");
  }

  flag(name: string): boolean {
    const value = this.#value[name];
    if (typeof value === "boolean") return value;
    throw this.#wrong(name, "true or false");
  }

  /** A finite number within bounds. */
  number(name: string, least = -Infinity, most = Infinity): number {
    const value = this.#value[name];
    if (typeof value === "number" && Number.isFinite(value) && value >= least && value <= most) {
      return value;
    }
    throw this.#wrong(name, `a number${bounds(least, most)}`);
  }

  integer(name: string, least = 0, most = Number.MAX_SAFE_INTEGER): number {
    const value = this.#value[name];
    if (Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most) {
      return value as number;
    }
    throw this.#wrong(name, `a whole number${bounds(least, most)}`);
  }

  list(name: string): unknown[] {
    const value = this.#value[name];
    if (Array.isArray(value)) return value;
    throw this.#wrong(name, "a list");
  }

  object(name: string): Fields {
    return new Fields(this.#value[name], this.#nameOf(name));
  }

  /** What the field holds, whatever it is. */
  raw(name: string): unknown {
    return this.#value[name];
  }

  #nameOf(name: string): string {
    return this.#path ? `${this.#path}.${name}` : name;
  }

  #wrong(name: string, expected: string): FieldError {
    const value = this.#value[name];
    return new FieldError(`${this.#nameOf(name)} is ${show(value)}, expected ${expected}`);
  }
}

function bounds(least: number, most: number): string {
  if (Number.isFinite(least) && most !== Infinity && most !== Number.MAX_SAFE_INTEGER) {
    return ` from ${least} to ${most}`;
  }
  return Number.isFinite(least) ? ` of at least ${least}` : "";
}

function show(value: unknown): string {
  if (value === undefined) return "missing";
  const text = JSON.stringify(value) ?? String(value);
  return visible(text.length > 60 ? text.slice(0, 57) + "…" : text);
}
