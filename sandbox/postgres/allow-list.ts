/** Begins like the driver's own, so that no comparison of schemas takes it for the application's. */
const trigger = "pilotlight_sandbox_allow_list";

/** Whether `allowListStatements` have been run in a database. */
export const allowListQuery = `select from pg_event_trigger where evtname = '${trigger}'`;

/**
 * Flexible server creates no extension that the parameter `azure.extensions` does not list. The words, the hint and the SQLSTATE are the
 * service's own. Run in `template1`, every later database has it. `exempt`: the service's own superuser.
 */
export function allowListStatements(exempt: string): readonly string[] {
  return [
    `create function pg_catalog.${trigger}() returns event_trigger language plpgsql as $$
     declare made text;
     begin
       if session_user = '${exempt}' then return; end if;
       for made in select e.extname from pg_event_trigger_ddl_commands() d join pg_extension e on d.classid = 'pg_extension'::regclass and e.oid = d.objid
       loop
         if lower(made) <> all (string_to_array(lower(replace(current_setting('azure.extensions'), ' ', '')), ',')) then
           raise exception 'extension "%" is not allow-listed for "azure_pg_admin" users in Azure Database for PostgreSQL', made
             using errcode = 'feature_not_supported', hint = 'to see the full allow list of extensions, please run: "show azure.extensions;"';
         end if;
       end loop;
     end $$`,
    `create event trigger ${trigger} on ddl_command_end when tag in ('CREATE EXTENSION') execute function pg_catalog.${trigger}()`,
  ];
}
