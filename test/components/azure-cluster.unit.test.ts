import { describe, expect, it } from "vitest";
import { AksCluster } from "../../components/azure/aks-cluster.ts";
import { ApplicationIdentity } from "../../components/azure/application-identity.ts";
import { ClusterIdentity } from "../../components/azure/cluster-identity.ts";
import { ROLES } from "../../components/azure/roles.ts";
import { azure, place, scope } from "./support/azure-clouds.ts";
import { holdersOf, inputsOf, namesOf, one, record } from "./support/component.ts";

const CLUSTER = "azure-native:containerservice:ManagedCluster";
const args = {
  ...place,
  clusterName: "shop-test",
  nodeResourceGroup: "shop-test-standby-nodes",
  version: "1.34",
  subnetId: "vnet-1/subnets/aks",
  identityId: "identity-1",
  egressIpId: "ip-1",
  allowedCidrs: ["203.0.113.0/28"],
};
type More = Partial<ConstructorParameters<typeof AksCluster>[1]>;
const cluster = (more: More = {}) =>
  record(() => {
    const made = new AksCluster("cluster", { ...args, ...more });
    return {
      kubeconfig: made.kubeconfig,
      name: made.clusterName,
      nodePrincipal: made.nodePrincipalId,
      types: made.nodeTypes,
    };
  }, azure);

describe("the cluster", () => {
  it("is three Standard_D2s_v3 unless told otherwise", async () => {
    const made = await cluster();
    expect(inputsOf(made)).toMatchSnapshot();
    expect(made.outputs).toEqual({
      kubeconfig: "kind: Config",
      name: "shop-test",
      nodePrincipal: "principal-of-nodes",
      types: ["Standard_D2s_v3"],
    });
    expect(made.secrets).toEqual(["kubeconfig"]);
  });

  it("takes every option", async () => {
    const made = await cluster({
      nodeType: "Standard_D4s_v5",
      fallbackNodeTypes: ["Standard_D4as_v5"],
      nodeCount: 2,
      autoscaling: { min: 2, max: 6 },
      availabilityZones: ["1", "2", "3"],
      workloadIdentity: { identityName: "shop-test-application", namespace: "shop", serviceAccount: "application" },
      workspaceId: "workspace-1",
      azurePolicy: true,
      allowedCidrs: ["0.0.0.0/0"],
    });
    expect(inputsOf(made)).toMatchSnapshot();
    expect(made.outputs["types"]).toEqual(["Standard_D4s_v5", "Standard_D4as_v5"]);
    expect(one(made, CLUSTER, "cluster-cluster").ignoreChanges).toEqual(["agentPoolProfiles[0].count"]);
  });

  it("follows its number of nodes when nothing else does", async () => {
    expect(one(await cluster(), CLUSTER, "cluster-cluster").ignoreChanges).toEqual([]);
  });

  it("gives a system-assigned identity its rights after the cluster", async () => {
    const made = await cluster({ identity: "system-assigned", networkScope: scope });
    expect(one(made, CLUSTER, "cluster-cluster").inputs["identity"]).toEqual({ type: "SystemAssigned" });
    expect(one(made, "azure-native:authorization:RoleAssignment", "cluster-network").inputs).toMatchObject({
      principalId: "principal-of-cluster",
      scope: scope.resourceGroupId,
    });
  });

  it("says what an identity lacks", async () => {
    await expect(cluster({ identity: "system-assigned" })).rejects.toThrow("needs networkScope");
    const { identityId: _, ...without } = args;
    await expect(record(() => ({ made: new AksCluster("cluster", without) }), azure)).rejects.toThrow(
      "needs identityId",
    );
  });

  it("keeps the cluster's name whatever the options say", async () => {
    expect(namesOf(await cluster())).toEqual([`${CLUSTER} cluster-cluster`, "pilotlight:azure:AksCluster cluster"]);
  });
});

describe("the cluster's identities", () => {
  const identity = (nodeIdentityName?: string) =>
    record(() => {
      const made = new ClusterIdentity("identity", {
        ...place,
        ...scope,
        name: "shop-test-cluster",
        ...(nodeIdentityName ? { nodeIdentityName } : {}),
      });
      return { id: made.id, nodes: made.nodes };
    }, azure);

  it("may use the network, and hand the nodes theirs", async () => {
    const made = await identity("shop-test-nodes");
    expect(inputsOf(made)).toMatchSnapshot();
    expect(made.outputs).toEqual({
      id: "identity-identity-id",
      nodes: {
        resourceId: "identity-nodes-id",
        clientId: "client-of-identity-nodes",
        objectId: "principal-of-identity-nodes",
      },
    });
  });

  it("does not change when the nodes get one", async () => {
    expect(inputsOf(await identity("shop-test-nodes"))).toMatchObject(inputsOf(await identity()));
  });

  it("is told to AKS for the nodes", async () => {
    const made = await record(() => {
      const { nodes } = new ClusterIdentity("identity", {
        ...place,
        ...scope,
        name: "shop-test-cluster",
        nodeIdentityName: "shop-test-nodes",
      });
      const aks = new AksCluster("cluster", { ...args, ...(nodes ? { nodeIdentity: nodes } : {}) });
      return { nodePrincipal: aks.nodePrincipalId };
    }, azure);
    expect(one(made, CLUSTER, "cluster-cluster").inputs["identityProfile"]).toEqual({
      kubeletidentity: {
        resourceId: "identity-nodes-id",
        clientId: "client-of-identity-nodes",
        objectId: "principal-of-identity-nodes",
      },
    });
    expect(made.outputs).toEqual({ nodePrincipal: "principal-of-identity-nodes" });
  });
});

describe("the application's identity", () => {
  it("has its rights while there is no compute", async () => {
    const made = await record(() => {
      const { clientId, principalId } = new ApplicationIdentity("application", {
        ...place,
        name: "shop-test-application",
        subscriptionId: "sub-1",
        grants: { objects: { role: ROLES.blobContributor, scope: "account-1" } },
      });
      return { clientId, principalId };
    }, azure);
    expect(inputsOf(made)).toMatchSnapshot();
    expect(holdersOf("principal-of-application-identity", made).all).toEqual(["application-objects"]);
  });
});
