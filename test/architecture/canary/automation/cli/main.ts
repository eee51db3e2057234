export const command = "failover";
