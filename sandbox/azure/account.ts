/** The one subscription and tenant that the sandbox's Azure has; every other is `SubscriptionNotFound`. */
export const azureAccount = {
  subscriptionId: "5a9d0c1e-70b1-4a2f-9c0d-000000000001",
  tenantId: "5a9d0c1e-70b1-4a2f-9c0d-000000000002",
  /** Application (client) id and object id of the managed identity that the identity endpoint speaks for. */
  clientId: "5a9d0c1e-70b1-4a2f-9c0d-000000000003",
  objectId: "5a9d0c1e-70b1-4a2f-9c0d-000000000004",
} as const;
