/** The first few of a list as texts, then how many more there are. */
export function few<T>(items: readonly T[], text: (item: T) => string, limit = 5): string[] {
  const texts = items.slice(0, limit).map(text);
  if (items.length > limit) texts.push(`and ${items.length - limit} more`);
  return texts;
}
