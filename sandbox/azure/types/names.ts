import type { NameRule } from "../arm/resource-type.ts";

/** Of most resources of Microsoft.Network. */
export const networkName: NameRule = {
  pattern: /^[A-Za-z0-9]([-\w.]{0,78}\w)?$/,
  text: "1-80 letters, digits, _.- starting with a letter or digit, ending with a letter, digit or _",
};
