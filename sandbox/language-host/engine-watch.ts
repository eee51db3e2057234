import { connect } from "node:net";

const parentIntervalMs = 1_000;
const addressIntervalMs = 5_000;

/**
 * An engine that is killed says no goodbye; a host that stayed would keep its program running against nothing. Another
 * parent tells at once. Where the engine was gone before we first looked, only its address does: nobody listens there.
 */
export function whenEngineIsGone(address: string, gone: () => void): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) gone();
  }, parentIntervalMs).unref();

  const [host, port] = [
    address.slice(0, address.lastIndexOf(":")),
    Number(address.slice(address.lastIndexOf(":") + 1)),
  ];
  if (host === "" || !Number.isInteger(port)) return;
  setInterval(() => {
    const socket = connect({ host, port, timeout: parentIntervalMs });
    socket.once("connect", () => socket.destroy());
    socket.once("timeout", () => socket.destroy()); // busy or stopped is not gone
    socket.once("error", (error) => {
      if ("code" in error && error.code === "ECONNREFUSED") gone();
    });
  }, addressIntervalMs).unref();
}
