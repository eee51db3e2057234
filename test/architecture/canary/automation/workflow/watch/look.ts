export const look = "at the active site";
