/** Reads one Parquet file for `parquet_read.ts`: where a damaged one has it read for ever, only this ends. */
import { messageOf, UserError } from "../errors.ts";
import { ParquetGroups } from "./parquet_groups.ts";
import type { ColumnKind, ParquetRow } from "./parquet_read.ts";

export type Question = { readonly open: string } | { readonly columns: readonly string[] };
export type Reply =
  | { readonly columns: ReadonlyMap<string, ColumnKind>; readonly mostRows: number }
  | { readonly rows: readonly ParquetRow[] | undefined }
  | { readonly error: string; readonly ofUser: boolean };

let file: ParquetGroups | undefined;
let rows: AsyncGenerator<readonly ParquetRow[]> | undefined;

self.onmessage = async ({ data }: MessageEvent<Question>) => {
  let reply: Reply;
  try {
    reply = await answer(data);
  } catch (error) {
    reply = { error: messageOf(error), ofUser: error instanceof UserError };
  }
  self.postMessage(reply);
};

async function answer(question: Question): Promise<Reply> {
  if ("open" in question) {
    file = await ParquetGroups.open(question.open);
    return { columns: file.columns, mostRows: file.mostRows };
  }
  rows ??= file!.rows(question.columns);
  const { done, value } = await rows.next();
  return { rows: done ? undefined : value };
}
