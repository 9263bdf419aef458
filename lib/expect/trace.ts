/**
 * A kernel as what one of its invocations does: straight pieces with their work counted once, and the
 * loops and branches between them, which run on whole numbers.
 */
import type { Value } from "./whole.ts";

/** A load or store of a buffer or of workgroup memory. */
export interface Access {
  /** Number of the binding; −1 for workgroup memory. */
  readonly binding: number;
  /** 4, 8 or 16: of one invocation. */
  readonly bytes: number;
  readonly store: boolean;
  /** Where it goes, in bytes from the beginning of the binding. */
  readonly address: () => number;
}

/**
 * What invocations do between two branches or two waits for memory: loads, then work. The order is that
 * of the source, since drivers were found to keep it (docs/paper-model.md).
 */
export interface Piece {
  /** Products that are added to a sum, each component of a vector counted. */
  readonly multiplyAdds: number;
  /** Other instructions on floats: additions, comparisons, moves between registers. */
  readonly floats: number;
  /** Instructions on whole numbers, but for those that make addresses. */
  readonly wholes: number;
  readonly accesses: readonly Access[];
  /** Variables that loads of earlier pieces went to, and that are needed here. */
  readonly needs: readonly number[];
  /** Whether its own loads are needed in it too. */
  readonly needsOwn: boolean;
  /** Variables that its loads went to and that nothing here needs. */
  readonly leaves: readonly number[];
  /** Variables that take over the numbers of others, which may still be on their way. */
  readonly moves: readonly (readonly [to: number, from: number])[];
  /** The whole numbers and the accesses, in their order. */
  readonly steps: readonly (Access | (() => void))[];
}

export type Item =
  | { readonly is: "piece"; readonly piece: Piece }
  | {
    readonly is: "loop";
    readonly first: () => void;
    readonly condition: () => Value;
    readonly step: () => void;
    readonly body: readonly Item[];
  }
  | {
    readonly is: "if";
    readonly condition: () => Value;
    readonly then: readonly Item[];
    readonly otherwise: readonly Item[];
  }
  | { readonly is: "barrier" }
  | { readonly is: "return" };

/** Told what an invocation does, in its order. */
export interface Observer {
  /** Before `piece`, for each of its accesses, whose address holds until it returns. */
  access?(access: Access): void;
  piece(piece: Piece): void;
  iteration(): void;
  barrier?(): void;
}

/** A kernel with all its constants. */
export interface Traced {
  /** Invocations of a workgroup. */
  readonly size: number;
  /** Bytes of workgroup memory. */
  readonly sharedBytes: number;
  /** Four-byte numbers that an invocation keeps, with the widest value in the making. */
  readonly kept: number;
  /** Runs one invocation. */
  run(invocation: Invocation, observer: Observer): void;
}

export interface Invocation {
  readonly workgroups: readonly [number, number, number];
  readonly workgroup: readonly [number, number, number];
  /** In its workgroup. */
  readonly local: number;
}

/** Runs items. @returns whether the invocation has ended */
export function runItems(items: readonly Item[], observer: Observer): boolean {
  for (const item of items) {
    switch (item.is) {
      case "piece":
        for (const step of item.piece.steps) {
          if (typeof step === "function") step();
          else observer.access?.(step);
        }
        observer.piece(item.piece);
        break;
      case "loop":
        for (item.first(); item.condition(); item.step()) {
          observer.iteration();
          if (runItems(item.body, observer)) return true;
        }
        break;
      case "if":
        if (runItems(item.condition() ? item.then : item.otherwise, observer)) return true;
        break;
      case "barrier":
        observer.barrier?.();
        break;
      case "return":
        return true;
    }
  }
  return false;
}
