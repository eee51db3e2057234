export const wired = "with its SDKs";
