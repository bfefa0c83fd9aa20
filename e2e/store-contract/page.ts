// Runs tasks of the storage worker for the test: `run(task, argument)` resolves with the answer.
const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });

Object.assign(window, {
  run: (task: string, argument: unknown) =>
    new Promise<unknown>((resolve, reject) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }: MessageEvent<{ value?: unknown; error?: string }>) => {
        if (data.error === undefined) resolve(data.value);
        else reject(new Error(data.error));
      };
      worker.postMessage({ task, argument }, [port2]);
    }),
});
