import { Vpc } from "@pulumi/aws/ec2/index.js";

export const stack = () => new Vpc("network");
