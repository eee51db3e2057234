import { z } from "zod";
import { DriverError } from "../../domain/errors.ts";
import type { ArmClient } from "./arm-client.ts";

/** Every item of a collection, over all its pages. `what`: names the list in errors. Errors: those of `ArmClient`; `fatal` for an unknown form. */
export async function listPages<T>(
  arm: ArmClient,
  request: { readonly what: string; readonly path: string; readonly item: z.ZodType<T> },
  signal: AbortSignal,
): Promise<readonly T[]> {
  const page = z.object({ value: z.array(request.item), nextLink: z.string().optional() });
  const items: T[] = [];
  let next: string | undefined = request.path;
  while (next !== undefined) {
    const parsed = page.safeParse(await arm.request("GET", next, undefined, signal));
    if (!parsed.success) throw new DriverError("fatal", `${request.what} cannot be understood`);
    items.push(...parsed.data.value);
    next = parsed.data.nextLink === undefined ? undefined : arm.pathOf(parsed.data.nextLink);
  }
  return items;
}
