import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { Store } from "../contracts/contracts.ts";
import { ensureIdentityHeader } from "../supervise/environment-file.ts";
import { azureAccount } from "./account.ts";
import { ArmError } from "./arm/arm-error.ts";

const lifetimeSeconds = 24 * 3600;
const claimsSchema = z.looseObject({ aud: z.string(), exp: z.number(), oid: z.string() });

/** Whom a token speaks for. */
export interface Principal {
  readonly clientId: string;
  readonly principalId: string;
}

const account: Principal = { clientId: azureAccount.clientId, principalId: azureAccount.objectId };

/**
 * The managed identity endpoint of App Service: gives tokens to whoever knows a header's value, and recognises them again.
 * The sandbox's own identity has one header; a workload of Azure gets another, which speaks for its identity only.
 */
export class ManagedIdentity {
  readonly #header: string;

  private constructor(header: string) {
    this.#header = header;
  }

  static async open(store: Store): Promise<ManagedIdentity> {
    return new ManagedIdentity(await ensureIdentityHeader(store));
  }

  /** The header's value for a workload that runs as this identity. */
  headerOf({ clientId }: Principal): string {
    return this.#sign(`identity ${clientId}`);
  }

  /** Answers `GET /msi/token?resource=…&api-version=2019-08-01`; `others`: the user-assigned identities that exist. */
  token(
    query: URLSearchParams,
    header: string | undefined,
    others: readonly Principal[] = [],
  ): Readonly<Record<string, string>> {
    const principal = header === undefined ? undefined : this.#principal(header, others);
    if (principal === undefined) {
      throw new ArmError(401, "Unauthorized", "The header X-IDENTITY-HEADER is missing or wrong.");
    }
    if (query.get("api-version") !== "2019-08-01") {
      throw new ArmError(400, "InvalidApiVersionParameter", "The query parameter api-version must be 2019-08-01.");
    }
    const resource = query.get("resource");
    if (resource === null || resource === "") {
      throw new ArmError(400, "InvalidResource", "The query parameter resource is missing.");
    }
    const expires = Math.floor(Date.now() / 1000) + lifetimeSeconds;
    const claims = {
      aud: resource,
      iss: `https://sts.windows.net/${azureAccount.tenantId}/`,
      exp: expires,
      appid: principal.clientId,
      oid: principal.principalId,
      sub: principal.principalId,
      tid: azureAccount.tenantId,
    };
    const head = encode({ alg: "HS256", typ: "JWT" });
    const body = `${head}.${encode(claims)}`;
    return {
      access_token: `${body}.${this.#sign(body)}`,
      expires_on: String(expires),
      resource,
      token_type: "Bearer",
      client_id: principal.clientId,
    };
  }

  /** The principal's object id. Throws unless the header carries a token of ours for Azure Resource Manager. */
  authenticate(authorization: string | undefined): string {
    const token = /^Bearer (.+)$/i.exec(authorization ?? "")?.[1];
    if (token === undefined) {
      throw new ArmError(401, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.");
    }
    const cut = token.lastIndexOf(".");
    const claims = decodeClaims(token);
    if (claims === undefined || !same(token.slice(cut + 1), this.#sign(token.slice(0, cut)))) {
      throw new ArmError(401, "InvalidAuthenticationToken", "The access token is invalid.");
    }
    if (claims.exp * 1000 < Date.now()) {
      throw new ArmError(401, "ExpiredAuthenticationToken", "The access token has expired.");
    }
    if (!/^https:\/\/management\.(core\.windows\.net|azure\.com)\/?$/.test(claims.aud)) {
      const text = `The access token has the wrong audience '${claims.aud}'; expected https://management.azure.com/.`;
      throw new ArmError(401, "InvalidAuthenticationTokenAudience", text);
    }
    return claims.oid;
  }

  #principal(header: string, others: readonly Principal[]): Principal | undefined {
    return same(header, this.#header) ? account : others.find((other) => same(header, this.headerOf(other)));
  }

  #sign(text: string): string {
    return createHmac("sha256", this.#header).update(text).digest("base64url");
  }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function decodeClaims(token: string): z.infer<typeof claimsSchema> | undefined {
  try {
    return claimsSchema.parse(JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")));
  } catch {
    return undefined;
  }
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
