/** What a power cut takes: bytes that were written, but not brought to the disk. */

export class Unsynced {
  /** By path: where bytes begin and end. */
  readonly #ranges = new Map<string, [number, number][]>();

  /** Notes the last `count` bytes before the place where a file stands. */
  wrote(file: Deno.FsFile, path: string, count: number) {
    const end = file.seekSync(0, Deno.SeekMode.Current);
    const ranges = this.#ranges.get(path) ?? [];
    ranges.push([end - count, end]);
    this.#ranges.set(path, ranges);
  }

  synced(path: string) {
    this.#ranges.delete(path);
  }

  renamed(from: string, to: string) {
    const ranges = this.#ranges.get(from);
    this.#ranges.delete(from);
    this.#ranges.delete(to);
    if (ranges) this.#ranges.set(to, ranges);
  }

  /** The bytes turn into zeros, as they do where a file has grown but nothing has come to its blocks. */
  lose() {
    for (const [path, ranges] of this.#ranges) {
      try {
        using file = Deno.openSync(path, { read: true, write: true });
        const { size } = file.statSync();
        for (const [start, end] of ranges) {
          file.seekSync(start, Deno.SeekMode.Start);
          file.writeSync(new Uint8Array(Math.max(0, Math.min(end, size) - start)));
        }
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
  }
}
