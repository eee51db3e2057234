import { createServer } from "node:net";

/** Why a port below 1024 cannot be opened, and what helps. */
export const lowPortRemedy =
  "this user may not open ports below 1024; `sudo sysctl -w net.ipv4.ip_unprivileged_port_start=53` allows it until the machine restarts";

/** Whether this process may open ports below 1024 at `host`; one that is taken says yes. */
export function mayOpenLowPorts(host: string): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", (error) => resolve(!isDenied(error)));
    server.listen({ host, port: 443 }, () => server.close(() => resolve(true)));
  });
}

/** Whether an attempt to listen failed because this user may not use the port. */
export function isDenied(error: Error): boolean {
  return "code" in error && error.code === "EACCES";
}
