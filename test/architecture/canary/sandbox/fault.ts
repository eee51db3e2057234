export const fault = "region-down";
