export * from "../functions/main.ts";
