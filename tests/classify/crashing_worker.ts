/** Stands in for the worker that reads pictures: stops where one is called so, refuses the others. */
const port = self as unknown as {
  onmessage: (event: MessageEvent<{ path?: string }>) => void;
  postMessage(reply: unknown): void;
};

port.onmessage = ({ data: { path } }) => {
  if (path === undefined) return port.postMessage({ ready: true });
  if (path.includes("crash")) throw new Error("out of something");
  port.postMessage({ path, why: `${path} is none` });
};
