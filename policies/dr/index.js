// The SDK's runner puts ts-node before every .ts file that is required; what is imported runs as it is.
import "./pack.ts";
