/** What a start opened, to be closed in reverse. */
export type Closers = ReturnType<typeof openClosers>;

/** Closes what was opened, in reverse; each opening pushes its closer. A failing closer does not keep the others. */
export const openClosers = (onError: (error: unknown) => void) => {
  const closers: (() => Promise<void>)[] = [];
  let closing: Promise<void> | undefined;
  const closeAll = async (): Promise<void> => {
    for (const close of closers.reverse()) await close().catch(onError);
  };
  return {
    push: (close: () => Promise<void>): void => void closers.push(close),
    /** Once; a second call waits for the first. */
    close: (): Promise<void> => (closing ??= closeAll()),
  };
};
