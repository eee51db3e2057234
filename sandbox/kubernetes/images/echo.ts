import { createServer } from "node:http";

/** The image `pilotlight/echo`: answers with its pod's name and the value of ECHO; /fail ends the process. */
const server = createServer((request, response) => {
  if (request.url === "/fail") process.exit(3);
  response.setHeader("content-type", "application/json");
  response.end(`${JSON.stringify({ pod: process.env.HOSTNAME, echo: process.env.ECHO ?? "" })}\n`);
});
server.listen(Number(process.env.PORT ?? 8080), process.env.BIND_ADDRESS ?? "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
