/**
 * Sizes that the two clouds offer for what we declare, so that a size that does not exist is refused before anything is
 * planned. From the clouds' own lists (EC2 and RDS instance types, Azure VM sizes, flexible server and SQL SKUs), looked
 * at in November 2026. What a subscription or region may actually have is another question: capacity is asked at run time.
 */

/** EC2 families for worker nodes, with the sizes of each. */
const EC2_SIZES = ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge"];
const EC2: Readonly<Record<string, readonly string[]>> = {
  ...families(["t3", "t3a", "t4g"], ["medium", "large", "xlarge", "2xlarge"]),
  ...families(
    ["m5", "m5a", "m6i", "m6a", "m7i", "m7a", "c5", "c6i", "c6a", "c7i", "c7a", "r5", "r6i", "r7i"],
    EC2_SIZES,
  ),
  ...families(["m6g", "m7g", "m8g", "c6g", "c7g", "c8g", "r6g", "r7g", "r8g"], EC2_SIZES),
};

const RDS_SIZES = ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge"];
const RDS: Readonly<Record<string, readonly string[]>> = {
  ...families(["db.t3", "db.t4g"], ["micro", "small", "medium", "large", "xlarge", "2xlarge"]),
  ...families(["db.m5", "db.m6i", "db.m6g", "db.m7i", "db.m7g", "db.m8g"], RDS_SIZES),
  ...families(["db.r5", "db.r6i", "db.r6g", "db.r7i", "db.r7g", "db.r8g"], RDS_SIZES),
};

const AZURE_VM: ReadonlySet<string> = new Set([
  ...["B2s", "B2ms", "B4ms", "B8ms"].map((size) => `Standard_${size}`),
  ...azureSizes("B", ["s_v2", "as_v2"], [2, 4, 8, 16, 32]),
  ...azureSizes("D", ["s_v3"], [2, 4, 8, 16, 32, 48, 64]),
  ...azureSizes(
    "D",
    ["s_v4", "ds_v4", "s_v5", "ds_v5", "as_v5", "ads_v5", "s_v6", "ds_v6", "as_v6"],
    [2, 4, 8, 16, 32, 48, 64, 96],
  ),
  ...azureSizes("E", ["s_v3"], [2, 4, 8, 16, 32, 48, 64]),
  ...azureSizes("E", ["s_v4", "ds_v4", "s_v5", "ds_v5", "as_v5", "ads_v5"], [2, 4, 8, 16, 32, 48, 64, 96]),
  ...azureSizes("F", ["s_v2"], [2, 4, 8, 16, 32, 48, 64, 72]),
]);

const FLEXIBLE_SERVER: ReadonlySet<string> = new Set([
  ...["B1ms", "B2s", "B2ms", "B4ms", "B8ms", "B12ms", "B16ms", "B20ms"].map((size) => `Standard_${size}`),
  ...azureSizes("D", ["s_v3"], [2, 4, 8, 16, 32, 48, 64]),
  ...azureSizes("D", ["ds_v4"], [2, 4, 8, 16, 32, 48, 64]),
  ...azureSizes("D", ["ds_v5", "ads_v5"], [2, 4, 8, 16, 32, 48, 64, 96]),
  ...azureSizes("E", ["s_v3", "ds_v4"], [2, 4, 8, 16, 20, 32, 48, 64]),
  ...azureSizes("E", ["ds_v5", "ads_v5"], [2, 4, 8, 16, 20, 32, 48, 64, 96]),
]);

/** DTU and vCore service objectives of a single Azure SQL database. */
const AZURE_SQL: ReadonlySet<string> = new Set([
  "Basic",
  ...["S0", "S1", "S2", "S3", "S4", "S6", "S7", "S9", "S12"],
  ...["GP_Gen5_2", "GP_Gen5_4", "GP_Gen5_8", "GP_Gen5_16", "BC_Gen5_2", "BC_Gen5_4", "BC_Gen5_8"],
]);

/** e.g. t3.large. */
export function isEc2Type(type: string): boolean {
  return isSizeOf(EC2, type);
}

/** e.g. db.t4g.medium. */
export function isRdsClass(name: string): boolean {
  return isSizeOf(RDS, name);
}

/** e.g. Standard_D2s_v3. */
export function isAzureVmSize(size: string): boolean {
  return AZURE_VM.has(size);
}

/** e.g. Standard_B1ms. */
export function isFlexibleServerSku(sku: string): boolean {
  return FLEXIBLE_SERVER.has(sku);
}

/** e.g. Basic. */
export function isAzureSqlSku(sku: string): boolean {
  return AZURE_SQL.has(sku);
}

/** Burstable servers cannot have a standby in another zone. */
export function isBurstable(sku: string): boolean {
  return sku.startsWith("Standard_B");
}

function isSizeOf(offered: Readonly<Record<string, readonly string[]>>, name: string): boolean {
  const cut = name.lastIndexOf(".");
  return offered[name.slice(0, cut)]?.includes(name.slice(cut + 1)) ?? false;
}

function families(names: readonly string[], sizes: readonly string[]): Record<string, readonly string[]> {
  return Object.fromEntries(names.map((name) => [name, sizes]));
}

function azureSizes(family: string, suffixes: readonly string[], cores: readonly number[]): readonly string[] {
  return suffixes.flatMap((suffix) => cores.map((count) => `Standard_${family}${count}${suffix}`));
}
