/** What a check of the data says about one thing. */
import { UserError } from "../errors.ts";

export interface Finding {
  /** What was looked for. */
  name: string;
  /** `wrong` is there, but cannot be used as it is. */
  state: "ok" | "absent" | "wrong";
  text: string;
  /** What is needed is not there, or cannot be used. */
  fatal?: boolean;
}

/** A value, or the reason why a user has none. */
export async function attempt<T>(
  get: () => Promise<T>,
): Promise<{ value: T } | { problem: string }> {
  try {
    return { value: await get() };
  } catch (error) {
    if (error instanceof UserError) return { problem: error.message };
    throw error;
  }
}
