/** The role that owns each database server; both clouds accept the name. */
export const ADMIN_USER = "pilotlight_admin";
export const POSTGRES_PORT = 5432;
