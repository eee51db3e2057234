export declare function runsTypeScript(version: string): boolean;
