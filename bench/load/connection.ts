import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { type Answer, readAnswer } from "./answer.ts";

/**
 * One kept-alive connection, one request at a time. Plain sockets: a full HTTP client would use more of the machine
 * than the servers it measures.
 */
export interface Connection {
  /** Sends a whole request and resolves with the status of its answer. */
  send(request: string): Promise<number>;
  close(): void;
}

/** Connects to a port of 127.0.0.1. */
export const openConnection = async (port: number): Promise<Connection> => {
  const socket: Socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  let text = "";
  let waiting: { resolve(status: number): void; reject(error: Error): void } | undefined;
  const fail = (error: Error): void => {
    waiting?.reject(error);
    waiting = undefined;
  };
  socket.setEncoding("latin1");
  socket.on("data", (data: string) => {
    text += data;
    const answer: Answer | undefined = readAnswer(text);
    if (answer === undefined) return;
    text = text.slice(answer.length);
    waiting?.resolve(answer.status);
    waiting = undefined;
  });
  socket.on("error", fail);
  socket.on("close", () => fail(new Error("the server closed the connection")));
  return {
    send: (request) =>
      socket.destroyed
        ? Promise.reject(new Error("the server closed the connection"))
        : new Promise((resolve, reject) => {
            waiting = { resolve, reject };
            socket.write(request);
          }),
    close: () => socket.destroy(),
  };
};
