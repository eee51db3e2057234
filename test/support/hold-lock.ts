import { FileJournal } from "../../automation/adapters/journal/file-journal.ts";

/** Takes an application's lock, says so, and stays until it is killed. */
const [directory = "", application = "", operationId = ""] = process.argv.slice(2);
await new FileJournal(directory).lock({ application, operationId, how: "start" });
console.log("held");
setInterval(() => {}, 60_000);
