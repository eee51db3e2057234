import type { ApplicationIdentity } from "../components/azure/application-identity.ts";
import { ContainerService } from "../components/azure/container-service.ts";
import type { LogAnalytics } from "../components/azure/log-analytics.ts";
import { BLOB_ACCOUNT_KEY_FILE, DATABASE_PASSWORD_FILE, environment } from "../components/kubernetes/pod-template.ts";
import type { StandbyConfig } from "./config.ts";
import type { StandbyBase } from "./standby-base.ts";
import type { StandbyData } from "./standby-data.ts";
import type { StandbyImages } from "./standby-images.ts";
import { applicationSettings } from "./standby-settings.ts";

export interface StandbyContainersBase {
  readonly base: StandbyBase;
  readonly data: StandbyData;
  readonly images: StandbyImages;
  readonly application: ApplicationIdentity;
  readonly logs: LogAnalytics | undefined;
  readonly lit: boolean;
}

/** The application as a container group: declared always, running while lit. */
export function standbyContainers(config: StandbyConfig, parts: StandbyContainersBase): ContainerService {
  const { base, data, images, application, logs } = parts;
  const settings = applicationSettings(config, base, data);
  const share = (whole: number) => Math.floor((whole / config.services.length) * 10) / 10;
  return new ContainerService("containers", {
    ...base.place,
    ...base.scope,
    groupName: base.names.containerGroup,
    dnsLabel: base.label,
    containers: config.services.map((service) => ({
      name: service.name,
      image: images.image(service.image),
      port: service.port,
      public: service.role === "public",
      cpu: share(config.containerGroup.cpu),
      memoryGib: share(config.containerGroup.memoryGib),
      environment: environment(service, settings),
    })),
    running: parts.lit,
    protocol: config.traffic.protocol,
    secrets: {
      [DATABASE_PASSWORD_FILE]: settings.database.password,
      [BLOB_ACCOUNT_KEY_FILE]: data.objects.accountKey,
    },
    identityId: application.id,
    identityClientId: application.clientId,
    keyVaultUri: data.vault.uri,
    ...(images.registry ? { registryServer: images.registry.loginServer } : {}),
    ...(logs ? { logs: { workspaceId: logs.customerId, workspaceKey: logs.sharedKey() } } : {}),
  });
}
