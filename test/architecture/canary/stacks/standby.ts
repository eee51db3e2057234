import { decide } from "../automation/domain/decide.ts";
import { fault } from "../sandbox/fault.ts";

export const standby = () => (fault ? decide() : "");
