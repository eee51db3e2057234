import { z } from "zod";
import type { Database } from "./database.ts";
import { type Answer, RequestError } from "./http-service.ts";
import type { ObjectStore } from "./objects.ts";

const writeSchema = z.strictObject({ id: z.uuid(), payload: z.string().max(16_384) });

interface WriteRow {
  readonly id: string;
  readonly sequence: string;
  readonly payload: string;
  readonly site: string;
  readonly created_at: Date;
  readonly processed_at: Date | null;
}

/** Where service-b waits for work. */
export const channel = "writes";

const columns = "id, sequence, payload, site, created_at, processed_at";

/** Writes that are acknowledged only when their row and their object are both durable. */
export class Writes {
  readonly #database: Database;
  readonly #objects: ObjectStore;
  readonly #site: string;

  constructor(database: Database, objects: ObjectStore, site: string) {
    this.#database = database;
    this.#objects = objects;
    this.#site = site;
  }

  /** 201 for a new id; 200 for the same id and payload again; 409 for the same id with another payload. */
  async create(body: string): Promise<Answer> {
    const { id, payload } = parse(body);
    const inserted = await this.#database.transaction(async (client) => {
      const { rows } = await client.query<WriteRow>(
        `insert into writes (id, payload, site) values ($1, $2, $3) on conflict (id) do nothing returning ${columns}`,
        [id, payload, this.#site],
      );
      if (rows[0] !== undefined) await client.query("select pg_notify($1, $2)", [channel, id]);
      return rows[0];
    });
    const row = inserted ?? (await this.#find(id));
    if (row === undefined) throw new RequestError(503, `write ${id} was removed while it was made`);
    if (row.payload !== payload) throw new RequestError(409, `write ${id} exists with another payload`);
    // Also for a repeated id: the first attempt may have failed between the row and the object.
    await this.#objects.put(
      `writes/${id}.json`,
      JSON.stringify({ id, sequence: row.sequence, payload, site: row.site }),
    );
    return {
      status: inserted === undefined ? 200 : 201,
      body: { id, sequence: Number(row.sequence), site: this.#site },
    };
  }

  async get(id: string): Promise<Answer> {
    if (!z.uuid().safeParse(id).success) throw new RequestError(400, `id "${id}" is not a UUID`);
    const row = await this.#find(id);
    if (row === undefined) throw new RequestError(404, `there is no write ${id}`);
    return {
      status: 200,
      body: {
        id: row.id,
        sequence: Number(row.sequence),
        payload: row.payload,
        site: row.site,
        createdAt: row.created_at.toISOString(),
        processedAt: row.processed_at?.toISOString() ?? null,
      },
    };
  }

  async #find(id: string): Promise<WriteRow | undefined> {
    const [row] = await this.#database.query<WriteRow>(`select ${columns} from writes where id = $1`, [id]);
    return row;
  }
}

function parse(body: string): z.infer<typeof writeSchema> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new RequestError(400, "the body is not JSON");
  }
  const parsed = writeSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new RequestError(
    400,
    parsed.error.issues.map((issue) => `${issue.path.join(".") || "body"}: ${issue.message}`).join("; "),
  );
}
