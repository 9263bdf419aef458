/** The version of this project, as `run.json` records it. */
export const VERSION = "0.1.0";
