import { z } from "zod";
import { quote } from "./quote.ts";
import { hasOrigins } from "./server-version.ts";
import type { Session } from "./session.ts";

/**
 * Makes the session's own role a member of `role`, with all of its rights. Who makes a role may hand it out, and (without being a superuser)
 * is not of it by that.
 */
export async function joinRole(session: Session, role: string): Promise<void> {
  const withOptions = await hasOrigins(session);
  const member = await session.first(
    z.object({ may: z.boolean() }),
    "select pg_has_role(current_user, $1, $2) and pg_has_role(current_user, $1, 'usage') as may",
    // Before 16, every member may `set role`.
    [role, withOptions ? "set" : "member"],
  );
  if (member?.may) return;
  const options = withOptions ? " with inherit true, set true" : "";
  await session.run(`grant ${quote.identifier(role)} to current_user${options}`);
}
