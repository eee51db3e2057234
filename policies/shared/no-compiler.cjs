// In place of `typescript` and `ts-node`, see start.cjs. Versions as the runner asks for them.
module.exports = { version: "5.0.0", VERSION: "10.0.0", register() {} };
