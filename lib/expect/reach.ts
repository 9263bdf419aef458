/** What the lanes of a warp ask for together: how many pieces of memory, and for how long. */
import type { Access } from "./trace.ts";

export interface Reach {
  /** From the first lane's address to one in each 32 bytes that any lane asks for. */
  readonly sectors: readonly number[];
  /** In which the first-level cache or workgroup memory serves all lanes. */
  readonly clocks: number;
}

const SECTOR = 32, LINE = 128, BANK = 4;
/** Bytes that the lanes of a warp get in a clock. */
const BYTES_PER_CLOCK = 128;

/** @param addresses of the lanes that take part, in bytes */
export function reachOf({ binding, bytes }: Access, addresses: readonly number[]): Reach {
  const first = new Map(addresses.map((address) => [Math.floor(address / SECTOR), address]));
  const sectors = [...first.values()].map((address) => address - addresses[0]);
  const lines = new Set(addresses.map((address) => Math.floor(address / LINE))).size;
  const moved = Math.ceil(addresses.length * bytes / BYTES_PER_CLOCK);
  const clocks = Math.max(moved, binding < 0 ? bankClocks(bytes, addresses) : lines);
  return { sectors, clocks };
}

/** Lanes that want different words of one bank wait for each other; as many lanes at a time as a line has room for. */
function bankClocks(bytes: number, addresses: readonly number[]): number {
  const together = LINE / bytes;
  let clocks = 0;
  for (let lane = 0; lane < addresses.length; lane += together) {
    const words = new Set(
      addresses.slice(lane, lane + together).flatMap((address) =>
        Array.from({ length: bytes / BANK }, (_, word) => address / BANK + word)
      ),
    );
    const banks = new Map<number, number>();
    for (const word of words) {
      const bank = word % (LINE / BANK);
      banks.set(bank, (banks.get(bank) ?? 0) + 1);
    }
    clocks += Math.max(...banks.values());
  }
  return clocks;
}
