export const start = "everything";
