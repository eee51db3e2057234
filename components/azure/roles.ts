/** Built-in roles by what they allow; the same GUIDs in every tenant. */
export const ROLES = {
  /** Joins subnets and public addresses, changes load balancers. */
  networkContributor: "4d97b98b-1d4f-4787-a291-c67834d212e7",
  /** Gives an identity to what it runs. */
  managedIdentityOperator: "f1a07417-d97a-45cb-824c-7a7467783830",
  /** Pulls images. */
  registryPull: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
  /** Reads secrets' values. */
  vaultSecretsUser: "4633458b-17de-408a-b874-0445c86b69e6",
  /** Reads and writes table rows. */
  tableContributor: "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
  /** Reads and writes blobs. */
  blobContributor: "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
  /** The Functions host keeps its locks and keys in blobs and needs to own them. */
  blobOwner: "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
  /** The Functions host's own queues. */
  queueContributor: "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
} as const;
