/** What a page tells of how its answers came about. */

export interface ReportFacts {
  /** As one would type it. */
  readonly command: string;
  /** Names of the networks. */
  readonly models: readonly string[];
  /** Files of their parameters. */
  readonly parameters: readonly string[];
  /** Looks of each network at each picture. */
  readonly transforms: number;
  /** More to tell at the end of the page. */
  readonly settings?: readonly (readonly [label: string, value: string])[];
}

/** Whether answers have a spread. */
export function looksDiffer({ transforms, models }: ReportFacts): boolean {
  return transforms > 1 || models.length > 1;
}
