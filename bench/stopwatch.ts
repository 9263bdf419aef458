/** Starts a clock; the returned function says how many seconds have passed since. */
export function stopwatch(): () => number {
  const started = performance.now();
  return () => (performance.now() - started) / 1000;
}
