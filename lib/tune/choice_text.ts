/** Choices for people. */
import type { Choice } from "../nn/variants.ts";

/** A choice by its entries, as `workgroup, filters 4, groups 2`. */
export function choiceText({ variant, tile = {} }: Choice): string {
  return [variant, ...Object.entries(tile).map(([entry, size]) => `${entry} ${size}`)].join(", ");
}
