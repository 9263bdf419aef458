/** Golden files: a small network and what PyTorch computes with it, in float64 (tests/golden/make.py). */
import { UserError } from "../errors.ts";
import type { Safetensors } from "../formats/safetensors.ts";
import { defineModel, type Model } from "../galaxy/model.ts";
import { PART_SIZE } from "../galaxy/parts.ts";

/** What a golden file says, read strictly. */
export class GoldenFile {
  constructor(readonly path: string, readonly file: Safetensors) {}

  /** The numbers of a tensor; bytes stand for pixels, of which 255 is 1. */
  tensor(name: string): Float32Array {
    const data = this.file.tensors.get(name)?.data;
    if (data instanceof Float32Array) return data;
    if (data instanceof Uint8Array) return Float32Array.from(data, (byte) => byte / 255);
    throw new UserError(
      `${this.path} has no tensor ${name} of float32 or bytes: not a golden file`,
    );
  }

  /** Cap on the root mean square of the weights into a unit of the first dense layer, if it has one. */
  get maxNorm(): number | undefined {
    return this.file.metadata.max_norm === undefined ? undefined : this.number("max_norm");
  }

  text(key: string): string {
    const value = this.file.metadata[key];
    if (value === undefined) {
      throw new UserError(`${this.path} does not say its ${key}: not a golden file`);
    }
    return value;
  }

  number(key: string): number {
    const value = Number(this.text(key));
    if (!Number.isFinite(value)) {
      throw new UserError(`${this.path}: ${key} is "${this.text(key)}", not a number`);
    }
    return value;
  }

  integer(key: string, least = 1): number {
    const value = this.number(key);
    if (!Number.isSafeInteger(value) || value < least) {
      throw new UserError(`${this.path}: ${key} is ${value}, not a count`);
    }
    return value;
  }

  model(): Model {
    const list = (key: string): number[] => {
      const values = this.text(key).match(/\d+/g)?.map(Number) ?? [];
      if (values.length !== 4) {
        throw new UserError(`${this.path}: ${key} is "${this.text(key)}", not four numbers`);
      }
      return values;
    };
    const filters = list("filters"), sizes = list("sizes");
    let side = PART_SIZE;
    for (const [index, size] of sizes.entries()) {
      side += 1 - size;
      if (side < 1 || filters[index] < 1 || (index !== 2 && side % 2)) {
        throw new UserError(
          `${this.path}: conv${index + 1}, ${filters[index]} filters of ${size}×${size}, ` +
            `would make maps of ${side}×${side}, which cannot be${index === 2 ? "" : " pooled"}`,
        );
      }
      if (index !== 2) side /= 2;
    }
    const units = this.integer("units");
    const { maxNorm } = this;
    const first = maxNorm === undefined ? {} : { maxNorm };
    const arch = this.text("arch");
    return defineModel(arch, (galaxy) => {
      galaxy.parts();
      filters.forEach((count, index) => {
        galaxy.conv({ filters: count, size: sizes[index] });
        if (index !== 2) galaxy.maxPool();
      });
      switch (arch) {
        case "extradense":
          return galaxy.merge().maxout(units, first).maxout(units).answers();
        case "maxout2048":
          return galaxy.merge().maxout(units, first).answers();
        case "relu":
          return galaxy.merge().dense(units, first).answers();
        case "shareddense":
          return galaxy.partMaxout(units).merge().maxout(units, first).answers();
        case "every":
          return galaxy.partMaxout(units).merge().maxout(units, first).dense(units).answers();
        default:
          throw new UserError(
            `${this.path}: unknown arch "${arch}"; known are extradense, maxout2048, relu, ` +
              "shareddense and every",
          );
      }
    });
  }
}
