// Generated from automation/functions by `npm run build:functions`. Do not edit.
// \0rolldown/runtime.js
var __create = Object.create;
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __getProtoOf = Object.getPrototypeOf;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __commonJSMin = (cb, mod) => () => (mod || (cb((mod = { exports: {} }).exports, mod, mod.exports), cb = null), mod.exports);
var __copyProps = (to, from, except, desc) => {
	if (from && typeof from === "object" || typeof from === "function") for (var keys = __getOwnPropNames(from), i = 0, n = keys.length, key; i < n; i++) {
		key = keys[i];
		if (!__hasOwnProp.call(to, key) && key !== except) __defProp(to, key, {
			get: ((k) => from[k]).bind(null, key),
			enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable
		});
	}
	return to;
};
var __toESM = (mod, isNodeMode, target) => (target = mod != null ? __create(__getProtoOf(mod)) : {}, __copyProps(isNodeMode || !mod || !mod.__esModule || !__hasOwnProp.call(mod, "default") ? __defProp(target, "default", {
	value: mod,
	enumerable: true
}) : target, mod));
let node_os = require("node:os");
let node_perf_hooks = require("node:perf_hooks");
let node_timers_promises = require("node:timers/promises");
let node_crypto = require("node:crypto");
let node_http = require("node:http");
node_http = __toESM(node_http, 1);
let node_https = require("node:https");
node_https = __toESM(node_https, 1);
let node_net = require("node:net");
let node_stream_consumers = require("node:stream/consumers");
let node_tls = require("node:tls");
let node_util = require("node:util");
let node_zlib = require("node:zlib");
node_zlib = __toESM(node_zlib, 1);
// node_modules/@azure/functions-extensions-base/dist/azure-functions-extensions-base.js
var require_azure_functions_extensions_base = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	(() => {
		"use strict";
		var __webpack_modules__ = {
			"./src/index.ts"(__unused_webpack_module, exports, __webpack_require__) {
				/*!**********************!*\
				!*** ./src/index.ts ***!
				\**********************/
				var __createBinding = this && this.__createBinding || (Object.create ? (function(o, m, k, k2) {
					if (k2 === void 0) k2 = k;
					var desc = Object.getOwnPropertyDescriptor(m, k);
					if (!desc || ("get" in desc ? !m.__esModule : desc.writable || desc.configurable)) desc = {
						enumerable: true,
						get: function() {
							return m[k];
						}
					};
					Object.defineProperty(o, k2, desc);
				}) : (function(o, m, k, k2) {
					if (k2 === void 0) k2 = k;
					o[k2] = m[k];
				}));
				var __exportStar = this && this.__exportStar || function(m, exports) {
					for (var p in m) if (p !== "default" && !Object.prototype.hasOwnProperty.call(exports, p)) __createBinding(exports, m, p);
				};
				Object.defineProperty(exports, "__esModule", { value: true });
				__exportStar(__webpack_require__(
					/*! ./resourceFactoryResolver */
					"./src/resourceFactoryResolver.ts"
				), exports);
			},
			"./src/resourceFactoryResolver.ts"(__unused_webpack_module, exports) {
				/*!****************************************!*\
				!*** ./src/resourceFactoryResolver.ts ***!
				\****************************************/
				Object.defineProperty(exports, "__esModule", { value: true });
				exports.ResourceFactoryResolver = void 0;
				class ResourceFactoryResolver {
					/**
					* Private constructor to enforce singleton pattern
					*/
					constructor() {
						this.resourceFactories = /* @__PURE__ */ new Map();
					}
					/**
					* Gets the singleton instance of the registry
					* @returns The singleton instance
					*/
					static getInstance() {
						if (!ResourceFactoryResolver.instance) ResourceFactoryResolver.instance = new ResourceFactoryResolver();
						return ResourceFactoryResolver.instance;
					}
					/**
					* Registers a factory for a specific type.
					* @param resourceType The type of the resource factory to check for.
					* @param factory The factory function to create instances of the type.
					*/
					registerResourceFactory(resourceType, factory) {
						if (this.resourceFactories.has(resourceType)) throw new Error(`Factory for type "${resourceType}" is already registered.`);
						this.resourceFactories.set(resourceType, factory);
					}
					/**
					* Creates a client instance for the specified resource type using the provided model binding data.
					*
					* @param resourceType - The type of the resource for which the client is being created.
					* @param modelBindingData - The data required to bind the model for the resource.
					* @returns An instance of the client for the specified resource type.
					* @throws Error - If no factory is registered for the specified resource type.
					*/
					createClient(resourceType, modelBindingData) {
						const resourceFactory = this.resourceFactories.get(resourceType);
						if (!resourceFactory) throw new Error(`Factory for type "${resourceType}" is not registered. Register a factory implementation before creating clients.`);
						return resourceFactory(modelBindingData);
					}
					/**
					* Checks if a resource factory of the specified type exists.
					*
					* @param tyresourceTypepe - The type of the resource factory to check for.
					* @returns A boolean indicating whether a resource factory of the specified type exists.
					*/
					hasResourceFactory(resourceType) {
						return this.resourceFactories.has(resourceType);
					}
				}
				exports.ResourceFactoryResolver = ResourceFactoryResolver;
			}
		};
		var __webpack_module_cache__ = {};
		function __webpack_require__(moduleId) {
			var cachedModule = __webpack_module_cache__[moduleId];
			if (cachedModule !== void 0) return cachedModule.exports;
			if (__webpack_modules__[moduleId] === void 0) {
				var e = /* @__PURE__ */ new Error("Cannot find module '" + moduleId + "'");
				e.code = "MODULE_NOT_FOUND";
				throw e;
			}
			var module = __webpack_module_cache__[moduleId] = { exports: {} };
			__webpack_modules__[moduleId].call(module.exports, module, module.exports, __webpack_require__);
			return module.exports;
		}
		module.exports = __webpack_require__("./src/index.ts");
	})();
}));
// node_modules/cookie/index.js
/*!
* cookie
* Copyright(c) 2012-2014 Roman Shtylman
* Copyright(c) 2015 Douglas Christopher Wilson
* MIT Licensed
*/
var require_cookie = /* @__PURE__ */ __commonJSMin(((exports) => {
	/**
	* Module exports.
	* @public
	*/
	exports.parse = parse;
	exports.serialize = serialize;
	/**
	* Module variables.
	* @private
	*/
	var __toString = Object.prototype.toString;
	var __hasOwnProperty = Object.prototype.hasOwnProperty;
	/**
	* RegExp to match cookie-name in RFC 6265 sec 4.1.1
	* This refers out to the obsoleted definition of token in RFC 2616 sec 2.2
	* which has been replaced by the token definition in RFC 7230 appendix B.
	*
	* cookie-name       = token
	* token             = 1*tchar
	* tchar             = "!" / "#" / "$" / "%" / "&" / "'" /
	*                     "*" / "+" / "-" / "." / "^" / "_" /
	*                     "`" / "|" / "~" / DIGIT / ALPHA
	*/
	var cookieNameRegExp = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
	/**
	* RegExp to match cookie-value in RFC 6265 sec 4.1.1
	*
	* cookie-value      = *cookie-octet / ( DQUOTE *cookie-octet DQUOTE )
	* cookie-octet      = %x21 / %x23-2B / %x2D-3A / %x3C-5B / %x5D-7E
	*                     ; US-ASCII characters excluding CTLs,
	*                     ; whitespace DQUOTE, comma, semicolon,
	*                     ; and backslash
	*/
	var cookieValueRegExp = /^("?)[\u0021\u0023-\u002B\u002D-\u003A\u003C-\u005B\u005D-\u007E]*\1$/;
	/**
	* RegExp to match domain-value in RFC 6265 sec 4.1.1
	*
	* domain-value      = <subdomain>
	*                     ; defined in [RFC1034], Section 3.5, as
	*                     ; enhanced by [RFC1123], Section 2.1
	* <subdomain>       = <label> | <subdomain> "." <label>
	* <label>           = <let-dig> [ [ <ldh-str> ] <let-dig> ]
	*                     Labels must be 63 characters or less.
	*                     'let-dig' not 'letter' in the first char, per RFC1123
	* <ldh-str>         = <let-dig-hyp> | <let-dig-hyp> <ldh-str>
	* <let-dig-hyp>     = <let-dig> | "-"
	* <let-dig>         = <letter> | <digit>
	* <letter>          = any one of the 52 alphabetic characters A through Z in
	*                     upper case and a through z in lower case
	* <digit>           = any one of the ten digits 0 through 9
	*
	* Keep support for leading dot: https://github.com/jshttp/cookie/issues/173
	*
	* > (Note that a leading %x2E ("."), if present, is ignored even though that
	* character is not permitted, but a trailing %x2E ("."), if present, will
	* cause the user agent to ignore the attribute.)
	*/
	var domainValueRegExp = /^([.]?[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)([.][a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;
	/**
	* RegExp to match path-value in RFC 6265 sec 4.1.1
	*
	* path-value        = <any CHAR except CTLs or ";">
	* CHAR              = %x01-7F
	*                     ; defined in RFC 5234 appendix B.1
	*/
	var pathValueRegExp = /^[\u0020-\u003A\u003D-\u007E]*$/;
	/**
	* Parse a cookie header.
	*
	* Parse the given cookie header string into an object
	* The object has the various cookies as keys(names) => values
	*
	* @param {string} str
	* @param {object} [opt]
	* @return {object}
	* @public
	*/
	function parse(str, opt) {
		if (typeof str !== "string") throw new TypeError("argument str must be a string");
		var obj = {};
		var len = str.length;
		if (len < 2) return obj;
		var dec = opt && opt.decode || decode;
		var index = 0;
		var eqIdx = 0;
		var endIdx = 0;
		do {
			eqIdx = str.indexOf("=", index);
			if (eqIdx === -1) break;
			endIdx = str.indexOf(";", index);
			if (endIdx === -1) endIdx = len;
			else if (eqIdx > endIdx) {
				index = str.lastIndexOf(";", eqIdx - 1) + 1;
				continue;
			}
			var keyStartIdx = startIndex(str, index, eqIdx);
			var keyEndIdx = endIndex(str, eqIdx, keyStartIdx);
			var key = str.slice(keyStartIdx, keyEndIdx);
			if (!__hasOwnProperty.call(obj, key)) {
				var valStartIdx = startIndex(str, eqIdx + 1, endIdx);
				var valEndIdx = endIndex(str, endIdx, valStartIdx);
				if (str.charCodeAt(valStartIdx) === 34 && str.charCodeAt(valEndIdx - 1) === 34) {
					valStartIdx++;
					valEndIdx--;
				}
				obj[key] = tryDecode(str.slice(valStartIdx, valEndIdx), dec);
			}
			index = endIdx + 1;
		} while (index < len);
		return obj;
	}
	function startIndex(str, index, max) {
		do {
			var code = str.charCodeAt(index);
			if (code !== 32 && code !== 9) return index;
		} while (++index < max);
		return max;
	}
	function endIndex(str, index, min) {
		while (index > min) {
			var code = str.charCodeAt(--index);
			if (code !== 32 && code !== 9) return index + 1;
		}
		return min;
	}
	/**
	* Serialize data into a cookie header.
	*
	* Serialize a name value pair into a cookie string suitable for
	* http headers. An optional options object specifies cookie parameters.
	*
	* serialize('foo', 'bar', { httpOnly: true })
	*   => "foo=bar; httpOnly"
	*
	* @param {string} name
	* @param {string} val
	* @param {object} [opt]
	* @return {string}
	* @public
	*/
	function serialize(name, val, opt) {
		var enc = opt && opt.encode || encodeURIComponent;
		if (typeof enc !== "function") throw new TypeError("option encode is invalid");
		if (!cookieNameRegExp.test(name)) throw new TypeError("argument name is invalid");
		var value = enc(val);
		if (!cookieValueRegExp.test(value)) throw new TypeError("argument val is invalid");
		var str = name + "=" + value;
		if (!opt) return str;
		if (null != opt.maxAge) {
			var maxAge = Math.floor(opt.maxAge);
			if (!isFinite(maxAge)) throw new TypeError("option maxAge is invalid");
			str += "; Max-Age=" + maxAge;
		}
		if (opt.domain) {
			if (!domainValueRegExp.test(opt.domain)) throw new TypeError("option domain is invalid");
			str += "; Domain=" + opt.domain;
		}
		if (opt.path) {
			if (!pathValueRegExp.test(opt.path)) throw new TypeError("option path is invalid");
			str += "; Path=" + opt.path;
		}
		if (opt.expires) {
			var expires = opt.expires;
			if (!isDate(expires) || isNaN(expires.valueOf())) throw new TypeError("option expires is invalid");
			str += "; Expires=" + expires.toUTCString();
		}
		if (opt.httpOnly) str += "; HttpOnly";
		if (opt.secure) str += "; Secure";
		if (opt.partitioned) str += "; Partitioned";
		if (opt.priority) switch (typeof opt.priority === "string" ? opt.priority.toLowerCase() : opt.priority) {
			case "low":
				str += "; Priority=Low";
				break;
			case "medium":
				str += "; Priority=Medium";
				break;
			case "high":
				str += "; Priority=High";
				break;
			default: throw new TypeError("option priority is invalid");
		}
		if (opt.sameSite) switch (typeof opt.sameSite === "string" ? opt.sameSite.toLowerCase() : opt.sameSite) {
			case true:
				str += "; SameSite=Strict";
				break;
			case "lax":
				str += "; SameSite=Lax";
				break;
			case "strict":
				str += "; SameSite=Strict";
				break;
			case "none":
				str += "; SameSite=None";
				break;
			default: throw new TypeError("option sameSite is invalid");
		}
		return str;
	}
	/**
	* URL-decode string value. Optimized to skip native call when no %.
	*
	* @param {string} str
	* @returns {string}
	*/
	function decode(str) {
		return str.indexOf("%") !== -1 ? decodeURIComponent(str) : str;
	}
	/**
	* Determine if value is a Date.
	*
	* @param {*} val
	* @private
	*/
	function isDate(val) {
		return __toString.call(val) === "[object Date]";
	}
	/**
	* Try decoding a string using a decoding function.
	*
	* @param {string} str
	* @param {function} decode
	* @private
	*/
	function tryDecode(str, decode) {
		try {
			return decode(str);
		} catch (e) {
			return str;
		}
	}
}));
// automation/domain/wall-time.ts
var import_azure_functions_min = (/* @__PURE__ */ __commonJSMin(((exports, module) => {
	(() => {
		"use strict";
		var e = {
			8157(e, t, r) {
				var n, o, i, s = this && this.__classPrivateFieldSet || function(e, t, r, n, o) {
					if ("m" === n) throw new TypeError("Private method is not writable");
					if ("a" === n && !o) throw new TypeError("Private accessor was defined without a setter");
					if ("function" == typeof t ? e !== t || !o : !t.has(e)) throw new TypeError("Cannot write private member to an object whose class did not declare it");
					return "a" === n ? o.call(e, r) : o ? o.value = r : t.set(e, r), r;
				}, a = this && this.__classPrivateFieldGet || function(e, t, r, n) {
					if ("a" === r && !n) throw new TypeError("Private accessor was defined without a getter");
					if ("function" == typeof t ? e !== t || !n : !t.has(e)) throw new TypeError("Cannot read private member from an object whose class did not declare it");
					return "m" === r ? n : "a" === r ? n.call(e) : n ? n.value : t.get(e);
				};
				Object.defineProperty(t, "__esModule", { value: !0 }), t.InvocationContext = void 0;
				const c = r(5396);
				t.InvocationContext = class {
					constructor(e) {
						var t, r, o, i;
						n.set(this, void 0), e = e || {};
						const a = "unknown";
						this.invocationId = e.invocationId || a, this.functionName = e.functionName || a, this.extraInputs = new u(), this.extraOutputs = new p(), this.retryContext = e.retryContext, this.traceContext = e.traceContext, this.triggerMetadata = e.triggerMetadata, this.options = {
							trigger: (null === (t = e.options) || void 0 === t ? void 0 : t.trigger) || {
								name: a,
								type: a
							},
							return: null === (r = e.options) || void 0 === r ? void 0 : r.return,
							extraInputs: (null === (o = e.options) || void 0 === o ? void 0 : o.extraInputs) || [],
							extraOutputs: (null === (i = e.options) || void 0 === i ? void 0 : i.extraOutputs) || []
						}, s(this, n, e.logHandler || c.fallbackLogHandler, "f");
					}
					log(...e) {
						a(this, n, "f").call(this, "information", ...e);
					}
					trace(...e) {
						a(this, n, "f").call(this, "trace", ...e);
					}
					debug(...e) {
						a(this, n, "f").call(this, "debug", ...e);
					}
					info(...e) {
						a(this, n, "f").call(this, "information", ...e);
					}
					warn(...e) {
						a(this, n, "f").call(this, "warning", ...e);
					}
					error(...e) {
						a(this, n, "f").call(this, "error", ...e);
					}
				}, n = /* @__PURE__ */ new WeakMap();
				class u {
					constructor() {
						o.set(this, {});
					}
					get(e) {
						const t = "string" == typeof e ? e : e.name;
						return a(this, o, "f")[t];
					}
					set(e, t) {
						const r = "string" == typeof e ? e : e.name;
						a(this, o, "f")[r] = t;
					}
				}
				o = /* @__PURE__ */ new WeakMap();
				class p {
					constructor() {
						i.set(this, {});
					}
					get(e) {
						const t = "string" == typeof e ? e : e.name;
						return a(this, i, "f")[t];
					}
					set(e, t) {
						const r = "string" == typeof e ? e : e.name;
						a(this, i, "f")[r] = t;
					}
				}
				i = /* @__PURE__ */ new WeakMap();
			},
			6691(e, t, r) {
				var n, o, i, s, a, c, u, p, l, f, d, y = this && this.__awaiter || function(e, t, r, n) {
					return new (r || (r = Promise))(function(o, i) {
						function s(e) {
							try {
								c(n.next(e));
							} catch (e) {
								i(e);
							}
						}
						function a(e) {
							try {
								c(n.throw(e));
							} catch (e) {
								i(e);
							}
						}
						function c(e) {
							var t;
							e.done ? o(e.value) : (t = e.value, t instanceof r ? t : new r(function(e) {
								e(t);
							})).then(s, a);
						}
						c((n = n.apply(e, t || [])).next());
					});
				}, g = this && this.__classPrivateFieldSet || function(e, t, r, n, o) {
					if ("m" === n) throw new TypeError("Private method is not writable");
					if ("a" === n && !o) throw new TypeError("Private accessor was defined without a setter");
					if ("function" == typeof t ? e !== t || !o : !t.has(e)) throw new TypeError("Cannot write private member to an object whose class did not declare it");
					return "a" === n ? o.call(e, r) : o ? o.value = r : t.set(e, r), r;
				}, h = this && this.__classPrivateFieldGet || function(e, t, r, n) {
					if ("a" === r && !n) throw new TypeError("Private accessor was defined without a getter");
					if ("function" == typeof t ? e !== t || !n : !t.has(e)) throw new TypeError("Cannot read private member from an object whose class did not declare it");
					return "m" === r ? n : "a" === r ? n.call(e) : n ? n.value : t.get(e);
				};
				Object.defineProperty(t, "__esModule", { value: !0 }), t.InvocationModel = void 0;
				const m = r(8354), v = r(6921), b = r(5521), w = r(1776), P = r(4714), T = r(679), C = r(917), O = r(2288), x = r(5064), S = r(4454), j = r(725), M = r(2337), k = r(7992), R = r(8157), E = r(9572), N = r(337), _ = r(9898), A = r(9168);
				t.InvocationModel = class {
					constructor(e) {
						n.add(this), o.set(this, !1), i.set(this, void 0), s.set(this, void 0), a.set(this, void 0), c.set(this, void 0), g(this, i, e, "f"), g(this, s, (0, A.nonNullProp)(e.metadata, "name"), "f"), g(this, a, (0, A.nonNullProp)(e.metadata, "bindings"), "f");
						const t = (0, A.nonNullValue)(Object.values(h(this, a, "f")).find((e) => (0, _.isTrigger)(e.type)), "triggerBinding");
						g(this, c, (0, A.nonNullProp)(t, "type"), "f");
					}
					getArguments() {
						return y(this, void 0, void 0, function* () {
							const e = h(this, i, "f").request, t = new R.InvocationContext({
								invocationId: (0, A.nonNullProp)(h(this, i, "f"), "invocationId"),
								functionName: h(this, s, "f"),
								logHandler: (e, ...t) => h(this, n, "m", d).call(this, e, ...t),
								retryContext: (0, w.fromRpcRetryContext)(e.retryContext),
								traceContext: (0, w.fromRpcTraceContext)(e.traceContext),
								triggerMetadata: (0, P.fromRpcTriggerMetadata)(e.triggerMetadata, h(this, c, "f")),
								options: (0, b.fromRpcBindings)(h(this, a, "f"))
							}), r = [];
							if (e.inputData) for (const n of e.inputData) {
								const o = (0, A.nonNullProp)(n, "name"), s = h(this, a, "f")[o];
								if (!s) throw new j.AzFuncSystemError(`Failed to find binding "${o}" in bindings "${Object.keys(h(this, a, "f")).join(", ")}".`);
								const c = s.type;
								let u;
								if ((0, _.isHttpTrigger)(c) && N.enableHttpStream) {
									const t = yield (0, M.waitForProxyRequest)(h(this, i, "f").invocationId);
									u = (0, k.createStreamRequest)(t, (0, A.nonNullProp)(e, "triggerMetadata"));
								} else u = (0, T.fromRpcTypedData)(n.data);
								(0, _.isTimerTrigger)(c) && (u = (0, C.toCamelCaseValue)(u)), (0, _.isMcpPromptTrigger)(c) && (u = new E.PromptInvocationContext(u)), (0, _.isTrigger)(c) ? r.push(u) : t.extraInputs.set(o, u);
							}
							return {
								context: t,
								inputs: r
							};
						});
					}
					invokeFunction(e, t, r) {
						return y(this, void 0, void 0, function* () {
							try {
								return yield Promise.resolve(r(...t, e));
							} finally {
								g(this, o, !0, "f");
							}
						});
					}
					getResponse(e, t) {
						return y(this, void 0, void 0, function* () {
							const r = {
								invocationId: h(this, i, "f").invocationId,
								outputData: []
							};
							let o = !1;
							for (const [i, s] of Object.entries(h(this, a, "f"))) if ("out" === s.direction) if (i === v.returnBindingKey) r.returnValue = (0, _.isMcpToolTrigger)(h(this, c, "f")) ? h(this, n, "m", p).call(this, e, t) : yield h(this, n, "m", u).call(this, e.invocationId, s, t), o = !0;
							else {
								const t = yield h(this, n, "m", u).call(this, e.invocationId, s, e.extraOutputs.get(i));
								(0, A.isDefined)(t) && r.outputData.push({
									name: i,
									data: t
								});
							}
							return o || (0, _.isHttpTrigger)(h(this, c, "f")) || (r.returnValue = h(this, n, "m", p).call(this, e, t)), r;
						});
					}
				}, o = /* @__PURE__ */ new WeakMap(), i = /* @__PURE__ */ new WeakMap(), s = /* @__PURE__ */ new WeakMap(), a = /* @__PURE__ */ new WeakMap(), c = /* @__PURE__ */ new WeakMap(), n = /* @__PURE__ */ new WeakSet(), u = function(e, t, r) {
					var n;
					return y(this, void 0, void 0, function* () {
						return "http" === (null === (n = t.type) || void 0 === n ? void 0 : n.toLowerCase()) ? (0, x.toRpcHttp)(e, r) : (0, S.toRpcTypedData)(r);
					});
				}, p = function(e, t) {
					if (!(0, _.isMcpToolTrigger)(h(this, c, "f"))) return (0, S.toRpcTypedData)(t);
					const r = (0, O.toMcpToolResult)(t, e);
					return null == r ? r : { string: "string" == typeof r ? r : JSON.stringify(r) };
				}, l = function(e, t, ...r) {
					h(this, i, "f").log(e, t, (0, m.format)(...r));
				}, f = function(e, ...t) {
					h(this, n, "m", l).call(this, e, "system", ...t);
				}, d = function(e, ...t) {
					if (h(this, o, "f") && "postInvocationHooks" !== h(this, i, "f").state) {
						let e = "Warning: Unexpected call to 'log' on the context object after function execution has completed. Please check for asynchronous calls that are not awaited. ";
						e += `Function name: ${h(this, s, "f")}. Invocation Id: ${h(this, i, "f").invocationId}.`, h(this, n, "m", f).call(this, "warning", e);
					}
					h(this, n, "m", l).call(this, e, "user", ...t);
				};
			},
			520(e, t, r) {
				var n = this && this.__awaiter || function(e, t, r, n) {
					return new (r || (r = Promise))(function(o, i) {
						function s(e) {
							try {
								c(n.next(e));
							} catch (e) {
								i(e);
							}
						}
						function a(e) {
							try {
								c(n.throw(e));
							} catch (e) {
								i(e);
							}
						}
						function c(e) {
							var t;
							e.done ? o(e.value) : (t = e.value, t instanceof r ? t : new r(function(e) {
								e(t);
							})).then(s, a);
						}
						c((n = n.apply(e, t || [])).next());
					});
				};
				Object.defineProperty(t, "__esModule", { value: !0 }), t.ProgrammingModel = void 0;
				const o = r(6921), i = r(2337), s = r(6691), a = r(337);
				t.ProgrammingModel = class {
					constructor() {
						this.name = "@azure/functions", this.version = o.version;
					}
					getInvocationModel(e) {
						return new s.InvocationModel(e);
					}
					getCapabilities(e) {
						return n(this, void 0, void 0, function* () {
							if ((0, a.lockSetup)(), a.enableHttpStream) e.HttpUri = yield (0, i.setupHttpProxy)();
							return Object.assign(e, a.capabilities), e;
						});
					}
				};
			},
			6693(e, t, r) {
				t.addBindingName = void 0;
				const n = r(4169);
				t.addBindingName = function(e, t) {
					if (!e.name) {
						let r = e.type;
						r.toLowerCase().endsWith(t.toLowerCase()) || (r += t), e.name = r + (0, n.getStringHash)(JSON.stringify(e));
					}
					return e;
				};
			},
			1859(e, t, r) {
				var n = this && this.__rest || function(e, t) {
					var r = {};
					for (var n in e) Object.prototype.hasOwnProperty.call(e, n) && t.indexOf(n) < 0 && (r[n] = e[n]);
					if (null != e && "function" == typeof Object.getOwnPropertySymbols) {
						var o = 0;
						for (n = Object.getOwnPropertySymbols(e); o < n.length; o++) t.indexOf(n[o]) < 0 && Object.prototype.propertyIsEnumerable.call(e, n[o]) && (r[n[o]] = e[n[o]]);
					}
					return r;
				};
				Object.defineProperty(t, "__esModule", { value: !0 }), t.generic = t.mcpPrompt = t.mcpResource = t.mcpTool = t.webPubSub = t.mySql = t.sql = t.warmup = t.cosmosDB = t.connectorTrigger = t.eventGrid = t.eventHub = t.serviceBusTopic = t.serviceBusQueue = t.storageQueue = t.storageBlob = t.timer = t.http = t.deleteRequest = t.patch = t.post = t.put = t.get = t.setup = t.hook = void 0;
				const o = r(2757), i = r(811), s = r(520), a = r(2888), c = r(3476);
				t.hook = r(6765);
				var u = r(337);
				Object.defineProperty(t, "setup", {
					enumerable: !0,
					get: function() {
						return u.setup;
					}
				});
				let p = !1;
				function l(e, t) {
					const r = "function" == typeof e ? { handler: e } : e;
					return r.methods = [t], r;
				}
				function f(e, t) {
					const { handler: r, return: o, trigger: i, extraInputs: s, extraOutputs: a, retry: c } = e, u = n(e, [
						"handler",
						"return",
						"trigger",
						"extraInputs",
						"extraOutputs",
						"retry"
					]);
					return {
						trigger: null != i ? i : t(u),
						return: o,
						retry: c,
						extraInputs: s,
						extraOutputs: a,
						handler: r
					};
				}
				function d(e, t) {
					t.return || (t.return = i.http({})), y(e, f(t, a.http));
				}
				function y(e, t) {
					p || function() {
						const e = (0, c.tryGetCoreApiLazy)();
						e ? e.setProgrammingModel(new s.ProgrammingModel()) : console.warn("WARNING: Failed to detect the Azure Functions runtime. Switching \"@azure/functions\" package to test mode - not all features are supported."), p = !0;
					}();
					const r = (0, c.tryGetCoreApiLazy)();
					r ? r.registerFunction((0, o.toCoreFunctionMetadata)(e, t), t.handler) : console.warn(`WARNING: Skipping call to register function "${e}" because the "@azure/functions" package is in test mode.`);
				}
				t.get = function(e, t) {
					d(e, l(t, "GET"));
				}, t.put = function(e, t) {
					d(e, l(t, "PUT"));
				}, t.post = function(e, t) {
					d(e, l(t, "POST"));
				}, t.patch = function(e, t) {
					d(e, l(t, "PATCH"));
				}, t.deleteRequest = function(e, t) {
					d(e, l(t, "DELETE"));
				}, t.http = d, t.timer = function(e, t) {
					y(e, f(t, a.timer));
				}, t.storageBlob = function(e, t) {
					y(e, f(t, a.storageBlob));
				}, t.storageQueue = function(e, t) {
					y(e, f(t, a.storageQueue));
				}, t.serviceBusQueue = function(e, t) {
					y(e, f(t, a.serviceBusQueue));
				}, t.serviceBusTopic = function(e, t) {
					y(e, f(t, a.serviceBusTopic));
				}, t.eventHub = function(e, t) {
					y(e, f(t, a.eventHub));
				}, t.eventGrid = function(e, t) {
					y(e, f(t, a.eventGrid));
				}, t.connectorTrigger = function(e, t) {
					y(e, f(t, a.connectorTrigger));
				}, t.cosmosDB = function(e, t) {
					y(e, f(t, a.cosmosDB));
				}, t.warmup = function(e, t) {
					y(e, f(t, a.warmup));
				}, t.sql = function(e, t) {
					y(e, f(t, a.sql));
				}, t.mySql = function(e, t) {
					y(e, f(t, a.mySql));
				}, t.webPubSub = function(e, t) {
					y(e, f(t, a.webPubSub));
				}, t.mcpTool = function(e, t) {
					y(e, f(t, a.mcpTool));
				}, t.mcpResource = function(e, t) {
					y(e, f(t, a.mcpResource));
				}, t.mcpPrompt = function(e, t) {
					y(e, f(t, a.mcpPrompt));
				}, t.generic = y;
			},
			6921(e, t) {
				t.returnBindingKey = t.version = void 0, t.version = "4.16.5", t.returnBindingKey = "$return";
			},
			5521(e, t, r) {
				t.fromRpcBindings = void 0;
				const n = r(6921), o = r(9898), i = r(9168);
				function s(e, t) {
					return Object.assign(Object.assign({}, t), {
						type: (0, i.nonNullProp)(t, "type"),
						name: e
					});
				}
				t.fromRpcBindings = function(e) {
					let t, r;
					const a = [], c = [];
					for (const [u, p] of Object.entries((0, i.nonNullValue)(e, "bindings"))) (0, o.isTrigger)(p.type) ? t = s(u, p) : u === n.returnBindingKey ? r = s(u, p) : "in" === p.direction ? a.push(s(u, p)) : "out" === p.direction && c.push(s(u, p));
					return {
						trigger: (0, i.nonNullValue)(t, "trigger"),
						return: r,
						extraInputs: a,
						extraOutputs: c
					};
				};
			},
			1776(e, t, r) {
				t.fromRpcTraceContext = t.fromRpcRetryContext = void 0;
				const n = r(9168);
				t.fromRpcRetryContext = function(e) {
					if (e) {
						const t = {
							retryCount: (0, n.nonNullProp)(e, "retryCount"),
							maxRetryCount: (0, n.nonNullProp)(e, "maxRetryCount")
						};
						return e.exception && (t.exception = function(e) {
							const t = {};
							return (0, n.copyPropIfDefined)(e, t, "message"), (0, n.copyPropIfDefined)(e, t, "source"), (0, n.copyPropIfDefined)(e, t, "stackTrace"), t;
						}(e.exception)), t;
					}
				}, t.fromRpcTraceContext = function(e) {
					if (e) {
						const t = {};
						return (0, n.copyPropIfDefined)(e, t, "traceParent"), (0, n.copyPropIfDefined)(e, t, "traceState"), e.attributes && (t.attributes = e.attributes), t;
					}
				};
			},
			5138(e, t) {
				t.fromNullableMapping = void 0, t.fromNullableMapping = function(e, t) {
					var r;
					let n = {};
					if (e && Object.keys(e).length > 0) for (const t in e) n[t] = (null === (r = e[t]) || void 0 === r ? void 0 : r.value) || "";
					else t && Object.keys(t).length > 0 && (n = t);
					return n;
				};
			},
			4714(e, t, r) {
				t.fromRpcTriggerMetadata = void 0;
				const n = r(9898), o = r(679), i = r(917);
				t.fromRpcTriggerMetadata = function(e, t) {
					if (e && !(0, n.isHttpTrigger)(t) && !(0, n.isTimerTrigger)(t)) {
						const t = {};
						for (const [r, n] of Object.entries(e)) t[(0, i.toCamelCaseKey)(r)] = (0, i.toCamelCaseValue)((0, o.fromRpcTypedData)(n));
						return t;
					}
				};
			},
			679(e, t, r) {
				t.fromRpcTypedData = void 0;
				const n = r(6490), o = r(7992), i = r(9168);
				function s(e) {
					try {
						return JSON.parse(e);
					} catch (t) {
						return e;
					}
				}
				t.fromRpcTypedData = function(e) {
					var t;
					if (e) {
						if ((0, i.isDefined)(e.string)) return s(e.string);
						if ((0, i.isDefined)(e.json)) return JSON.parse(e.json);
						if ((0, i.isDefined)(e.bytes)) return Buffer.from(e.bytes);
						if ((0, i.isDefined)(e.stream)) return Buffer.from(e.stream);
						if ((0, i.isDefined)(e.http)) return new o.HttpRequest(e.http);
						if ((0, i.isDefined)(e.int)) return e.int;
						if ((0, i.isDefined)(e.double)) return e.double;
						if (e.collectionBytes && (0, i.isDefined)(e.collectionBytes.bytes)) return e.collectionBytes.bytes.map((e) => Buffer.from(e));
						if (e.collectionString && (0, i.isDefined)(e.collectionString.string)) return e.collectionString.string.map(s);
						if (e.collectionDouble && (0, i.isDefined)(e.collectionDouble.double)) return e.collectionDouble.double;
						if (e.collectionSint64 && (0, i.isDefined)(e.collectionSint64.sint64)) return e.collectionSint64.sint64;
						if (e.modelBindingData && (0, i.isDefined)(e.modelBindingData.content)) try {
							return n.ResourceFactoryResolver.getInstance().createClient(e.modelBindingData.source, e.modelBindingData);
						} catch (e) {
							throw new Error(`Unable to create client. Please register the extensions library with your function app. Error: ${e instanceof Error ? e.message : String(e)}`);
						}
						else if (e.collectionModelBindingData && (0, i.isDefined)(e.collectionModelBindingData.modelBindingData) && e.collectionModelBindingData.modelBindingData.length > 0) try {
							return n.ResourceFactoryResolver.getInstance().createClient(null === (t = e.collectionModelBindingData.modelBindingData[0]) || void 0 === t ? void 0 : t.source, e.collectionModelBindingData.modelBindingData);
						} catch (e) {
							throw new Error(`Unable to create client. Please register the extensions library with your function app. Error: ${e instanceof Error ? e.message : String(e)}`);
						}
					}
				};
			},
			917(e, t) {
				function r(e) {
					return e.charAt(0).toLowerCase() + e.slice(1);
				}
				t.toCamelCaseKey = t.toCamelCaseValue = void 0, t.toCamelCaseValue = function e(t) {
					if ("object" != typeof t || null === t) return t;
					if (Array.isArray(t)) return t.map(e);
					{
						const n = {};
						for (const [o, i] of Object.entries(t)) n[r(o)] = e(i);
						return n;
					}
				}, t.toCamelCaseKey = r;
			},
			2757(e, t, r) {
				t.toCoreFunctionMetadata = void 0;
				const n = r(6921), o = r(725), i = r(9898), s = r(4893), a = r(8360);
				function c(e, t, r, n, o) {
					if (void 0 !== e && !0 === e) {
						const e = {
							operation: "EnableDeferredBinding",
							properties: {
								functionName: t || "unknown",
								entityType: o ? "binding" : "trigger",
								triggerType: r || "unknown",
								bindingOrTriggerName: n || "unknown",
								supportsDeferredBinding: !0
							},
							message: `Enabled Deferred Binding of type '${r || "unknown"}' for function '${t || "unknown"}'`
						};
						return (0, s.workerSystemLog)("information", JSON.stringify(e)), { supportsDeferredBinding: "true" };
					}
					return { supportsDeferredBinding: "false" };
				}
				t.toCoreFunctionMetadata = function(e, t) {
					var r;
					const s = {}, u = [], p = t.trigger;
					if (s[p.name] = Object.assign(Object.assign({}, p), {
						direction: "in",
						type: (0, i.isTrigger)(p.type) ? p.type : p.type + "Trigger",
						properties: c(null === (r = t.trigger) || void 0 === r ? void 0 : r.sdkBinding, e, p.type, p.name, !1)
					}), u.push(p.name), t.extraInputs) for (const r of t.extraInputs) s[r.name] = Object.assign(Object.assign({}, r), {
						direction: "in",
						properties: c(null == r ? void 0 : r.sdkBinding, e, r.type, r.name, !0)
					}), u.push(r.name);
					if (t.return && (s[n.returnBindingKey] = Object.assign(Object.assign({}, t.return), { direction: "out" }), u.push(n.returnBindingKey)), t.extraOutputs) for (const e of t.extraOutputs) s[e.name] = Object.assign(Object.assign({}, e), { direction: "out" }), u.push(e.name);
					if (u.filter((e, t) => u.indexOf(e) !== t).length > 0) throw new o.AzFuncSystemError(`Duplicate bindings found for function "${e}". Remove a duplicate binding or manually specify the "name" property to make it unique.`);
					let l;
					return t.retry && (l = Object.assign(Object.assign({}, t.retry), {
						retryStrategy: t.retry.strategy,
						delayInterval: (0, a.toRpcDuration)(t.retry.delayInterval, "retry.delayInterval"),
						maximumInterval: (0, a.toRpcDuration)(t.retry.maximumInterval, "retry.maximumInterval"),
						minimumInterval: (0, a.toRpcDuration)(t.retry.minimumInterval, "retry.minimumInterval")
					})), {
						name: e,
						bindings: s,
						retryOptions: l
					};
				};
			},
			5111(e, t, r) {
				t.convertToMcpPromptTriggerOptionsToRpc = void 0;
				const n = r(9855);
				t.convertToMcpPromptTriggerOptionsToRpc = function(e) {
					if (!e.promptName || "string" != typeof e.promptName || "" === e.promptName.trim()) throw new Error("MCP Prompt trigger requires a valid \"promptName\" property.");
					const t = function(e) {
						if (!e) return "[]";
						const t = Array.isArray(e) ? e : Object.entries(e).map(([e, t]) => {
							if (!(t instanceof n.McpPromptArgumentBuilder)) throw new Error("MCP Prompt trigger \"promptArguments\" record values must be created with `promptArg.describe(...)`.");
							return t.toPromptArgument(e);
						});
						if (0 === t.length) return "[]";
						const r = t.map((e) => {
							var t;
							if (!e.name || "string" != typeof e.name || "" === e.name.trim()) throw new Error("MCP Prompt trigger \"promptArguments\" entries require a non-empty \"name\".");
							return {
								name: e.name,
								description: null !== (t = e.description) && void 0 !== t ? t : null,
								required: !0 === e.required
							};
						});
						return JSON.stringify(r);
					}(e.promptArguments), r = {
						promptName: e.promptName,
						promptArguments: t
					};
					if (void 0 !== e.title && (r.title = e.title), void 0 !== e.description && (r.description = e.description), void 0 !== e.metadata && "string" == typeof e.metadata && "" !== e.metadata.trim()) {
						try {
							JSON.parse(e.metadata);
						} catch (e) {
							throw new Error("MCP Prompt trigger \"metadata\" must be a valid JSON string.");
						}
						r.metadata = e.metadata;
					}
					if (void 0 !== e.icons && "string" == typeof e.icons && "" !== e.icons.trim()) {
						try {
							JSON.parse(e.icons);
						} catch (e) {
							throw new Error("MCP Prompt trigger \"icons\" must be a valid JSON string.");
						}
						r.icons = e.icons;
					}
					return r;
				};
			},
			8329(e, t) {
				t.convertToMcpResourceTriggerOptionsToRpc = void 0, t.convertToMcpResourceTriggerOptionsToRpc = function(e) {
					if (!e.uri || "string" != typeof e.uri || "" === e.uri.trim()) throw new Error("MCP Resource trigger requires a valid \"uri\" property.");
					if (!e.resourceName || "string" != typeof e.resourceName || "" === e.resourceName.trim()) throw new Error("MCP Resource trigger requires a valid \"resourceName\" property.");
					const t = {
						uri: e.uri,
						resourceName: e.resourceName
					};
					if (void 0 !== e.title && (t.title = e.title), void 0 !== e.description && (t.description = e.description), void 0 !== e.mimeType && (t.mimeType = e.mimeType), void 0 !== e.size) {
						if ("number" != typeof e.size || e.size < 0) throw new Error("MCP Resource trigger \"size\" must be a non-negative number.");
						t.size = e.size;
					}
					if (void 0 !== e.metadata && "string" == typeof e.metadata && "" !== e.metadata.trim()) {
						try {
							JSON.parse(e.metadata);
						} catch (e) {
							throw new Error("MCP Resource trigger \"metadata\" must be a valid JSON string.");
						}
						t.metadata = e.metadata;
					}
					return t;
				};
			},
			2288(e, t, r) {
				t.toMcpToolResult = void 0;
				const n = r(8642), o = r(5665), i = r(6199), s = "text";
				function a(e) {
					const t = function(e) {
						if (null === e.structuredContent || void 0 === e.structuredContent) return e.content;
						if (e.content.some((e) => e instanceof n.McpTextContent)) return e.content;
						const t = "string" == typeof e.structuredContent ? e.structuredContent : JSON.stringify(e.structuredContent);
						return [...e.content, new n.McpTextContent(t)];
					}(e);
					let r, o;
					if (1 === t.length) {
						const [e] = t;
						r = e.type, o = JSON.stringify(e);
					} else r = "multi_content_result", o = JSON.stringify(t);
					const i = {
						type: r,
						content: o
					};
					return void 0 !== e.structuredContent && null !== e.structuredContent && (i.structuredContent = "string" == typeof e.structuredContent ? e.structuredContent : JSON.stringify(e.structuredContent)), i;
				}
				t.toMcpToolResult = function(e, t) {
					if (null == e) return e;
					if (e instanceof n.McpToolResponse) return a(e);
					if (e instanceof n.McpContentBlock) return a(new n.McpToolResponse({ content: [e] }));
					if (Array.isArray(e) && e.length > 0 && e.every((e) => e instanceof n.McpContentBlock)) return a(new n.McpToolResponse({ content: e }));
					(0, o.warnIfLooksLikeMcpSdkValue)(e, t);
					const r = "string" == typeof e ? e : JSON.stringify(e), c = {
						type: s,
						content: JSON.stringify({
							type: s,
							text: r
						})
					};
					return (0, i.shouldCreateStructuredContentMarker)(e) && (c.structuredContent = JSON.stringify(e)), c;
				};
			},
			5571(e, t, r) {
				t.converToMcpToolTriggerOptionsToRpc = void 0;
				const n = r(7175);
				t.converToMcpToolTriggerOptionsToRpc = function(e) {
					let t, r;
					if (void 0 !== e.metadata && "string" == typeof e.metadata && "" !== e.metadata.trim()) try {
						JSON.parse(e.metadata), t = e.metadata;
					} catch (e) {
						throw new Error("MCP Tool trigger \"metadata\" must be a valid JSON string.");
					}
					if (void 0 !== e.resultSchema && "string" == typeof e.resultSchema && "" !== e.resultSchema.trim()) try {
						JSON.parse(e.resultSchema), r = e.resultSchema;
					} catch (e) {
						throw new Error("MCP Tool trigger \"resultSchema\" must be a valid JSON string.");
					}
					const o = Object.assign(Object.assign({
						toolName: e.toolName,
						description: e.description,
						useResultSchema: !0
					}, void 0 !== t && { metadata: t }), void 0 !== r && { resultSchema: r });
					let i;
					try {
						i = (0, n.normalizeToolProperties)(e.toolProperties);
					} catch (e) {
						if (e instanceof Error && (e.message.includes("Property type is required") || e.message.includes("Property type must be specified"))) throw e;
						i = void 0;
					}
					if (void 0 !== i) return Object.assign(Object.assign({}, o), { toolProperties: JSON.stringify(i) });
					throw new Error(`Invalid toolProperties for tool '${e.toolName}': Expected an array of McpToolProperty or ToolProps objects or ToolProps need a type defined.`);
				};
			},
			8360(e, t, r) {
				t.toRpcDuration = void 0;
				const n = r(725), o = r(9168);
				t.toRpcDuration = function(e, t) {
					if ((0, o.isDefined)(e)) {
						try {
							let t;
							if ("object" == typeof e) {
								const r = (e.minutes || 0) + 60 * (e.hours || 0), n = (e.seconds || 0) + 60 * r;
								t = (e.milliseconds || 0) + 1e3 * n;
							} else "number" == typeof e && (t = e);
							if ((0, o.isDefined)(t) && t >= 0) return { seconds: Math.round(t / 1e3) };
						} catch (e) {}
						throw new n.AzFuncSystemError(`A 'number' or 'Duration' object was expected instead of a '${typeof e}'. Cannot parse value of '${t}'.`);
					}
				};
			},
			5064(e, t, r) {
				var n = this && this.__awaiter || function(e, t, r, n) {
					return new (r || (r = Promise))(function(o, i) {
						function s(e) {
							try {
								c(n.next(e));
							} catch (e) {
								i(e);
							}
						}
						function a(e) {
							try {
								c(n.throw(e));
							} catch (e) {
								i(e);
							}
						}
						function c(e) {
							var t;
							e.done ? o(e.value) : (t = e.value, t instanceof r ? t : new r(function(e) {
								e(t);
							})).then(s, a);
						}
						c((n = n.apply(e, t || [])).next());
					});
				};
				Object.defineProperty(t, "__esModule", { value: !0 }), t.toRpcHttp = void 0;
				const o = r(725), i = r(2337), s = r(8950), a = r(337), c = r(7866), u = r(4454);
				t.toRpcHttp = function(e, t) {
					return n(this, void 0, void 0, function* () {
						if (null == t) return t;
						if ("object" != typeof t) throw new o.AzFuncSystemError("The HTTP response must be an object with optional properties \"body\", \"status\", \"headers\", and \"cookies\".");
						const r = t instanceof s.HttpResponse ? t : new s.HttpResponse(t);
						if (a.enableHttpStream) return void (yield (0, i.sendProxyResponse)(e, r));
						const n = {};
						n.statusCode = r.status.toString(), n.headers = {};
						for (const [e, t] of r.headers.entries()) n.headers[e] = t;
						n.cookies = [];
						for (const e of r.cookies) n.cookies.push((0, c.toRpcHttpCookie)(e));
						n.enableContentNegotiation = r.enableContentNegotiation;
						const p = yield r.arrayBuffer();
						return n.body = (0, u.toRpcTypedData)(p), { http: n };
					});
				};
			},
			7866(e, t, r) {
				t.toRpcHttpCookie = void 0;
				const n = r(1705);
				t.toRpcHttpCookie = function(e) {
					let t = "none";
					if (e && e.sameSite) {
						const r = e.sameSite.toLocaleLowerCase();
						"lax" === r ? t = "lax" : "strict" === r ? t = "strict" : "none" === r && (t = "explicitNone");
					}
					return {
						name: e && (0, n.toRpcString)(e.name, "cookie.name"),
						value: e && (0, n.toRpcString)(e.value, "cookie.value"),
						domain: (0, n.toNullableString)(e && e.domain, "cookie.domain"),
						path: (0, n.toNullableString)(e && e.path, "cookie.path"),
						expires: (0, n.toNullableTimestamp)(e && e.expires, "cookie.expires"),
						secure: (0, n.toNullableBool)(e && e.secure, "cookie.secure"),
						httpOnly: (0, n.toNullableBool)(e && e.httpOnly, "cookie.httpOnly"),
						sameSite: t,
						maxAge: (0, n.toNullableDouble)(e && e.maxAge, "cookie.maxAge")
					};
				};
			},
			1705(e, t, r) {
				t.toNullableTimestamp = t.toNullableString = t.toRpcString = t.toNullableDouble = t.toNullableBool = void 0;
				const n = r(725), o = r(9168);
				t.toNullableBool = function(e, t) {
					if ("boolean" == typeof e) return { value: e };
					if ((0, o.isDefined)(e)) throw new n.AzFuncSystemError(`A 'boolean' type was expected instead of a '${typeof e}' type. Cannot parse value of '${t}'.`);
				}, t.toNullableDouble = function(e, t) {
					if ("number" == typeof e) return { value: e };
					if ("string" == typeof e && !isNaN(Number(e))) return { value: parseFloat(e) };
					if ((0, o.isDefined)(e)) throw new n.AzFuncSystemError(`A 'number' type was expected instead of a '${typeof e}' type. Cannot parse value of '${t}'.`);
				}, t.toRpcString = function(e, t) {
					if ("string" == typeof e) return e;
					if ((0, o.isDefined)(e)) throw new n.AzFuncSystemError(`A 'string' type was expected instead of a '${typeof e}' type. Cannot parse value of '${t}'.`);
					return "";
				}, t.toNullableString = function(e, t) {
					if ("string" == typeof e) return { value: e };
					if ((0, o.isDefined)(e)) throw new n.AzFuncSystemError(`A 'string' type was expected instead of a '${typeof e}' type. Cannot parse value of '${t}'.`);
				}, t.toNullableTimestamp = function(e, t) {
					if ((0, o.isDefined)(e)) try {
						const t = "number" == typeof e ? e : e.getTime();
						if (t && t >= 0) return { value: { seconds: Math.round(t / 1e3) } };
					} catch (r) {
						throw new n.AzFuncSystemError(`A 'number' or 'Date' input was expected instead of a '${typeof e}'. Cannot parse value of '${t}'.`);
					}
				};
			},
			4454(e, t) {
				t.toRpcTypedData = void 0, t.toRpcTypedData = function(e) {
					return null == e ? e : "string" == typeof e ? { string: e } : Buffer.isBuffer(e) ? { bytes: e } : ArrayBuffer.isView(e) ? { bytes: new Uint8Array(e.buffer, e.byteOffset, e.byteLength) } : e instanceof ArrayBuffer ? { bytes: new Uint8Array(e) } : "number" == typeof e ? Number.isInteger(e) ? { int: e } : { double: e } : { json: JSON.stringify(e) };
				};
			},
			725(e, t, r) {
				t.ensureErrorType = t.ReadOnlyError = t.AzFuncSystemError = void 0;
				const n = r(5230);
				class o extends Error {
					constructor() {
						super(...arguments), this.isAzureFunctionsSystemError = !0;
					}
				}
				t.AzFuncSystemError = o;
				class i extends TypeError {
					constructor() {
						super(...arguments), this.isAzureFunctionsSystemError = !0;
					}
				}
				t.ReadOnlyError = class extends i {
					constructor(e) {
						super(`Cannot assign to read only property '${e}'`);
					}
				}, t.ensureErrorType = function(e) {
					if (e instanceof Error) return e;
					{
						let t;
						return t = null == e ? "Unknown error" : "string" == typeof e ? (0, n.sanitizeErrorString)(e) : "object" == typeof e ? (0, n.stringifySanitizedErrorObject)(e) : (0, n.sanitizeErrorString)(String(e)), new Error(t);
					}
				};
			},
			7531(e, t, r) {
				Object.defineProperty(t, "__esModule", { value: !0 }), t.AppStartContext = void 0;
				const n = r(5789);
				class o extends n.HookContext {}
				t.AppStartContext = o;
			},
			4586(e, t, r) {
				Object.defineProperty(t, "__esModule", { value: !0 }), t.AppTerminateContext = void 0;
				const n = r(5789);
				class o extends n.HookContext {}
				t.AppTerminateContext = o;
			},
			5789(e, t, r) {
				var n, o = this && this.__classPrivateFieldSet || function(e, t, r, n, o) {
					if ("m" === n) throw new TypeError("Private method is not writable");
					if ("a" === n && !o) throw new TypeError("Private accessor was defined without a setter");
					if ("function" == typeof t ? e !== t || !o : !t.has(e)) throw new TypeError("Cannot write private member to an object whose class did not declare it");
					return "a" === n ? o.call(e, r) : o ? o.value = r : t.set(e, r), r;
				}, i = this && this.__classPrivateFieldGet || function(e, t, r, n) {
					if ("a" === r && !n) throw new TypeError("Private accessor was defined without a getter");
					if ("function" == typeof t ? e !== t || !n : !t.has(e)) throw new TypeError("Cannot read private member from an object whose class did not declare it");
					return "m" === r ? n : "a" === r ? n.call(e) : n ? n.value : t.get(e);
				};
				Object.defineProperty(t, "__esModule", { value: !0 }), t.HookContext = void 0;
				const s = r(725), a = r(9168);
				t.HookContext = class {
					constructor(e) {
						var t, r;
						n.set(this, void 0), o(this, n, null != e ? e : {}, "f"), null !== (t = (r = i(this, n, "f")).hookData) && void 0 !== t || (r.hookData = {});
					}
					get hookData() {
						return (0, a.nonNullProp)(i(this, n, "f"), "hookData");
					}
					set hookData(e) {
						throw new s.ReadOnlyError("hookData");
					}
				}, n = /* @__PURE__ */ new WeakMap();
			},
			9463(e, t, r) {
				var n, o = this && this.__classPrivateFieldSet || function(e, t, r, n, o) {
					if ("m" === n) throw new TypeError("Private method is not writable");
					if ("a" === n && !o) throw new TypeError("Private accessor was defined without a setter");
					if ("function" == typeof t ? e !== t || !o : !t.has(e)) throw new TypeError("Cannot write private member to an object whose class did not declare it");
					return "a" === n ? o.call(e, r) : o ? o.value = r : t.set(e, r), r;
				}, i = this && this.__classPrivateFieldGet || function(e, t, r, n) {
					if ("a" === r && !n) throw new TypeError("Private accessor was defined without a getter");
					if ("function" == typeof t ? e !== t || !n : !t.has(e)) throw new TypeError("Cannot read private member from an object whose class did not declare it");
					return "m" === r ? n : "a" === r ? n.call(e) : n ? n.value : t.get(e);
				};
				Object.defineProperty(t, "__esModule", { value: !0 }), t.InvocationHookContext = void 0;
				const s = r(725), a = r(8157), c = r(9168), u = r(5789);
				class p extends u.HookContext {
					constructor(e) {
						var t, r, s, c;
						super(e), n.set(this, void 0), o(this, n, null != e ? e : {}, "f"), null !== (t = (s = i(this, n, "f")).inputs) && void 0 !== t || (s.inputs = []), null !== (r = (c = i(this, n, "f")).invocationContext) && void 0 !== r || (c.invocationContext = new a.InvocationContext());
					}
					get invocationContext() {
						return (0, c.nonNullProp)(i(this, n, "f"), "invocationContext");
					}
					set invocationContext(e) {
						throw new s.ReadOnlyError("invocationContext");
					}
					get inputs() {
						return (0, c.nonNullProp)(i(this, n, "f"), "inputs");
					}
					set inputs(e) {
						i(this, n, "f").inputs = e;
					}
				}
				t.InvocationHookContext = p, n = /* @__PURE__ */ new WeakMap();
			},
			5407(e, t, r) {
				var n, o = this && this.__classPrivateFieldSet || function(e, t, r, n, o) {
					if ("m" === n) throw new TypeError("Private method is not writable");
					if ("a" === n && !o) throw new TypeError("Private accessor was defined without a setter");
					if ("function" == typeof t ? e !== t || !o : !t.has(e)) throw new TypeError("Cannot write private member to an object whose class did not declare it");
					return "a" === n ? o.call(e, r) : o ? o.value = r : t.set(e, r), r;
				}, i = this && this.__classPrivateFieldGet || function(e, t, r, n) {
					if ("a" === r && !n) throw new TypeError("Private accessor was defined without a getter");
					if ("function" == typeof t ? e !== t || !n : !t.has(e)) throw new TypeError("Cannot read private member from an object whose class did not declare it");
					return "m" === r ? n : "a" === r ? n.call(e) : n ? n.value : t.get(e);
				};
				Object.defineProperty(t, "__esModule", { value: !0 }), t.LogHookContext = void 0;
				const s = r(725), a = r(9168), c = r(5789);
				class u extends c.HookContext {
					constructor(e) {
						var t, r, s, a, c, u;
						super(e), n.set(this, void 0), o(this, n, null != e ? e : {}, "f"), null !== (t = (a = i(this, n, "f")).level) && void 0 !== t || (a.level = "information"), null !== (r = (c = i(this, n, "f")).message) && void 0 !== r || (c.message = "unknown"), null !== (s = (u = i(this, n, "f")).category) && void 0 !== s || (u.category = "user");
					}
					get level() {
						return (0, a.nonNullProp)(i(this, n, "f"), "level");
					}
					set level(e) {
						i(this, n, "f").level = e;
					}
					get message() {
						return (0, a.nonNullProp)(i(this, n, "f"), "message");
					}
					set message(e) {
						i(this, n, "f").message = e;
					}
					get category() {
						return (0, a.nonNullProp)(i(this, n, "f"), "category");
					}
					set category(e) {
						throw new s.ReadOnlyError("category");
					}
					get invocationContext() {
						return i(this, n, "f").invocationContext;
					}
					set invocationContext(e) {
						throw new s.ReadOnlyError("invocationContext");
					}
				}
				t.LogHookContext = u, n = /* @__PURE__ */ new WeakMap();
			},
			7508(e, t, r) {
				var n, o = this && this.__classPrivateFieldSet || function(e, t, r, n, o) {
					if ("m" === n) throw new TypeError("Private method is not writable");
					if ("a" === n && !o) throw new TypeError("Private accessor was defined without a setter");
					if ("function" == typeof t ? e !== t || !o : !t.has(e)) throw new TypeError("Cannot write private member to an object whose class did not declare it");
					return "a" === n ? o.call(e, r) : o ? o.value = r : t.set(e, r), r;
				}, i = this && this.__classPrivateFieldGet || function(e, t, r, n) {
					if ("a" === r && !n) throw new TypeError("Private accessor was defined without a getter");
					if ("function" == typeof t ? e !== t || !n : !t.has(e)) throw new TypeError("Cannot read private member from an object whose class did not declare it");
					return "m" === r ? n : "a" === r ? n.call(e) : n ? n.value : t.get(e);
				};
				Object.defineProperty(t, "__esModule", { value: !0 }), t.PostInvocationContext = void 0;
				const s = r(9463);
				class a extends s.InvocationHookContext {
					constructor(e) {
						super(e), n.set(this, void 0), o(this, n, null != e ? e : {}, "f");
					}
					get result() {
						return i(this, n, "f").result;
					}
					set result(e) {
						i(this, n, "f").result = e;
					}
					get error() {
						return i(this, n, "f").error;
					}
					set error(e) {
						i(this, n, "f").error = e;
					}
				}
				t.PostInvocationContext = a, n = /* @__PURE__ */ new WeakMap();
			},
			8561(e, t, r) {
				var n, o = this && this.__classPrivateFieldSet || function(e, t, r, n, o) {
					if ("m" === n) throw new TypeError("Private method is not writable");
					if ("a" === n && !o) throw new TypeError("Private accessor was defined without a setter");
					if ("function" == typeof t ? e !== t || !o : !t.has(e)) throw new TypeError("Cannot write private member to an object whose class did not declare it");
					return "a" === n ? o.call(e, r) : o ? o.value = r : t.set(e, r), r;
				}, i = this && this.__classPrivateFieldGet || function(e, t, r, n) {
					if ("a" === r && !n) throw new TypeError("Private accessor was defined without a getter");
					if ("function" == typeof t ? e !== t || !n : !t.has(e)) throw new TypeError("Cannot read private member from an object whose class did not declare it");
					return "m" === r ? n : "a" === r ? n.call(e) : n ? n.value : t.get(e);
				};
				Object.defineProperty(t, "__esModule", { value: !0 }), t.PreInvocationContext = void 0;
				const s = r(9168), a = r(9463);
				class c extends a.InvocationHookContext {
					constructor(e) {
						var t, r;
						super(e), n.set(this, void 0), o(this, n, null != e ? e : {}, "f"), null !== (t = (r = i(this, n, "f")).functionCallback) && void 0 !== t || (r.functionCallback = () => {});
					}
					get functionHandler() {
						return (0, s.nonNullProp)(i(this, n, "f"), "functionCallback");
					}
					set functionHandler(e) {
						i(this, n, "f").functionCallback = e;
					}
				}
				t.PreInvocationContext = c, n = /* @__PURE__ */ new WeakMap();
			},
			6765(e, t, r) {
				Object.defineProperty(t, "__esModule", { value: !0 }), t.log = t.postInvocation = t.preInvocation = t.appTerminate = t.appStart = void 0;
				const n = r(725), o = r(1898), i = r(3476), s = r(7531), a = r(4586), c = r(5407), u = r(7508), p = r(8561);
				function l(e, t) {
					const r = (0, i.tryGetCoreApiLazy)();
					return r ? r.registerHook(e, t) : (console.warn(`WARNING: Skipping call to register ${e} hook because the "@azure/functions" package is in test mode.`), new o.Disposable(() => {
						console.warn(`WARNING: Skipping call to dispose ${e} hook because the "@azure/functions" package is in test mode.`);
					}));
				}
				t.appStart = function(e) {
					return l("appStart", (t) => e(new s.AppStartContext(t)));
				}, t.appTerminate = function(e) {
					return l("appTerminate", (t) => e(new a.AppTerminateContext(t)));
				}, t.preInvocation = function(e) {
					return l("preInvocation", (t) => e(new p.PreInvocationContext(t)));
				}, t.postInvocation = function(e) {
					return l("postInvocation", (t) => e(new u.PostInvocationContext(t)));
				}, t.log = function(e) {
					try {
						return l("log", (t) => e(new c.LogHookContext(t)));
					} catch (e) {
						const t = (0, n.ensureErrorType)(e);
						throw "RangeError" === t.name && t.isAzureFunctionsSystemError ? new n.AzFuncSystemError("Log hooks require Azure Functions Host v4.34 or higher.") : e;
					}
				};
			},
			7992(e, t, r) {
				var n, o, i, s = this && this.__awaiter || function(e, t, r, n) {
					return new (r || (r = Promise))(function(o, i) {
						function s(e) {
							try {
								c(n.next(e));
							} catch (e) {
								i(e);
							}
						}
						function a(e) {
							try {
								c(n.throw(e));
							} catch (e) {
								i(e);
							}
						}
						function c(e) {
							var t;
							e.done ? o(e.value) : (t = e.value, t instanceof r ? t : new r(function(e) {
								e(t);
							})).then(s, a);
						}
						c((n = n.apply(e, t || [])).next());
					});
				}, a = this && this.__classPrivateFieldSet || function(e, t, r, n, o) {
					if ("m" === n) throw new TypeError("Private method is not writable");
					if ("a" === n && !o) throw new TypeError("Private accessor was defined without a setter");
					if ("function" == typeof t ? e !== t || !o : !t.has(e)) throw new TypeError("Cannot write private member to an object whose class did not declare it");
					return "a" === n ? o.call(e, r) : o ? o.value = r : t.set(e, r), r;
				}, c = this && this.__classPrivateFieldGet || function(e, t, r, n) {
					if ("a" === r && !n) throw new TypeError("Private accessor was defined without a getter");
					if ("function" == typeof t ? e !== t || !n : !t.has(e)) throw new TypeError("Cannot read private member from an object whose class did not declare it");
					return "m" === r ? n : "a" === r ? n.call(e) : n ? n.value : t.get(e);
				}, u = this && this.__rest || function(e, t) {
					var r = {};
					for (var n in e) Object.prototype.hasOwnProperty.call(e, n) && t.indexOf(n) < 0 && (r[n] = e[n]);
					if (null != e && "function" == typeof Object.getOwnPropertySymbols) {
						var o = 0;
						for (n = Object.getOwnPropertySymbols(e); o < n.length; o++) t.indexOf(n[o]) < 0 && Object.prototype.propertyIsEnumerable.call(e, n[o]) && (r[n[o]] = e[n[o]]);
					}
					return r;
				};
				Object.defineProperty(t, "__esModule", { value: !0 }), t.createStreamRequest = t.HttpRequest = void 0;
				const p = r(9551), l = r(5138), f = r(679), d = r(725), y = r(9168), g = r(4893), h = r(8529);
				class m {
					constructor(e) {
						var t, r, s, u, f, d;
						n.set(this, void 0), o.set(this, void 0), i.set(this, void 0), a(this, i, e, "f");
						let h = e.nativeRequest;
						if (!h) {
							const n = (0, y.nonNullProp)(e, "url"), o = (0, y.nonNullProp)(e, "method");
							let i;
							const a = o.toLowerCase();
							"get" !== a && "head" !== a ? (null === (t = e.body) || void 0 === t ? void 0 : t.bytes) ? i = Buffer.from(null === (r = e.body) || void 0 === r ? void 0 : r.bytes) : null !== (s = e.body) && void 0 !== s && s.string && (i = e.body.string) : (null !== (f = null === (u = e.body) || void 0 === u ? void 0 : u.bytes) && void 0 !== f && f.length || null !== (d = e.body) && void 0 !== d && d.string) && (0, g.workerSystemLog)("warning", `Discarding the body of the incoming ${o} request because GET and HEAD requests cannot have a body.`), h = new Request(n, {
								body: i,
								method: o,
								headers: (0, l.fromNullableMapping)(e.nullableHeaders, e.headers)
							});
						}
						a(this, o, h, "f"), e.nullableQuery || e.query ? this.query = new p.URLSearchParams((0, l.fromNullableMapping)(e.nullableQuery, e.query)) : this.query = new URL(c(this, o, "f").url).searchParams, this.params = (0, l.fromNullableMapping)(e.nullableParams, e.params);
					}
					get url() {
						return c(this, o, "f").url;
					}
					get method() {
						return c(this, o, "f").method;
					}
					get headers() {
						return c(this, o, "f").headers;
					}
					get user() {
						return void 0 === c(this, n, "f") && a(this, n, (0, h.extractHttpUserFromHeaders)(this.headers), "f"), c(this, n, "f");
					}
					get body() {
						return c(this, o, "f").body;
					}
					get bodyUsed() {
						return c(this, o, "f").bodyUsed;
					}
					arrayBuffer() {
						return s(this, void 0, void 0, function* () {
							return c(this, o, "f").arrayBuffer();
						});
					}
					blob() {
						return s(this, void 0, void 0, function* () {
							return c(this, o, "f").blob();
						});
					}
					formData() {
						return s(this, void 0, void 0, function* () {
							return c(this, o, "f").formData();
						});
					}
					json() {
						return s(this, void 0, void 0, function* () {
							return c(this, o, "f").json();
						});
					}
					text() {
						return s(this, void 0, void 0, function* () {
							return c(this, o, "f").text();
						});
					}
					clone() {
						const e = c(this, i, "f"), { nativeRequest: t } = e, r = u(e, ["nativeRequest"]), n = structuredClone(r);
						return n.nativeRequest = c(this, o, "f").clone(), new m(n);
					}
				}
				t.HttpRequest = m, n = /* @__PURE__ */ new WeakMap(), o = /* @__PURE__ */ new WeakMap(), i = /* @__PURE__ */ new WeakMap(), t.createStreamRequest = function(e, t) {
					var r;
					const n = "x-forwarded-host", o = "x-forwarded-proto", i = e.headers[n], s = e.headers[o];
					if ("string" != typeof i || "string" != typeof s) throw new d.AzFuncSystemError(`Expected headers "${n}" and "${o}" to be set.`);
					const a = `${s}://${i}${(0, y.nonNullProp)(e, "url")}`;
					let c;
					const p = null === (r = e.method) || void 0 === r ? void 0 : r.toLowerCase();
					"get" !== p && "head" !== p && (c = e);
					const { Query: l, Headers: g } = t, h = u(t, ["Query", "Headers"]);
					let v;
					const b = (0, f.fromRpcTypedData)(g);
					"object" == typeof b && (0, y.isDefined)(b) && (v = b);
					const w = new Request(a, {
						body: c,
						duplex: "half",
						method: (0, y.nonNullProp)(e, "method"),
						headers: v
					}), P = {};
					for (const [e, t] of Object.entries(h)) (0, y.isDefined)(t.string) && (P[e] = t.string);
					return new m({
						nativeRequest: w,
						params: P
					});
				};
			},
			8950(e, t, r) {
				var n, o, i = this && this.__awaiter || function(e, t, r, n) {
					return new (r || (r = Promise))(function(o, i) {
						function s(e) {
							try {
								c(n.next(e));
							} catch (e) {
								i(e);
							}
						}
						function a(e) {
							try {
								c(n.throw(e));
							} catch (e) {
								i(e);
							}
						}
						function c(e) {
							var t;
							e.done ? o(e.value) : (t = e.value, t instanceof r ? t : new r(function(e) {
								e(t);
							})).then(s, a);
						}
						c((n = n.apply(e, t || [])).next());
					});
				}, s = this && this.__classPrivateFieldSet || function(e, t, r, n, o) {
					if ("m" === n) throw new TypeError("Private method is not writable");
					if ("a" === n && !o) throw new TypeError("Private accessor was defined without a setter");
					if ("function" == typeof t ? e !== t || !o : !t.has(e)) throw new TypeError("Cannot write private member to an object whose class did not declare it");
					return "a" === n ? o.call(e, r) : o ? o.value = r : t.set(e, r), r;
				}, a = this && this.__classPrivateFieldGet || function(e, t, r, n) {
					if ("a" === r && !n) throw new TypeError("Private accessor was defined without a getter");
					if ("function" == typeof t ? e !== t || !n : !t.has(e)) throw new TypeError("Cannot read private member from an object whose class did not declare it");
					return "m" === r ? n : "a" === r ? n.call(e) : n ? n.value : t.get(e);
				};
				Object.defineProperty(t, "__esModule", { value: !0 }), t.HttpResponse = void 0;
				const c = r(9168), u = /* @__PURE__ */ new Set([
					204,
					205,
					304
				]);
				class p {
					constructor(e) {
						var t;
						if (n.set(this, void 0), o.set(this, void 0), e ??= {}, s(this, o, e, "f"), e.nativeResponse) s(this, n, e.nativeResponse, "f");
						else {
							const t = {
								status: e.status,
								headers: e.headers
							}, r = (0, c.isDefined)(e.status) && u.has(e.status);
							if ((0, c.isDefined)(e.jsonBody) && !r) {
								const r = JSON.stringify(e.jsonBody), o = new Headers(t.headers);
								o.has("content-type") || o.set("content-type", "application/json"), s(this, n, new Response(r, Object.assign(Object.assign({}, t), { headers: o })), "f");
							} else s(this, n, new Response(r ? void 0 : e.body, t), "f");
						}
						this.cookies = null !== (t = e.cookies) && void 0 !== t ? t : [], this.enableContentNegotiation = !!e.enableContentNegotiation;
					}
					get status() {
						return a(this, n, "f").status;
					}
					get headers() {
						return a(this, n, "f").headers;
					}
					get body() {
						return a(this, n, "f").body;
					}
					get bodyUsed() {
						return a(this, n, "f").bodyUsed;
					}
					arrayBuffer() {
						return i(this, void 0, void 0, function* () {
							return a(this, n, "f").arrayBuffer();
						});
					}
					blob() {
						return i(this, void 0, void 0, function* () {
							return a(this, n, "f").blob();
						});
					}
					formData() {
						return i(this, void 0, void 0, function* () {
							return a(this, n, "f").formData();
						});
					}
					json() {
						return i(this, void 0, void 0, function* () {
							return a(this, n, "f").json();
						});
					}
					text() {
						return i(this, void 0, void 0, function* () {
							return a(this, n, "f").text();
						});
					}
					clone() {
						const e = structuredClone(a(this, o, "f"));
						return e.nativeResponse = a(this, n, "f").clone(), new p(e);
					}
				}
				t.HttpResponse = p, n = /* @__PURE__ */ new WeakMap(), o = /* @__PURE__ */ new WeakMap();
			},
			8529(e, t, r) {
				t.extractHttpUserFromHeaders = void 0;
				const n = r(9168), o = r(4893);
				t.extractHttpUserFromHeaders = function(e) {
					let t = null;
					const r = e.get("x-ms-client-principal");
					if (r) {
						let i;
						try {
							i = JSON.parse(Buffer.from(r, "base64").toString("utf-8"));
						} catch (e) {
							return (0, o.workerSystemLog)("warning", `Failed to parse x-ms-client-principal header: ${e instanceof Error ? e.message : String(e)}`), null;
						}
						if (null === i || "object" != typeof i || Array.isArray(i)) return (0, o.workerSystemLog)("warning", "Parsed x-ms-client-principal header was not a JSON object."), null;
						t = i.identityProvider ? {
							type: "StaticWebApps",
							id: i.userId,
							username: i.userDetails,
							identityProvider: i.identityProvider,
							claimsPrincipalData: i
						} : {
							type: "AppService",
							id: (0, n.nonNullValue)(e.get("x-ms-client-principal-id"), "user-id"),
							username: (0, n.nonNullValue)(e.get("x-ms-client-principal-name"), "user-name"),
							identityProvider: (0, n.nonNullValue)(e.get("x-ms-client-principal-idp"), "user-idp"),
							claimsPrincipalData: i
						};
					}
					return t;
				};
			},
			2337(e, t, r) {
				var n = this && this.__awaiter || function(e, t, r, n) {
					return new (r || (r = Promise))(function(o, i) {
						function s(e) {
							try {
								c(n.next(e));
							} catch (e) {
								i(e);
							}
						}
						function a(e) {
							try {
								c(n.throw(e));
							} catch (e) {
								i(e);
							}
						}
						function c(e) {
							var t;
							e.done ? o(e.value) : (t = e.value, t instanceof r ? t : new r(function(e) {
								e(t);
							})).then(s, a);
						}
						c((n = n.apply(e, t || [])).next());
					});
				}, o = this && this.__asyncValues || function(e) {
					if (!Symbol.asyncIterator) throw new TypeError("Symbol.asyncIterator is not defined.");
					var t, r = e[Symbol.asyncIterator];
					return r ? r.call(e) : (e = "function" == typeof __values ? __values(e) : e[Symbol.iterator](), t = {}, n("next"), n("throw"), n("return"), t[Symbol.asyncIterator] = function() {
						return this;
					}, t);
					function n(r) {
						t[r] = e[r] && function(t) {
							return new Promise(function(n, o) {
								(function(e, t, r, n) {
									Promise.resolve(n).then(function(t) {
										e({
											value: t,
											done: r
										});
									}, t);
								})(n, o, (t = e[r](t)).done, t.value);
							});
						};
					}
				};
				Object.defineProperty(t, "__esModule", { value: !0 }), t.setupHttpProxy = t.isAllowedProxyResponseHeader = t.sendProxyResponse = t.waitForProxyRequest = void 0;
				const i = r(5096), s = r(4735), a = r(1630), c = r(1645), u = r(725), p = r(5230), l = r(9168), f = r(4893), d = {}, y = {}, g = /* @__PURE__ */ new Set([
					"connection",
					"keep-alive",
					"proxy-authenticate",
					"proxy-authorization",
					"te",
					"trailer",
					"trailers",
					"transfer-encoding",
					"upgrade"
				]), h = new s.EventEmitter();
				t.waitForProxyRequest = function(e) {
					return n(this, void 0, void 0, function* () {
						return new Promise((t, r) => {
							const n = d[e];
							n ? (t(n), delete d[e]) : h.once(e, () => {
								const r = d[e];
								r && (t(r), delete d[e]);
							});
						});
					});
				};
				const m = "x-ms-invocation-id";
				function v(e, t) {
					const r = e.toLowerCase();
					return !g.has(r) && !function(e) {
						return new Set(null == e ? void 0 : e.split(",").map((e) => e.trim().toLowerCase()).filter((e) => e.length > 0));
					}(t).has(r);
				}
				t.sendProxyResponse = function(e, t) {
					var r, s, a, c;
					return n(this, void 0, void 0, function* () {
						const n = (0, l.nonNullProp)(y, e);
						delete y[e];
						const u = t.headers.get("connection");
						for (const [e, r] of t.headers.entries()) v(e, u) && n.setHeader(e, r);
						if (n.setHeader(m, e), n.statusCode = t.status, t.cookies.length > 0 && function(e, t) {
							const r = e.cookies.map((e) => {
								let t;
								switch (e.sameSite) {
									case "Lax":
										t = "lax";
										break;
									case "None":
										t = "none";
										break;
									case "Strict":
										t = "strict";
										break;
									default: t = e.sameSite;
								}
								return (0, i.serialize)(e.name, e.value, {
									domain: e.domain,
									path: e.path,
									expires: "number" == typeof e.expires ? new Date(e.expires) : e.expires,
									secure: e.secure,
									httpOnly: e.httpOnly,
									sameSite: t,
									maxAge: e.maxAge
								});
							});
							t.setHeader("Set-Cookie", r);
						}(t, n), t.body) try {
							for (var p, f = !0, d = o(t.body.values()); p = yield d.next(), !(r = p.done);) {
								c = p.value, f = !1;
								try {
									const e = c;
									n.write(e);
								} finally {
									f = !0;
								}
							}
						} catch (e) {
							s = { error: e };
						} finally {
							try {
								f || r || !(a = d.return) || (yield a.call(d));
							} finally {
								if (s) throw s.error;
							}
						}
						n.end();
					});
				}, t.isAllowedProxyResponseHeader = v, t.setupHttpProxy = function() {
					return n(this, void 0, void 0, function* () {
						return new Promise((e, t) => {
							const r = a.createServer();
							r.on("request", (e, t) => {
								const r = e.headers[m];
								"string" == typeof r ? (d[r] = e, y[r] = t, h.emit(r)) : (0, f.workerSystemLog)("error", `Http proxy request missing header ${m}`);
							}), r.on("error", (e) => {
								e = (0, u.ensureErrorType)(e), (0, f.workerSystemLog)("error", `Http proxy error: ${(0, p.sanitizeErrorString)(e.stack || e.message)}`);
							}), r.listen(() => {
								const n = r.address();
								null !== n && "object" == typeof n ? 0 === n.port ? ((0, f.workerSystemLog)("debug", "Port 0 assigned. Finding open port."), function(e) {
									const t = c.createServer();
									(function r(n) {
										if (n > 55025) throw new u.AzFuncSystemError("No available ports found between 55000 and 55025. To enable HTTP streaming, please open a port in this range.");
										t.once("error", () => {
											r(n + 1);
										}), t.once("listening", () => {
											const r = t.address();
											null !== r && "object" == typeof r && (n = r.port, t.close(), e(n));
										}), t.listen(n);
									})(55e3);
								}((t) => {
									r.close(), r.listen(t, () => {
										(0, f.workerSystemLog)("debug", `Server is now listening on found open port: ${t}`);
									}), e(`http://localhost:${t}/`);
								})) : ((0, f.workerSystemLog)("debug", `Auto-assigned port is valid. Port: ${n.port}`), e(`http://localhost:${n.port}/`)) : t(new u.AzFuncSystemError("Unexpected server address during http proxy setup"));
							}), r.on("close", () => {
								(0, f.workerSystemLog)("information", "Http proxy closing");
							});
						});
					});
				};
			},
			8156(e, t, r) {
				Object.defineProperty(t, "__esModule", { value: !0 }), t.MySqlChangeOperation = t.SqlChangeOperation = t.CosmosDBv4ChangeFeedMode = t.CosmosDBChangeFeedMode = t.arg = t.McpContent = t.Disposable = t.trigger = t.output = t.PromptInvocationContext = t.McpToolResponse = t.McpTextContent = t.McpResourceLinkContent = t.McpResourceContent = t.McpImageContent = t.McpContentBlock = t.McpAudioContent = t.promptArg = t.InvocationContext = t.input = t.HttpResponse = t.HttpRequest = t.PreInvocationContext = t.PostInvocationContext = t.LogHookContext = t.InvocationHookContext = t.HookContext = t.AppTerminateContext = t.AppStartContext = t.app = void 0, t.app = r(1859);
				var n = r(7531);
				Object.defineProperty(t, "AppStartContext", {
					enumerable: !0,
					get: function() {
						return n.AppStartContext;
					}
				});
				var o = r(4586);
				Object.defineProperty(t, "AppTerminateContext", {
					enumerable: !0,
					get: function() {
						return o.AppTerminateContext;
					}
				});
				var i = r(5789);
				Object.defineProperty(t, "HookContext", {
					enumerable: !0,
					get: function() {
						return i.HookContext;
					}
				});
				var s = r(9463);
				Object.defineProperty(t, "InvocationHookContext", {
					enumerable: !0,
					get: function() {
						return s.InvocationHookContext;
					}
				});
				var a = r(5407);
				Object.defineProperty(t, "LogHookContext", {
					enumerable: !0,
					get: function() {
						return a.LogHookContext;
					}
				});
				var c = r(7508);
				Object.defineProperty(t, "PostInvocationContext", {
					enumerable: !0,
					get: function() {
						return c.PostInvocationContext;
					}
				});
				var u = r(8561);
				Object.defineProperty(t, "PreInvocationContext", {
					enumerable: !0,
					get: function() {
						return u.PreInvocationContext;
					}
				});
				var p = r(7992);
				Object.defineProperty(t, "HttpRequest", {
					enumerable: !0,
					get: function() {
						return p.HttpRequest;
					}
				});
				var l = r(8950);
				Object.defineProperty(t, "HttpResponse", {
					enumerable: !0,
					get: function() {
						return l.HttpResponse;
					}
				}), t.input = r(4788);
				var f = r(8157);
				Object.defineProperty(t, "InvocationContext", {
					enumerable: !0,
					get: function() {
						return f.InvocationContext;
					}
				});
				var d = r(9855);
				Object.defineProperty(t, "promptArg", {
					enumerable: !0,
					get: function() {
						return d.promptArg;
					}
				});
				var y = r(8642);
				Object.defineProperty(t, "McpAudioContent", {
					enumerable: !0,
					get: function() {
						return y.McpAudioContent;
					}
				}), Object.defineProperty(t, "McpContentBlock", {
					enumerable: !0,
					get: function() {
						return y.McpContentBlock;
					}
				}), Object.defineProperty(t, "McpImageContent", {
					enumerable: !0,
					get: function() {
						return y.McpImageContent;
					}
				}), Object.defineProperty(t, "McpResourceContent", {
					enumerable: !0,
					get: function() {
						return y.McpResourceContent;
					}
				}), Object.defineProperty(t, "McpResourceLinkContent", {
					enumerable: !0,
					get: function() {
						return y.McpResourceLinkContent;
					}
				}), Object.defineProperty(t, "McpTextContent", {
					enumerable: !0,
					get: function() {
						return y.McpTextContent;
					}
				}), Object.defineProperty(t, "McpToolResponse", {
					enumerable: !0,
					get: function() {
						return y.McpToolResponse;
					}
				});
				var g = r(9572);
				Object.defineProperty(t, "PromptInvocationContext", {
					enumerable: !0,
					get: function() {
						return g.PromptInvocationContext;
					}
				}), t.output = r(811), t.trigger = r(2888);
				var h = r(1898);
				Object.defineProperty(t, "Disposable", {
					enumerable: !0,
					get: function() {
						return h.Disposable;
					}
				});
				var m = r(6199);
				Object.defineProperty(t, "McpContent", {
					enumerable: !0,
					get: function() {
						return m.McpContent;
					}
				});
				var v, b, w, P = r(7175);
				Object.defineProperty(t, "arg", {
					enumerable: !0,
					get: function() {
						return P.arg;
					}
				}), function(e) {
					e.LatestVersion = "LatestVersion", e.AllVersionsAndDeletes = "AllVersionsAndDeletes";
				}(v = t.CosmosDBChangeFeedMode || (t.CosmosDBChangeFeedMode = {})), t.CosmosDBv4ChangeFeedMode = v, (w = t.SqlChangeOperation || (t.SqlChangeOperation = {}))[w.Insert = 0] = "Insert", w[w.Update = 1] = "Update", w[w.Delete = 2] = "Delete", (b = t.MySqlChangeOperation || (t.MySqlChangeOperation = {}))[b.Update = 0] = "Update";
			},
			4788(e, t, r) {
				var n = this && this.__rest || function(e, t) {
					var r = {};
					for (var n in e) Object.prototype.hasOwnProperty.call(e, n) && t.indexOf(n) < 0 && (r[n] = e[n]);
					if (null != e && "function" == typeof Object.getOwnPropertySymbols) {
						var o = 0;
						for (n = Object.getOwnPropertySymbols(e); o < n.length; o++) t.indexOf(n[o]) < 0 && Object.prototype.propertyIsEnumerable.call(e, n[o]) && (r[n[o]] = e[n[o]]);
					}
					return r;
				};
				Object.defineProperty(t, "__esModule", { value: !0 }), t.generic = t.webPubSubContext = t.webPubSubConnection = t.mySql = t.sql = t.cosmosDB = t.table = t.storageBlob = void 0;
				const o = r(6693);
				function i(e) {
					return (0, o.addBindingName)(e, "Input");
				}
				t.storageBlob = function(e) {
					return i(Object.assign(Object.assign({}, e), { type: "blob" }));
				}, t.table = function(e) {
					return i(Object.assign(Object.assign({}, e), { type: "table" }));
				}, t.cosmosDB = function(e) {
					return i(Object.assign(Object.assign({}, e), { type: "cosmosDB" }));
				}, t.sql = function(e) {
					return i(Object.assign(Object.assign({}, e), { type: "sql" }));
				}, t.mySql = function(e) {
					return i(Object.assign(Object.assign({}, e), { type: "mysql" }));
				}, t.webPubSubConnection = function(e) {
					return i(Object.assign(Object.assign({}, e), { type: "webPubSubConnection" }));
				}, t.webPubSubContext = function(e) {
					var t;
					const { connection: r } = e, o = n(e, ["connection"]);
					return i(Object.assign(Object.assign({}, o), {
						connections: null !== (t = o.connections) && void 0 !== t ? t : r ? [r] : void 0,
						type: "webPubSubContext"
					}));
				}, t.generic = function(e) {
					return i(e);
				};
			},
			9855(e, t) {
				Object.defineProperty(t, "__esModule", { value: !0 }), t.promptArg = t.McpPromptArgumentBuilder = void 0;
				class r {
					constructor() {
						this._required = !1;
					}
					describe(e) {
						return this._description = e, this;
					}
					isRequired() {
						return this._required = !0, this;
					}
					toPromptArgument(e) {
						return {
							name: e,
							description: this._description,
							required: this._required
						};
					}
				}
				t.McpPromptArgumentBuilder = r, t.promptArg = { describe: (e) => new r().describe(e) };
			},
			8642(e, t) {
				function r(e) {
					if ("string" == typeof e) return e;
					if (Buffer.isBuffer(e)) return e.toString("base64");
					if (ArrayBuffer.isView(e)) {
						const t = new Uint8Array(e.buffer, e.byteOffset, e.byteLength);
						return Buffer.from(t).toString("base64");
					}
					return Buffer.from(new Uint8Array(e)).toString("base64");
				}
				Object.defineProperty(t, "__esModule", { value: !0 }), t.McpToolResponse = t.McpResourceContent = t.McpResourceLinkContent = t.McpAudioContent = t.McpImageContent = t.McpTextContent = t.McpContentBlock = void 0;
				class n {}
				t.McpContentBlock = n, t.McpTextContent = class extends n {
					constructor(e) {
						super(), this.type = "text", this.text = e;
					}
					toJSON() {
						return {
							type: this.type,
							text: this.text
						};
					}
				}, t.McpImageContent = class extends n {
					constructor(e) {
						super(), this.type = "image", this.data = e.data, this.mimeType = e.mimeType;
					}
					toJSON() {
						const e = {
							type: this.type,
							data: r(this.data)
						};
						return void 0 !== this.mimeType && (e.mimeType = this.mimeType), e;
					}
				}, t.McpAudioContent = class extends n {
					constructor(e) {
						super(), this.type = "audio", this.data = e.data, this.mimeType = e.mimeType;
					}
					toJSON() {
						const e = {
							type: this.type,
							data: r(this.data)
						};
						return void 0 !== this.mimeType && (e.mimeType = this.mimeType), e;
					}
				}, t.McpResourceLinkContent = class extends n {
					constructor(e) {
						super(), this.type = "resource_link", this.uri = e.uri, this.name = e.name, this.description = e.description, this.mimeType = e.mimeType;
					}
					toJSON() {
						const e = {
							type: this.type,
							uri: this.uri
						};
						return void 0 !== this.name && (e.name = this.name), void 0 !== this.description && (e.description = this.description), void 0 !== this.mimeType && (e.mimeType = this.mimeType), e;
					}
				}, t.McpResourceContent = class extends n {
					constructor(e) {
						super(), this.type = "resource", this.resource = e.resource;
					}
					toJSON() {
						const e = this.resource, t = { uri: e.uri };
						return void 0 !== e.mimeType && (t.mimeType = e.mimeType), void 0 !== e.text && (t.text = e.text), void 0 !== e.blob && (t.blob = r(e.blob)), {
							type: this.type,
							resource: t
						};
					}
				}, t.McpToolResponse = class {
					constructor(e) {
						this.content = e.content, this.structuredContent = e.structuredContent, this.isError = e.isError;
					}
				};
			},
			9572(e, t) {
				Object.defineProperty(t, "__esModule", { value: !0 }), t.PromptInvocationContext = void 0, t.PromptInvocationContext = class {
					constructor(e) {
						var t;
						let r = {};
						if ("string" == typeof e) try {
							const t = JSON.parse(e);
							t && "object" == typeof t && (r = t);
						} catch (e) {
							r = {};
						}
						else e && "object" == typeof e && (r = e);
						this.name = "string" == typeof r.name ? r.name : "";
						const n = r.arguments;
						if (n && "object" == typeof n && !Array.isArray(n)) {
							const e = {};
							for (const [t, r] of Object.entries(n)) e[t] = "string" == typeof r ? r : null == r ? "" : String(r);
							this.arguments = e;
						} else this.arguments = {};
						const o = null !== (t = r.sessionId) && void 0 !== t ? t : r.sessionid;
						this.sessionId = "string" == typeof o ? o : void 0;
						const i = r.transport;
						this.transport = i && "object" == typeof i && !Array.isArray(i) ? i : void 0;
					}
				};
			},
			5665(e, t) {
				t.warnIfLooksLikeMcpSdkValue = void 0;
				let r = !1;
				t.warnIfLooksLikeMcpSdkValue = function(e, t) {
					!r && t && function(e) {
						if (!e || "object" != typeof e) return !1;
						const t = e;
						return !!Array.isArray(t.content) || "string" == typeof t.type && ("text" in t || "data" in t || "uri" in t || "resource" in t);
					}(e) && (r = !0, t.warn("[@azure/functions] Tool handler return value appears to use types from `@modelcontextprotocol/sdk` (e.g. `CallToolResult`, `TextContent`, `ImageContent`). These types are not supported directly and will be serialized as plain text. Use the equivalent classes from `@azure/functions` instead — `McpToolResponse`, `McpTextContent`, `McpImageContent`, etc. See the `McpContentBlock` JSDoc for custom content block examples."));
				};
			},
			811(e, t, r) {
				Object.defineProperty(t, "__esModule", { value: !0 }), t.generic = t.webPubSub = t.mySql = t.sql = t.cosmosDB = t.eventGrid = t.eventHub = t.serviceBusTopic = t.serviceBusQueue = t.storageQueue = t.table = t.storageBlob = t.http = void 0;
				const n = r(6693);
				function o(e) {
					return (0, n.addBindingName)(e, "Output");
				}
				t.http = function(e) {
					return o(Object.assign(Object.assign({}, e), { type: "http" }));
				}, t.storageBlob = function(e) {
					return o(Object.assign(Object.assign({}, e), { type: "blob" }));
				}, t.table = function(e) {
					return o(Object.assign(Object.assign({}, e), { type: "table" }));
				}, t.storageQueue = function(e) {
					return o(Object.assign(Object.assign({}, e), { type: "queue" }));
				}, t.serviceBusQueue = function(e) {
					return o(Object.assign(Object.assign({}, e), { type: "serviceBus" }));
				}, t.serviceBusTopic = function(e) {
					return o(Object.assign(Object.assign({}, e), { type: "serviceBus" }));
				}, t.eventHub = function(e) {
					return o(Object.assign(Object.assign({}, e), { type: "eventHub" }));
				}, t.eventGrid = function(e) {
					return o(Object.assign(Object.assign({}, e), { type: "eventGrid" }));
				}, t.cosmosDB = function(e) {
					return o(Object.assign(Object.assign({}, e), { type: "cosmosDB" }));
				}, t.sql = function(e) {
					return o(Object.assign(Object.assign({}, e), { type: "sql" }));
				}, t.mySql = function(e) {
					return o(Object.assign(Object.assign({}, e), { type: "mysql" }));
				}, t.webPubSub = function(e) {
					return o(Object.assign(Object.assign({}, e), { type: "webPubSub" }));
				}, t.generic = function(e) {
					return o(e);
				};
			},
			337(e, t, r) {
				Object.defineProperty(t, "__esModule", { value: !0 }), t.setup = t.capabilities = t.enableHttpStream = t.lockSetup = void 0;
				const n = r(725), o = r(9168), i = r(3476), s = r(4893);
				let a = !1;
				t.lockSetup = function() {
					a = !0;
				}, t.enableHttpStream = !1, t.capabilities = {}, t.setup = function(e) {
					if (a) throw new n.AzFuncSystemError("Setup options can't be changed after app startup has finished.");
					if (e.enableHttpStream) {
						const e = (0, i.tryGetCoreApiLazy)();
						if (e && !e.log) throw new n.AzFuncSystemError("HTTP streaming requires Azure Functions Host v4.28 or higher.");
					}
					if ((0, o.isDefined)(e.enableHttpStream) && (t.enableHttpStream = e.enableHttpStream), e.capabilities) for (let [r, n] of Object.entries(e.capabilities)) (0, o.isDefined)(n) && (n = String(n), (0, s.workerSystemLog)("debug", `Capability ${r} set to ${n}.`), t.capabilities[r] = n);
					t.enableHttpStream && (0, s.workerSystemLog)("debug", "HTTP streaming enabled.");
				};
			},
			2888(e, t, r) {
				var n = this && this.__rest || function(e, t) {
					var r = {};
					for (var n in e) Object.prototype.hasOwnProperty.call(e, n) && t.indexOf(n) < 0 && (r[n] = e[n]);
					if (null != e && "function" == typeof Object.getOwnPropertySymbols) {
						var o = 0;
						for (n = Object.getOwnPropertySymbols(e); o < n.length; o++) t.indexOf(n[o]) < 0 && Object.prototype.propertyIsEnumerable.call(e, n[o]) && (r[n[o]] = e[n[o]]);
					}
					return r;
				};
				Object.defineProperty(t, "__esModule", { value: !0 }), t.generic = t.connectorTrigger = t.mcpPrompt = t.mcpResource = t.mcpTool = t.webPubSub = t.mySql = t.sql = t.warmup = t.cosmosDB = t.eventGrid = t.eventHub = t.serviceBusTopic = t.serviceBusQueue = t.storageQueue = t.storageBlob = t.timer = t.http = void 0;
				const o = r(6693), i = r(5111), s = r(8329), a = r(5571);
				function c(e) {
					return (0, o.addBindingName)(e, "Trigger");
				}
				t.http = function(e) {
					return c(Object.assign(Object.assign({}, e), {
						authLevel: e.authLevel || "anonymous",
						methods: e.methods || ["GET", "POST"],
						type: "httpTrigger"
					}));
				}, t.timer = function(e) {
					return c(Object.assign(Object.assign({}, e), { type: "timerTrigger" }));
				}, t.storageBlob = function(e) {
					return c(Object.assign(Object.assign({}, e), { type: "blobTrigger" }));
				}, t.storageQueue = function(e) {
					return c(Object.assign(Object.assign({}, e), { type: "queueTrigger" }));
				}, t.serviceBusQueue = function(e) {
					return c(Object.assign(Object.assign({}, e), { type: "serviceBusTrigger" }));
				}, t.serviceBusTopic = function(e) {
					return c(Object.assign(Object.assign({}, e), { type: "serviceBusTrigger" }));
				}, t.eventHub = function(e) {
					return c(Object.assign(Object.assign({}, e), { type: "eventHubTrigger" }));
				}, t.eventGrid = function(e) {
					return c(Object.assign(Object.assign({}, e), { type: "eventGridTrigger" }));
				}, t.cosmosDB = function(e) {
					return c(Object.assign(Object.assign({}, e), { type: "cosmosDBTrigger" }));
				}, t.warmup = function(e) {
					return c(Object.assign(Object.assign({}, e), { type: "warmupTrigger" }));
				}, t.sql = function(e) {
					return c(Object.assign(Object.assign({}, e), { type: "sqlTrigger" }));
				}, t.mySql = function(e) {
					return c(Object.assign(Object.assign({}, e), { type: "mysqlTrigger" }));
				}, t.webPubSub = function(e) {
					var t;
					const { connection: r } = e, o = n(e, ["connection"]);
					return c(Object.assign(Object.assign({}, o), {
						connections: null !== (t = o.connections) && void 0 !== t ? t : r ? [r] : void 0,
						type: "webPubSubTrigger"
					}));
				}, t.mcpTool = function(e) {
					return c(Object.assign(Object.assign({}, (0, a.converToMcpToolTriggerOptionsToRpc)(e)), { type: "mcpToolTrigger" }));
				}, t.mcpResource = function(e) {
					return c(Object.assign(Object.assign({}, (0, s.convertToMcpResourceTriggerOptionsToRpc)(e)), { type: "mcpResourceTrigger" }));
				}, t.mcpPrompt = function(e) {
					return c(Object.assign(Object.assign({}, (0, i.convertToMcpPromptTriggerOptionsToRpc)(e)), { type: "mcpPromptTrigger" }));
				}, t.connectorTrigger = function(e) {
					return c(Object.assign(Object.assign({}, e), { type: "connectorTrigger" }));
				}, t.generic = function(e) {
					return c(e);
				};
			},
			1898(e, t) {
				var r, n = this && this.__classPrivateFieldSet || function(e, t, r, n, o) {
					if ("m" === n) throw new TypeError("Private method is not writable");
					if ("a" === n && !o) throw new TypeError("Private accessor was defined without a setter");
					if ("function" == typeof t ? e !== t || !o : !t.has(e)) throw new TypeError("Cannot write private member to an object whose class did not declare it");
					return "a" === n ? o.call(e, r) : o ? o.value = r : t.set(e, r), r;
				}, o = this && this.__classPrivateFieldGet || function(e, t, r, n) {
					if ("a" === r && !n) throw new TypeError("Private accessor was defined without a getter");
					if ("function" == typeof t ? e !== t || !n : !t.has(e)) throw new TypeError("Cannot read private member from an object whose class did not declare it");
					return "m" === r ? n : "a" === r ? n.call(e) : n ? n.value : t.get(e);
				};
				Object.defineProperty(t, "__esModule", { value: !0 }), t.Disposable = void 0;
				class i {
					static from(...e) {
						let t = e;
						return new i(function() {
							if (t) {
								for (const e of t) e && "function" == typeof e.dispose && e.dispose();
								t = void 0;
							}
						});
					}
					constructor(e) {
						r.set(this, void 0), n(this, r, e, "f");
					}
					dispose() {
						"function" == typeof o(this, r, "f") && (o(this, r, "f").call(this), n(this, r, void 0, "f"));
					}
				}
				t.Disposable = i, r = /* @__PURE__ */ new WeakMap();
			},
			5230(e, t) {
				t.stringifySanitizedErrorObject = t.sanitizeErrorString = void 0;
				const r = "[Hidden Credential]", n = [
					"password",
					"pwd",
					"key",
					"secret",
					"token",
					"sas"
				], o = [
					"Token=",
					"DefaultEndpointsProtocol=http",
					"AccountKey=",
					"Data Source=",
					"Server=",
					"Password=",
					"pwd=",
					"&amp;sig=",
					"&sig=",
					"?sig=",
					"SharedAccessKey=",
					"&amp;code=",
					"&code=",
					"?code=",
					"/code=",
					"key="
				], i = /\b([a-zA-Z]+):\/\/([^:/\s]+):([^@/\s]+)@([^:/\s]+):([0-9]+)\b/g;
				function s(e) {
					if (!e) return e;
					let t = e;
					for (const e of o) t = a(t, e);
					return t.replace(i, r);
				}
				function a(e, t) {
					const n = e.toLowerCase(), o = t.toLowerCase();
					let i = n.indexOf(o);
					if (-1 === i) return e;
					let s = "", a = 0;
					for (; -1 !== i;) {
						const t = c(e, i);
						s += e.substring(a, i) + r, a = t, i = n.indexOf(o, a);
					}
					return s + e.substring(a);
				}
				function c(e, t) {
					const r = e.substring(t).search(/[<"'\r\n]/);
					return -1 === r ? e.length : t + r;
				}
				t.sanitizeErrorString = s, t.stringifySanitizedErrorObject = function(e) {
					const t = /* @__PURE__ */ new WeakSet();
					return JSON.stringify(e, (e, o) => {
						if (i = e, n.some((e) => i.toLowerCase().includes(e))) return r;
						var i;
						if ("string" == typeof o) return s(o);
						if ("bigint" == typeof o) return o.toString();
						if ("object" == typeof o && null !== o) {
							if (t.has(o)) return "[Circular]";
							t.add(o);
						}
						return o;
					});
				};
			},
			5396(e, t) {
				t.fallbackLogHandler = void 0, t.fallbackLogHandler = function(e, ...t) {
					switch (e) {
						case "trace":
							console.trace(...t);
							break;
						case "debug":
							console.debug(...t);
							break;
						case "information":
							console.info(...t);
							break;
						case "warning":
							console.warn(...t);
							break;
						case "critical":
						case "error":
							console.error(...t);
							break;
						default: console.log(...t);
					}
				};
			},
			4169(e, t, r) {
				t.getStringHash = void 0;
				const n = r(5511);
				t.getStringHash = function(e, t = 10) {
					return n.createHash("sha256").update(e).digest("hex").slice(0, t);
				};
			},
			9898(e, t) {
				t.isMcpPromptTrigger = t.isMcpToolTrigger = t.isTimerTrigger = t.isHttpTrigger = t.isTrigger = void 0, t.isTrigger = function(e) {
					return !!e && /trigger$/i.test(e);
				}, t.isHttpTrigger = function(e) {
					return "httptrigger" === (null == e ? void 0 : e.toLowerCase());
				}, t.isTimerTrigger = function(e) {
					return "timertrigger" === (null == e ? void 0 : e.toLowerCase());
				}, t.isMcpToolTrigger = function(e) {
					return "mcptooltrigger" === (null == e ? void 0 : e.toLowerCase());
				}, t.isMcpPromptTrigger = function(e) {
					return "mcpprompttrigger" === (null == e ? void 0 : e.toLowerCase());
				};
			},
			6199(e, t) {
				Object.defineProperty(t, "__esModule", { value: !0 }), t.shouldCreateStructuredContentMarker = t.hasMcpContentMarker = t.McpContent = void 0;
				const r = Symbol("__mcp_content__");
				function n(e) {
					return null != e && ("function" == typeof e ? "object" == typeof e.prototype && null !== e.prototype && r in e.prototype : "object" == typeof e && r in e);
				}
				t.McpContent = function(e) {
					const t = (e) => (Object.defineProperty(e.prototype, r, {
						value: !0,
						writable: !1,
						enumerable: !1,
						configurable: !1
					}), e);
					return void 0 === e ? t : t(e);
				}, t.hasMcpContentMarker = n, t.shouldCreateStructuredContentMarker = function(e) {
					return null != e && "string" != typeof e && "number" != typeof e && "boolean" != typeof e && !Array.isArray(e) && !(e instanceof Date || e instanceof RegExp || e instanceof ArrayBuffer || ArrayBuffer.isView(e) || Buffer.isBuffer(e) || e instanceof Set || e instanceof Map) && n(e);
				};
			},
			9168(e, t, r) {
				t.isDefined = t.copyPropIfDefined = t.nonNullValue = t.nonNullProp = void 0;
				const n = r(725);
				function o(e, t) {
					if (null == e) throw new n.AzFuncSystemError("Internal error: Expected value to be neither null nor undefined" + (t ? `: ${t}` : ""));
					return e;
				}
				t.nonNullProp = function(e, t) {
					return o(e[t], t);
				}, t.nonNullValue = o, t.copyPropIfDefined = function(e, t, r) {
					null !== e[r] && void 0 !== e[r] && (t[r] = e[r]);
				}, t.isDefined = function(e) {
					return null != e;
				};
			},
			7175(e, t) {
				Object.defineProperty(t, "__esModule", { value: !0 }), t.normalizeToolProperties = t.isToolProperties = t.convertToolProperties = t.arg = t.ToolPropertyBuilder = void 0;
				class r {
					constructor() {
						this.property = {};
					}
					get propertyName() {
						return this.property.propertyName || "";
					}
					get propertyType() {
						if (!this.property.propertyType) throw new Error("Property type must be specified (use .string(), .number(), etc.)");
						return this.property.propertyType;
					}
					get description() {
						return this.property.description || "";
					}
					get isRequired() {
						var e;
						return null === (e = this.property.isRequired) || void 0 === e || e;
					}
					get isArray() {
						var e;
						return null !== (e = this.property.isArray) && void 0 !== e && e;
					}
					string() {
						return this.property.propertyType = "string", this;
					}
					double() {
						return this.property.propertyType = "number", this;
					}
					long() {
						return this.property.propertyType = "number", this;
					}
					number() {
						return this.property.propertyType = "number", this;
					}
					boolean() {
						return this.property.propertyType = "boolean", this;
					}
					object() {
						return this.property.propertyType = "object", this;
					}
					integer() {
						return this.property.propertyType = "integer", this;
					}
					datetime() {
						return this.property.propertyType = "string", this;
					}
					describe(e) {
						return this.property.description = e, this;
					}
					optional() {
						return this.property.isRequired = !1, this;
					}
					asArray() {
						return this.property.isArray = !0, this;
					}
				}
				function n(e) {
					return Object.entries(e).map(([e, t]) => {
						var r, n;
						return {
							propertyName: e,
							propertyType: t.propertyType,
							description: t.description || "",
							isRequired: null === (r = t.isRequired) || void 0 === r || r,
							isArray: null !== (n = t.isArray) && void 0 !== n && n
						};
					});
				}
				function o(e) {
					return "object" == typeof e && null !== e && !Array.isArray(e) && Object.values(e).every((e) => "object" == typeof e && null !== e && "propertyType" in e && "description" in e && "isRequired" in e && "isArray" in e);
				}
				t.ToolPropertyBuilder = r, t.arg = {
					string: () => new r().string(),
					integer: () => new r().integer(),
					number: () => new r().number(),
					long: () => new r().long(),
					double: () => new r().double(),
					boolean: () => new r().boolean(),
					datetime: () => new r().datetime(),
					object: () => new r().object()
				}, t.convertToolProperties = n, t.isToolProperties = o, t.normalizeToolProperties = function(e) {
					if (e) {
						if (Array.isArray(e)) return e.forEach((e, t) => {
							(function(e, t) {
								const r = t ? ` for property '${t}'` : "";
								if (!e.propertyType || "" === e.propertyType.trim()) throw new Error(`Property type is required${r}`);
								void 0 !== e.description && null !== e.description || (e.description = "");
							})(e, e.propertyName || `index ${t}`);
						}), e;
						if (o(e)) return n(e);
						throw new Error("Invalid tool properties format");
					}
				};
			},
			3476(e, t, r) {
				let n;
				t.tryGetCoreApiLazy = void 0, t.tryGetCoreApiLazy = function() {
					if (void 0 === n) try {
						n = r(8789);
					} catch (e) {
						n = null;
					}
					return n;
				};
			},
			4893(e, t, r) {
				t.workerSystemLog = void 0;
				const n = r(8354), o = r(5396), i = r(3476);
				t.workerSystemLog = function(e, ...t) {
					const r = (0, i.tryGetCoreApiLazy)();
					r && r.log ? r.log(e, "system", (0, n.format)(...t)) : (0, o.fallbackLogHandler)(e, ...t);
				};
			},
			8789(e) {
				e.exports = require("@azure/functions-core");
			},
			6490(e) {
				e.exports = require_azure_functions_extensions_base();
			},
			5096(e) {
				e.exports = require_cookie();
			},
			5511(e) {
				e.exports = require("crypto");
			},
			4735(e) {
				e.exports = require("events");
			},
			1630(e) {
				e.exports = require("http");
			},
			1645(e) {
				e.exports = require("net");
			},
			9551(e) {
				e.exports = require("url");
			},
			8354(e) {
				e.exports = require("util");
			}
		};
		const t = {};
		module.exports = function r(n) {
			const o = t[n];
			if (void 0 !== o) return o.exports;
			const i = t[n] = { exports: {} };
			return e[n].call(i.exports, i, i.exports, r), i.exports;
		}(8156);
	})();
})))();
/** From what a record holds, or for a test's clock. */
function wallTime(at) {
	return new Date(at);
}
// automation/domain/instant.ts
/**
* A point on a clock that nobody can set: for rests, deadlines and every wait that safety depends on. It means nothing in another process or
* after a restart, and holds no number that could be compared with a wall time.
*/
var Instant = class Instant {
	#milliseconds;
	constructor(milliseconds) {
		this.#milliseconds = milliseconds;
	}
	/** `milliseconds`: since any one moment, the same for all instants of a clock. For implementations of `Clock`. */
	static at(milliseconds) {
		return new Instant(milliseconds);
	}
	/** Elapsed milliseconds from `earlier` to this; negative where this came first. */
	since(earlier) {
		return this.#milliseconds - earlier.#milliseconds;
	}
	/** The instant that is `milliseconds` later. */
	plus(milliseconds) {
		return new Instant(this.#milliseconds + milliseconds);
	}
};
// automation/lib/timer.ts
/** Node's timers stand still while the machine is suspended: a sleep looks again so often, in milliseconds. */
const sliceMs = 1e3;
/** A smaller difference of the two counts is their resolution, not a suspension, in milliseconds. */
const resolutionMs = 250;
/** By counts that nobody sets. Never goes back, and includes the time for which the machine was suspended (ADR 21). */
function createTimer({ running, up }) {
	const [runningAt, upAt] = [running(), up()];
	let suspendedMs = 0;
	const now = () => {
		const run = running() - runningAt;
		const gap = up() - upAt - run;
		if (gap > suspendedMs + resolutionMs) suspendedMs = gap;
		return run + suspendedMs;
	};
	return {
		monotonic: () => Instant.at(now()),
		async sleep(milliseconds, signal) {
			signal?.throwIfAborted();
			const end = now() + milliseconds;
			try {
				for (let left = milliseconds;; left = end - now()) {
					await (0, node_timers_promises.setTimeout)(Math.min(Math.max(0, left), sliceMs), void 0, signal === void 0 ? {} : { signal });
					if (now() >= end) return;
				}
			} catch (error) {
				signal?.throwIfAborted();
				throw error;
			}
		}
	};
}
/** This machine's. */
const systemTimer = createTimer({
	running: () => node_perf_hooks.performance.now(),
	up: () => (0, node_os.uptime)() * 1e3
});
// automation/adapters/system-clock.ts
/** The machine's own time. */
const systemClock = {
	...systemTimer,
	now: () => wallTime(/* @__PURE__ */ new Date())
};
// node_modules/zod/v4/core/util.js
function getEnumValues(entries) {
	const numericValues = Object.values(entries).filter((v) => typeof v === "number");
	return Object.entries(entries).filter(([k, _]) => numericValues.indexOf(+k) === -1).map(([_, v]) => v);
}
function joinValues(array, separator = "|") {
	return array.map((val) => stringifyPrimitive(val)).join(separator);
}
function jsonStringifyReplacer(_, value) {
	if (typeof value === "bigint") return value.toString();
	return value;
}
var Cached = class {
	constructor(getter) {
		this._getter = getter;
		this._value = void 0;
	}
	get value() {
		const getter = this._getter;
		if (getter !== void 0) {
			this._value = getter();
			this._getter = void 0;
		}
		return this._value;
	}
};
function cached(getter) {
	return new Cached(getter);
}
function nullish(input) {
	return input === null || input === void 0;
}
function cleanRegex(source) {
	const start = source.startsWith("^") ? 1 : 0;
	const end = source.endsWith("$") ? source.length - 1 : source.length;
	return source.slice(start, end);
}
function floatSafeRemainder(val, step) {
	const ratio = val / step;
	const roundedRatio = Math.round(ratio);
	const tolerance = 4 * Number.EPSILON * Math.max(Math.abs(ratio), 1);
	if (Math.abs(ratio - roundedRatio) < tolerance) return 0;
	return ratio - roundedRatio;
}
function assignProp(target, prop, value) {
	Object.defineProperty(target, prop, {
		value,
		writable: true,
		enumerable: true,
		configurable: true
	});
}
/**
* Whichever object a def's `shape` currently answers from: the one the caller passed until the first read, the frozen copy after it.
*
* Its keys and descriptors read without invoking anything, which is what lets a discriminated union check its discriminator, and the cycle walk read a shape, without resolving a getter that references the schema being constructed. A def that answers `shape` from an accessor of its own has none.
*/
function rawShape(def) {
	const desc = Object.getOwnPropertyDescriptor(def, "shape");
	return desc?.get ? desc.get.raw : desc?.value;
}
function sourceShape(schema) {
	return rawShape(schema._zod.def) ?? schema._zod.def.shape;
}
function deferProp(target, key, getter) {
	Object.defineProperty(target, key, {
		get() {
			const value = getter();
			assignProp(this, key, value);
			return value;
		},
		enumerable: true,
		configurable: true
	});
}
function putProp(target, key, value) {
	if (key in target) assignProp(target, key, value);
	else target[key] = value;
}
/**
* Copies `keys` of `source`'s shape onto `target`, each value passed through `wrap`.
*
* A key the source has resolved is copied through now, so the derived shape states it outright and nothing has to resolve it to learn what it holds. A key the source still defers stays deferred, and reads back through the source's own `shape`, so it resolves once and both shapes get that one schema.
*/
function mirrorShape(target, source, keys, wrap) {
	const raw = sourceShape(source);
	for (const key of keys) {
		const desc = Object.getOwnPropertyDescriptor(raw, key);
		if (!desc.enumerable) continue;
		if (desc.get) deferProp(target, key, () => {
			const value = source._zod.def.shape[key];
			return wrap ? wrap(value, key) : value;
		});
		else putProp(target, key, wrap ? wrap(desc.value, key) : desc.value);
	}
}
function mirrorProps(target, source) {
	for (const key of Reflect.ownKeys(source)) {
		const desc = Object.getOwnPropertyDescriptor(source, key);
		if (!desc.enumerable) continue;
		if (desc.get) deferProp(target, key, () => source[key]);
		else putProp(target, key, desc.value);
	}
}
function mergeDefs(...defs) {
	const mergedDescriptors = {};
	for (const def of defs) {
		const descriptors = Object.getOwnPropertyDescriptors(def);
		Object.assign(mergedDescriptors, descriptors);
	}
	return Object.defineProperties({}, mergedDescriptors);
}
function esc(str) {
	return JSON.stringify(str);
}
function slugify(input) {
	return input.toLowerCase().trim().replace(/[^\w\s-]/g, "").replace(/[\s_-]+/g, "-").replace(/^-+|-+$/g, "");
}
const captureStackTrace = "captureStackTrace" in Error ? Error.captureStackTrace : (..._args) => {};
function isObject(data) {
	return typeof data === "object" && data !== null && !Array.isArray(data);
}
const allowsEval = /* @__PURE__*/ cached(() => {
	if (globalConfig.jitless) return false;
	if (typeof navigator !== "undefined" && navigator?.userAgent?.includes("Cloudflare")) return false;
	try {
		new Function("");
		return true;
	} catch (_) {
		return false;
	}
});
function isPlainObject(o) {
	if (isObject(o) === false) return false;
	const ctor = o.constructor;
	if (ctor === void 0) return true;
	if (typeof ctor !== "function") return true;
	const prot = ctor.prototype;
	if (isObject(prot) === false) return false;
	if (Object.prototype.hasOwnProperty.call(prot, "isPrototypeOf") === false) return false;
	return true;
}
function shallowClone(o) {
	if (isPlainObject(o)) return { ...o };
	if (Array.isArray(o)) return [...o];
	if (o instanceof Map) return new Map(o);
	if (o instanceof Set) return new Set(o);
	return o;
}
const propertyKeyTypes = /* @__PURE__*/ new Set([
	"string",
	"number",
	"symbol"
]);
function escapeRegex(str) {
	return str.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
function clone(inst, def, params) {
	const cl = new inst._zod.constr(def ?? inst._zod.def);
	if (!def || params?.parent) cl._zod.parent = inst;
	return cl;
}
function normalizeParams(_params) {
	const params = _params;
	if (!params) return {};
	if (typeof params === "string") return { error: () => params };
	if (params?.message !== void 0) {
		if (params?.error !== void 0) throw new Error("Cannot specify both `message` and `error` params");
		params.error = params.message;
	}
	delete params.message;
	if (typeof params.error === "string") return {
		...params,
		error: () => params.error
	};
	return params;
}
function stringifyPrimitive(value) {
	if (typeof value === "bigint") return value.toString() + "n";
	if (typeof value === "string") return `"${value}"`;
	return `${value}`;
}
function optionalKeys(shape) {
	return Object.keys(shape).filter((k) => {
		return shape[k]._zod.optin !== void 0 && shape[k]._zod.optout === "optional";
	});
}
const NUMBER_FORMAT_RANGES = /*@__PURE__*/ (() => ({
	safeint: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
	int32: [-2147483648, 2147483647],
	uint32: [0, 4294967295],
	float32: [-34028234663852886e22, 34028234663852886e22],
	float64: [-Number.MAX_VALUE, Number.MAX_VALUE]
}))();
const BIGINT_FORMAT_RANGES = {
	int64: [/* @__PURE__*/ BigInt("-9223372036854775808"), /* @__PURE__*/ BigInt("9223372036854775807")],
	uint64: [/* @__PURE__*/ BigInt(0), /* @__PURE__*/ BigInt("18446744073709551615")]
};
function pick(schema, mask) {
	const currDef = schema._zod.def;
	const checks = currDef.checks;
	if (checks && checks.length > 0) throw new Error(".pick() cannot be used on object schemas containing refinements");
	const newShape = {};
	mirrorShape(newShape, schema, maskedKeys(schema, mask));
	return clone(schema, mergeDefs(currDef, {
		shape: newShape,
		checks: []
	}));
}
function maskedKeys(schema, mask) {
	const raw = sourceShape(schema);
	const keys = [];
	for (const key of Reflect.ownKeys(mask)) {
		if (!Object.getOwnPropertyDescriptor(raw, key)?.enumerable) throw new Error(`Unrecognized key: "${String(key)}"`);
		if (mask[key]) keys.push(key);
	}
	return keys;
}
function omit(schema, mask) {
	const currDef = schema._zod.def;
	const checks = currDef.checks;
	if (checks && checks.length > 0) throw new Error(".omit() cannot be used on object schemas containing refinements");
	const omitted = new Set(maskedKeys(schema, mask));
	const newShape = {};
	mirrorShape(newShape, schema, Reflect.ownKeys(sourceShape(schema)).filter((key) => !omitted.has(key)));
	return clone(schema, mergeDefs(currDef, {
		shape: newShape,
		checks: []
	}));
}
function extend(schema, shape) {
	if (!isPlainObject(shape)) throw new Error("Invalid input to extend: expected a plain object");
	const checks = schema._zod.def.checks;
	if (checks && checks.length > 0) {
		const existingShape = sourceShape(schema);
		for (const key of Reflect.ownKeys(shape)) if (Object.getOwnPropertyDescriptor(existingShape, key) !== void 0) throw new Error("Cannot overwrite keys on object schemas containing refinements. Use `.safeExtend()` instead.");
	}
	return clone(schema, mergeDefs(schema._zod.def, { shape: extended(schema, shape) }));
}
function extended(schema, shape) {
	const newShape = {};
	mirrorShape(newShape, schema, Reflect.ownKeys(sourceShape(schema)));
	mirrorProps(newShape, shape);
	return newShape;
}
function safeExtend(schema, shape) {
	if (!isPlainObject(shape)) throw new Error("Invalid input to safeExtend: expected a plain object");
	return clone(schema, mergeDefs(schema._zod.def, { shape: extended(schema, shape) }));
}
function merge(a, b) {
	if (!b?._zod?.def) throw new Error("Invalid input to merge: expected an object schema. To merge a plain shape, use `.extend()`.");
	if (a._zod.def.checks?.length) throw new Error(".merge() cannot be used on object schemas containing refinements. Use .safeExtend() instead.");
	const newShape = {};
	mirrorShape(newShape, a, Reflect.ownKeys(sourceShape(a)));
	mirrorShape(newShape, b, Reflect.ownKeys(sourceShape(b)));
	return clone(a, mergeDefs(a._zod.def, {
		shape: newShape,
		get catchall() {
			return b._zod.def.catchall;
		},
		checks: b._zod.def.checks ?? []
	}));
}
function partial(Class, schema, mask, name = "partial") {
	const checks = schema._zod.def.checks;
	if (checks && checks.length > 0) throw new Error(`.${name}() cannot be used on object schemas containing refinements`);
	const selected = mask ? new Set(maskedKeys(schema, mask)) : void 0;
	const newShape = {};
	mirrorShape(newShape, schema, Reflect.ownKeys(sourceShape(schema)), Class && ((value, key) => selected && !selected.has(key) ? value : new Class({
		type: "optional",
		innerType: value
	})));
	return clone(schema, mergeDefs(schema._zod.def, {
		shape: newShape,
		checks: []
	}));
}
function required(Class, schema, mask) {
	const selected = mask ? new Set(maskedKeys(schema, mask)) : void 0;
	const newShape = {};
	mirrorShape(newShape, schema, Reflect.ownKeys(sourceShape(schema)), (value, key) => selected && !selected.has(key) ? value : new Class({
		type: "nonoptional",
		innerType: value
	}));
	return clone(schema, mergeDefs(schema._zod.def, { shape: newShape }));
}
function aborted(x, startIndex = 0) {
	if (x.aborted === true) return true;
	for (let i = startIndex; i < x.issues.length; i++) if (x.issues[i]?.continue !== true) return true;
	return false;
}
function explicitlyAborted(x, startIndex = 0) {
	if (x.aborted === true) return true;
	for (let i = startIndex; i < x.issues.length; i++) if (x.issues[i]?.continue === false) return true;
	return false;
}
function prefixIssues(path, issues) {
	return issues.map((iss) => {
		var _a;
		(_a = iss).path ?? (_a.path = []);
		iss.path.unshift(path);
		return iss;
	});
}
function unwrapMessage(message) {
	return typeof message === "string" ? message : message?.message;
}
/** The leading size checks of `defChecks` that set an upper bound, each paired with it. */
function sizeCaps(defChecks) {
	const caps = [];
	for (const ch of defChecks ?? []) {
		const d = ch._zod.def;
		if (!/_(length|size)$|_equals$/.test(d.check)) break;
		const max = d.maximum ?? d.length ?? d.size;
		if (max >= 0) caps.push([max, ch]);
	}
	return caps;
}
function attachSchema(issues, start, inst) {
	var _a;
	for (let i = start; i < issues.length; i++) (_a = issues[i]).schema ?? (_a.schema = inst);
}
function finalizeIssue(iss, ctx, config) {
	var _a;
	const traits = iss.inst?._zod?.traits;
	if (traits?.has("$ZodType")) {
		if (traits.has("$ZodCheck")) (_a = iss).schema ?? (_a.schema = iss.inst);
		else iss.schema = iss.inst;
	}
	const schemaError = iss.schema !== iss.inst ? iss.schema?._zod.def?.error : void 0;
	const message = iss.message ? iss.message : unwrapMessage(iss.inst?._zod.def?.error?.(iss)) ?? unwrapMessage(schemaError?.(iss)) ?? unwrapMessage(ctx?.error?.(iss)) ?? unwrapMessage(config.customError?.(iss)) ?? unwrapMessage(config.localeError?.(iss)) ?? "Invalid input";
	const full = {};
	for (const k of Object.keys(iss)) {
		if (k === "inst" || k === "schema" || k === "continue" || k === "input" || k === "__proto__") continue;
		full[k] = iss[k];
	}
	full.path ?? (full.path = []);
	full.message = message;
	if (ctx?.reportInput) full.input = iss.input;
	return full;
}
const highSurrogate = /[\uD800-\uDBFF]/;
function codePointLength(str) {
	const units = str.length;
	if (!highSurrogate.test(str)) return units;
	let count = units;
	for (let i = 0; i < units - 1; i++) if ((str.charCodeAt(i) & 64512) === 55296 && (str.charCodeAt(i + 1) & 64512) === 56320) {
		count--;
		i++;
	}
	return count;
}
function getLengthableOrigin(input) {
	if (Array.isArray(input)) return "array";
	if (typeof input === "string") return "string";
	return "unknown";
}
function parsedType(data) {
	const t = typeof data;
	switch (t) {
		case "number": return Number.isNaN(data) ? "nan" : "number";
		case "object": {
			if (data === null) return "null";
			if (Array.isArray(data)) return "array";
			const obj = data;
			if (obj && Object.getPrototypeOf(obj) !== Object.prototype && "constructor" in obj && obj.constructor) return obj.constructor.name;
		}
	}
	return t;
}
function issue(...args) {
	const [iss, input, inst] = args;
	if (typeof iss === "string") return {
		message: iss,
		code: "custom",
		input,
		inst
	};
	return { ...iss };
}
/**
* Installs a trait's members on its prototype. Each value builds that member for the instance on first read; the built value shadows the accessor as an own property, so a detached `const { parse } = schema` keeps working.
*
* Call this from a `proto` initializer, which runs once per prototype — never per instance.
*/
function members(proto, table) {
	for (const key in table) {
		const desc = Object.getOwnPropertyDescriptor(table, key);
		if (desc.get) Object.defineProperty(proto, key, {
			...desc,
			enumerable: false
		});
		else defineBound(proto, key, desc.value);
	}
}
/** Shadows a prototype member with an own value, so a getter that builds from the instance runs once. */
function own(inst, key, value, enumerable = true) {
	Object.defineProperty(inst, key, {
		configurable: true,
		writable: true,
		enumerable,
		value
	});
	return value;
}
/** Like {@link own}, for a member that was never an own data property and has to stay out of `Object.keys`. */
function hide(inst, key, value) {
	return own(inst, key, value, false);
}
/** Adds members a table derives from the instance: each builds on first read and shadows as own data, and assignment shadows the same way, as when these were own properties. */
/* @__NO_SIDE_EFFECTS__ */
function derived(computes, table) {
	for (const key in computes) {
		const compute = computes[key];
		Object.defineProperty(table, key, {
			configurable: true,
			enumerable: true,
			get() {
				return own(this, key, compute(this));
			},
			set(value) {
				own(this, key, value);
			}
		});
	}
	return table;
}
function defineBound(proto, key, fn) {
	Object.defineProperty(proto, key, {
		configurable: true,
		get() {
			return this == null ? fn : own(this, key, fn.bind(this));
		},
		set(value) {
			own(this, key, value);
		}
	});
}
/** Returns the prototype to install on, or `undefined` if this group is already installed on it. */
function claim(inst, sentinel) {
	const proto = Object.getPrototypeOf(inst);
	return sentinel in proto ? void 0 : proto;
}
let installing;
let broke = false;
const breaker = {
	configurable: true,
	get() {
		broke = true;
	}
};
/**
* Installs a lazily-derived internal on the `_zod` prototype of `inst`'s
* constructor, computed from the internals object itself and cached there on
* first read. One accessor per constructor rather than one per instance.
*/
function defineLazyInternal(inst, key, compute) {
	const proto = Object.getPrototypeOf(inst._zod);
	if (key in proto && installing !== inst._zod) {
		installing = void 0;
		return;
	}
	installing = inst._zod;
	Object.defineProperty(proto, key, {
		configurable: true,
		get() {
			Object.defineProperty(this, key, breaker);
			const outer = broke;
			broke = false;
			try {
				const value = compute(this);
				if (broke) delete this[key];
				else Object.defineProperty(this, key, {
					configurable: true,
					writable: true,
					value
				});
				broke = broke || outer;
				return value;
			} catch (err) {
				delete this[key];
				broke = broke || outer;
				throw err;
			}
		},
		set(value) {
			Object.defineProperty(this, key, {
				configurable: true,
				writable: true,
				value
			});
		}
	});
}
/**
* Installs `key` on `inst`'s prototype, computed by `make` on first read and cached there as an own
* data property. One accessor per constructor rather than one per instance, because an own accessor
* puts every instance after the first into v8 dictionary mode. The key doubles as the sentinel.
*/
function installLazyProp(inst, key, make, enumerable) {
	const proto = claim(inst, key);
	if (!proto) return;
	Object.defineProperty(proto, key, {
		configurable: true,
		get() {
			const desc = {
				configurable: true,
				writable: true,
				enumerable,
				value: void 0
			};
			Object.defineProperty(this, key, desc);
			desc.value = make(this);
			Object.defineProperty(this, key, desc);
			return desc.value;
		},
		set(value) {
			Object.defineProperty(this, key, {
				configurable: true,
				writable: true,
				enumerable,
				value
			});
		}
	});
}
/** Marks the thunk `_catch` synthesises for a constant catch value. `Function.length` cannot tell that thunk from a user callback — rest and defaulted parameters both report arity 0 — and a user callback reads `ctx.error`, whose issues only finalize correctly against the caller's per-parse error map. Provenance can say what arity cannot. A plain string key rather than `Symbol.for`, whose call at module scope no bundler can prove pure — the same shape that anchored `urlCanParse` into every build. */
const CONSTANT_CATCH = "~constantCatch";
/** Wraps a constant catch value in a thunk tagged with {@link CONSTANT_CATCH}. */
function constantCatch(value) {
	const fn = () => value;
	fn[CONSTANT_CATCH] = true;
	return fn;
}
// node_modules/zod/v4/core/core.js
var _a$1;
const _zodDesc = {
	value: void 0,
	enumerable: false
};
let _E = "captureStackTrace" in Error ? Error : null;
function newError(Definition) {
	const E = _E;
	if (E) {
		const saved = E.stackTraceLimit;
		if (typeof saved === "number") {
			try {
				E.stackTraceLimit = 0;
			} catch {
				_E = null;
				return new Definition();
			}
			try {
				return new Definition();
			} finally {
				E.stackTraceLimit = saved;
			}
		}
	}
	return new Definition();
}
/* @__NO_SIDE_EFFECTS__ */
function $constructor(name, initializer, proto, params) {
	const zodProto = {};
	function Internals(def) {
		this.def = def;
		this.constr = _;
		this.traits = /* @__PURE__ */ new Set();
	}
	Internals.prototype = zodProto;
	const protoMembers = proto;
	const initialized = protoMembers && /* @__PURE__ */ new WeakSet();
	function init(inst, def) {
		if (!inst._zod) {
			_zodDesc.value = new Internals(def);
			try {
				Object.defineProperty(inst, "_zod", _zodDesc);
			} finally {
				_zodDesc.value = void 0;
			}
		} else if (inst._zod.traits.has(name)) return;
		inst._zod.traits.add(name);
		initializer(inst, def);
		if (initialized) {
			const own = Object.getPrototypeOf(inst);
			const ctorProto = inst._zod.constr.prototype;
			let up = own;
			while (up && up !== ctorProto) up = Object.getPrototypeOf(up);
			const target = up ?? own;
			if (!initialized.has(target)) {
				initialized.add(target);
				members(target, protoMembers);
			}
		}
		const proto = _.prototype;
		for (const k in proto) {
			if (!Object.prototype.hasOwnProperty.call(proto, k)) continue;
			if (!(k in inst)) inst[k] = proto[k].bind(inst);
		}
	}
	const Parent = params?.Parent ?? Object;
	class Definition extends Parent {}
	Object.defineProperty(Definition, "name", { value: name });
	function _(def) {
		const inst = params?.Parent ? newError(Definition) : this;
		init(inst, def);
		const deferred = inst._zod.deferred;
		if (deferred) {
			for (const fn of deferred) fn();
			inst._zod.deferred = void 0;
		}
		const pp = globalThis.__zod_globalConfig?.postProcessor;
		if (pp) pp(inst);
		return inst;
	}
	Object.defineProperty(_, "init", { value: init });
	Object.defineProperty(_, Symbol.hasInstance, { value: (inst) => {
		if (params?.Parent && inst instanceof params.Parent) return true;
		return inst?._zod?.traits?.has(name);
	} });
	Object.defineProperty(_, "name", { value: name });
	return _;
}
var $ZodAsyncError = class extends Error {
	constructor() {
		super(`Encountered Promise during synchronous parse. Use .parseAsync() instead.`);
	}
};
var $ZodEncodeError = class extends Error {
	constructor(name) {
		super(`Encountered unidirectional transform during encode: ${name}`);
		this.name = "ZodEncodeError";
	}
};
(_a$1 = globalThis).__zod_globalConfig ?? (_a$1.__zod_globalConfig = {});
const globalConfig = globalThis.__zod_globalConfig;
function config(newConfig) {
	if (newConfig) Object.assign(globalConfig, newConfig);
	return globalConfig;
}
// node_modules/zod/v4/core/errors.js
function _getMessage() {
	const internals = this._zod;
	internals.message ?? (internals.message = JSON.stringify(internals.def, jsonStringifyReplacer, 2));
	return internals.message;
}
function _setMessage(value) {
	this._zod.message = value;
}
const _messageDesc = {
	get: _getMessage,
	set: _setMessage,
	enumerable: true,
	configurable: true
};
const _issuesDesc = {
	value: void 0,
	enumerable: false
};
const _installedToString = /* @__PURE__ */ new WeakSet([Object.prototype, Error.prototype]);
const initializer$1 = (inst, def) => {
	inst.name = "$ZodError";
	_issuesDesc.value = def;
	Object.defineProperty(inst, "issues", _issuesDesc);
	_issuesDesc.value = void 0;
	Object.defineProperty(inst, "message", _messageDesc);
	const proto = Object.getPrototypeOf(inst);
	if (!_installedToString.has(proto)) {
		_installedToString.add(proto);
		Object.defineProperty(proto, "toString", {
			configurable: true,
			enumerable: false,
			get() {
				const value = () => this.message;
				Object.defineProperty(this, "toString", {
					value,
					configurable: true,
					writable: true
				});
				return value;
			},
			set(value) {
				Object.defineProperty(this, "toString", {
					value,
					configurable: true,
					writable: true
				});
			}
		});
	}
};
const $ZodError = /* @__PURE__ */ $constructor("$ZodError", initializer$1);
/** Get-or-create `obj[key]` as an own data property. A path segment naming an inherited member
* ("toString", "constructor") would otherwise read through to the prototype, and assigning
* "__proto__" would hit the setter instead of creating a key. */
function node(obj, key, make) {
	if (!Object.prototype.hasOwnProperty.call(obj, key)) {
		if (key === "__proto__") Object.defineProperty(obj, key, {
			value: make(),
			writable: true,
			enumerable: true,
			configurable: true
		});
		else obj[key] = make();
	}
	return obj[key];
}
function flattenError(error, mapper = (issue) => issue.message) {
	const fieldErrors = {};
	const formErrors = [];
	for (const sub of error.issues) if (sub.path.length > 0) node(fieldErrors, sub.path[0], () => []).push(mapper(sub));
	else formErrors.push(mapper(sub));
	return {
		formErrors,
		fieldErrors
	};
}
function formatError(error, mapper = (issue) => issue.message) {
	const fieldErrors = { _errors: [] };
	const processError = (error, path = []) => {
		for (const issue of error.issues) if (issue.code === "invalid_union" && issue.errors.length) issue.errors.map((issues) => processError({ issues }, [...path, ...issue.path]));
		else if (issue.code === "invalid_key") processError({ issues: issue.issues }, [...path, ...issue.path]);
		else if (issue.code === "invalid_element") processError({ issues: issue.issues }, [...path, ...issue.path]);
		else {
			const fullpath = [...path, ...issue.path];
			if (fullpath.length === 0) fieldErrors._errors.push(mapper(issue));
			else {
				let curr = fieldErrors;
				let i = 0;
				while (i < fullpath.length) {
					const el = fullpath[i];
					const terminal = i === fullpath.length - 1;
					if (el === "_errors") {
						if (terminal) curr._errors.push(mapper(issue));
						i++;
						continue;
					}
					if (!Object.prototype.hasOwnProperty.call(curr, el)) Object.defineProperty(curr, el, {
						value: { _errors: [] },
						enumerable: true,
						writable: true,
						configurable: true
					});
					const node = curr[el];
					if (terminal) node._errors.push(mapper(issue));
					curr = node;
					i++;
				}
			}
		}
	};
	processError(error);
	return fieldErrors;
}
// node_modules/zod/v4/core/parse.js
function finalizeParams(callee, params) {
	return {
		callee: params?.callee ?? callee,
		Err: params?.Err
	};
}
const _parse = (_Err) => {
	const fn = (schema, value, _ctx, _params) => {
		const ctx = _ctx ? {
			..._ctx,
			async: false
		} : { async: false };
		const result = schema._zod.run({
			value,
			issues: []
		}, ctx);
		if (result instanceof Promise) throw new $ZodAsyncError();
		if (result.issues.length) {
			const e = new ((_params?.Err) ?? _Err)(result.issues.map((iss) => finalizeIssue(iss, ctx, config())));
			captureStackTrace(e, _params?.callee ?? fn);
			throw e;
		}
		return result.value;
	};
	return fn;
};
const _parseAsync = (_Err) => {
	const fn = async (schema, value, _ctx, params) => {
		const ctx = _ctx ? {
			..._ctx,
			async: true
		} : { async: true };
		let result = schema._zod.run({
			value,
			issues: []
		}, ctx);
		if (result instanceof Promise) result = await result;
		if (result.issues.length) {
			const e = new ((params?.Err) ?? _Err)(result.issues.map((iss) => finalizeIssue(iss, ctx, config())));
			captureStackTrace(e, params?.callee ?? fn);
			throw e;
		}
		return result.value;
	};
	return fn;
};
const _safeParse = (_Err) => (schema, value, _ctx) => {
	const ctx = _ctx ? {
		..._ctx,
		async: false
	} : { async: false };
	const result = schema._zod.run({
		value,
		issues: []
	}, ctx);
	if (result instanceof Promise) throw new $ZodAsyncError();
	return result.issues.length ? failure(_Err, result.issues, ctx) : {
		success: true,
		data: result.value
	};
};
function failure(Err, issues, ctx) {
	let error;
	return {
		success: false,
		get error() {
			if (!error) {
				error = new Err(issues.map((iss) => finalizeIssue(iss, ctx, config())));
				issues = void 0;
				ctx = void 0;
			}
			return error;
		},
		set error(e) {
			error = e;
			issues = void 0;
			ctx = void 0;
		}
	};
}
const _safeParseAsync = (_Err) => async (schema, value, _ctx) => {
	const ctx = _ctx ? {
		..._ctx,
		async: true
	} : { async: true };
	let result = schema._zod.run({
		value,
		issues: []
	}, ctx);
	if (result instanceof Promise) result = await result;
	return result.issues.length ? failure(_Err, result.issues, ctx) : {
		success: true,
		data: result.value
	};
};
const COMPILE_INVALID = /* @__PURE__ */ Symbol.for("zod.compile.invalid");
const COMPILE_FALLBACK = /* @__PURE__ */ Symbol.for("zod.compile.fallback");
const validate = ((schema, value, _ctx) => {
	const validator = schema._zod.bag.validator;
	if (validator !== void 0) {
		if (validator(value) !== COMPILE_INVALID) return true;
		if (validator.definite === true && _ctx === void 0) return false;
	}
	return validateFallback(schema, value, _ctx);
});
function validateFallback(schema, value, _ctx) {
	const ctx = _ctx ? {
		..._ctx,
		async: false,
		abortEarly: true
	} : {
		async: false,
		abortEarly: true
	};
	const fallbackRun = schema._zod.bag.fallbackRun;
	let result;
	if (fallbackRun) {
		ctx[COMPILE_FALLBACK] = true;
		result = fallbackRun({
			value,
			issues: []
		}, ctx);
	} else result = schema._zod.run({
		value,
		issues: []
	}, ctx);
	if (result instanceof Promise) throw new $ZodAsyncError();
	return result.issues.length === 0;
}
const validateAsync$1 = async (schema, value, _ctx) => {
	const ctx = _ctx ? {
		..._ctx,
		async: true,
		abortEarly: true
	} : {
		async: true,
		abortEarly: true
	};
	let result = schema._zod.run({
		value,
		issues: []
	}, ctx);
	if (result instanceof Promise) result = await result;
	return result.issues.length === 0;
};
const _encode = (_Err) => {
	const parse = _parse(_Err);
	const fn = (schema, value, _ctx, _params) => {
		const ctx = _ctx ? {
			..._ctx,
			direction: "backward"
		} : { direction: "backward" };
		return parse(schema, value, ctx, finalizeParams(fn, _params));
	};
	return fn;
};
const _decode = (_Err) => {
	const parse = _parse(_Err);
	const fn = (schema, value, _ctx, _params) => {
		return parse(schema, value, _ctx, finalizeParams(fn, _params));
	};
	return fn;
};
const _encodeAsync = (_Err) => {
	const parseAsync = _parseAsync(_Err);
	const fn = async (schema, value, _ctx, _params) => {
		const ctx = _ctx ? {
			..._ctx,
			direction: "backward"
		} : { direction: "backward" };
		return await parseAsync(schema, value, ctx, finalizeParams(fn, _params));
	};
	return fn;
};
const _decodeAsync = (_Err) => {
	const parseAsync = _parseAsync(_Err);
	const fn = async (schema, value, _ctx, _params) => {
		return await parseAsync(schema, value, _ctx, finalizeParams(fn, _params));
	};
	return fn;
};
const _safeEncode = (_Err) => (schema, value, _ctx) => {
	const ctx = _ctx ? {
		..._ctx,
		direction: "backward"
	} : { direction: "backward" };
	return _safeParse(_Err)(schema, value, ctx);
};
const _safeDecode = (_Err) => (schema, value, _ctx) => {
	return _safeParse(_Err)(schema, value, _ctx);
};
const _safeEncodeAsync = (_Err) => async (schema, value, _ctx) => {
	const ctx = _ctx ? {
		..._ctx,
		direction: "backward"
	} : { direction: "backward" };
	return _safeParseAsync(_Err)(schema, value, ctx);
};
const _safeDecodeAsync = (_Err) => async (schema, value, _ctx) => {
	return _safeParseAsync(_Err)(schema, value, _ctx);
};
// node_modules/zod/v4/core/regexes.js
/**
* @deprecated CUID v1 is deprecated by its authors due to information leakage
* (timestamps embedded in the id). Use {@link cuid2} instead.
* See https://github.com/paralleldrive/cuid.
*/
const cuid = /^[cC][0-9a-z]{6,}$/;
const cuid2 = /^[0-9a-z]+$/;
const ulid = /^[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}$/;
const xid = /^[0-9a-vA-V]{20}$/;
const ksuid = /^[A-Za-z0-9]{27}$/;
const nanoid = /^[a-zA-Z0-9_-]{21}$/;
function nanoidOfLength(length) {
	return new RegExp(`^[a-zA-Z0-9_-]{${length}}$`);
}
/** ISO 8601-1 duration regex. Does not support the 8601-2 extensions like negative durations or fractional/negative components. */
const duration = /^P(?:(\d+W)|(?!.*W)(?=\d|T\d)(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+([.,]\d+)?S)?)?)$/;
/** A regex for any UUID-like identifier: 8-4-4-4-12 hex pattern */
const guid = /^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})$/;
/** Returns a regex for validating an RFC 9562/4122 UUID.
*
* @param version Optionally specify a version 1-8. If no version is specified, all versions are supported. */
const uuid = (version) => {
	if (!version) return /^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff)$/;
	return new RegExp(`^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-${version}[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12})$`);
};
/** Practical email validation */
const email = /^(?:[A-Za-z0-9_'+\-]+\.)*[A-Za-z0-9_'+\-]*[A-Za-z0-9_+-]@(?:[A-Za-z0-9][A-Za-z0-9\-]*\.)+[A-Za-z]{2,}$/;
const _emoji$1 = `^(?=[\\s\\S]*[\\p{Extended_Pictographic}\\p{Regional_Indicator}\\u20E3])[\\p{Extended_Pictographic}\\p{Emoji_Component}]+$`;
function emoji() {
	return new RegExp(_emoji$1, "u");
}
const ipv4 = /^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])$/;
const ipv6 = /^(([0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}|([0-9a-fA-F]{1,4}:){1,7}:|([0-9a-fA-F]{1,4}:){1,6}:[0-9a-fA-F]{1,4}|([0-9a-fA-F]{1,4}:){1,5}(:[0-9a-fA-F]{1,4}){1,2}|([0-9a-fA-F]{1,4}:){1,4}(:[0-9a-fA-F]{1,4}){1,3}|([0-9a-fA-F]{1,4}:){1,3}(:[0-9a-fA-F]{1,4}){1,4}|([0-9a-fA-F]{1,4}:){1,2}(:[0-9a-fA-F]{1,4}){1,5}|[0-9a-fA-F]{1,4}:((:[0-9a-fA-F]{1,4}){1,6})|:((:[0-9a-fA-F]{1,4}){1,7}|:))$/;
const cidrv4 = /^((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])\/([0-9]|[1-2][0-9]|3[0-2])$/;
const cidrv6 = /^(([0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}|([0-9a-fA-F]{1,4}:){1,7}:|([0-9a-fA-F]{1,4}:){1,6}:[0-9a-fA-F]{1,4}|([0-9a-fA-F]{1,4}:){1,5}(:[0-9a-fA-F]{1,4}){1,2}|([0-9a-fA-F]{1,4}:){1,4}(:[0-9a-fA-F]{1,4}){1,3}|([0-9a-fA-F]{1,4}:){1,3}(:[0-9a-fA-F]{1,4}){1,4}|([0-9a-fA-F]{1,4}:){1,2}(:[0-9a-fA-F]{1,4}){1,5}|[0-9a-fA-F]{1,4}:((:[0-9a-fA-F]{1,4}){1,6})|:((:[0-9a-fA-F]{1,4}){1,7}|:))\/(12[0-8]|1[01][0-9]|[1-9]?[0-9])$/;
const base64 = /^$|^(?:[0-9a-zA-Z+/]{4})*(?:(?:[0-9a-zA-Z+/]{2}==)|(?:[0-9a-zA-Z+/]{3}=))?$/;
const base64url = /^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2,3})?$/;
const httpProtocol = /^https?$/;
const e164 = /^\+[1-9]\d{6,14}$/;
const dateSource = `(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))`;
/** Anchors a pattern source. The interpolation lives here rather than at the call site because
* esbuild will not drop a `@__PURE__` call whose own argument interpolates a variable, but it
* will drop `anchor(dateSource)`. Keeping it inline pinned `date` into every bundle. */
function anchor(source) {
	return new RegExp(`^${source}$`);
}
const date = /*@__PURE__*/ anchor(dateSource);
function timeSource(args) {
	const hhmm = `(?:[01]\\d|2[0-3]):[0-5]\\d`;
	return typeof args.precision === "number" ? args.precision === -1 ? `${hhmm}` : args.precision === 0 ? `${hhmm}:[0-5]\\d` : `${hhmm}:[0-5]\\d\\.\\d{${args.precision}}` : args.seconds ? `${hhmm}:[0-5]\\d(?:\\.\\d+)?` : `${hhmm}(?::[0-5]\\d(?:\\.\\d+)?)?`;
}
function time(args) {
	return new RegExp(`^${timeSource(args)}$`);
}
function datetime$1(args) {
	const opts = ["Z"];
	if (args.offset) opts.push(`([+-](?:[01]\\d|2[0-3]):[0-5]\\d)`);
	const qualified = `${timeSource({
		precision: args.precision,
		seconds: true
	})}(?:${opts.join("|")})`;
	const timeRegex = args.local ? `${qualified}|${timeSource({ precision: args.precision })}` : qualified;
	return new RegExp(`^${dateSource}T(?:${timeRegex})$`);
}
const anyString = /^[\s\S]{0,}$/;
const number$1 = /^-?\d+(?:\.\d+)?$/;
const lowercase = /^[^A-Z]*$/;
const uppercase = /^[^a-z]*$/;
// node_modules/zod/v4/core/checks.js
const $ZodCheck = /*@__PURE__*/ $constructor("$ZodCheck", (inst, def) => {
	var _a;
	inst._zod ?? (inst._zod = {});
	inst._zod.def = def;
	(_a = inst._zod).onattach ?? (_a.onattach = []);
});
/** Default `when` for length-based checks: run only on non-nullish values with a `length`. */
const _whenHasLength = (payload) => {
	const val = payload.value;
	return !nullish(val) && val.length !== void 0;
};
const numericOriginMap = {
	number: "number",
	bigint: "bigint",
	object: "date"
};
const $ZodCheckLessThan = /*@__PURE__*/ $constructor("$ZodCheckLessThan", (inst, def) => {
	$ZodCheck.init(inst, def);
	const origin = numericOriginMap[typeof def.value];
	inst._zod.check = (payload) => {
		if (def.inclusive ? payload.value <= def.value : payload.value < def.value) return;
		payload.issues.push({
			origin: numericOriginMap[typeof payload.value] ?? origin,
			code: "too_big",
			maximum: typeof def.value === "object" ? def.value.getTime() : def.value,
			input: payload.value,
			inclusive: def.inclusive,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCheckGreaterThan = /*@__PURE__*/ $constructor("$ZodCheckGreaterThan", (inst, def) => {
	$ZodCheck.init(inst, def);
	const origin = numericOriginMap[typeof def.value];
	inst._zod.check = (payload) => {
		if (def.inclusive ? payload.value >= def.value : payload.value > def.value) return;
		payload.issues.push({
			origin: numericOriginMap[typeof payload.value] ?? origin,
			code: "too_small",
			minimum: typeof def.value === "object" ? def.value.getTime() : def.value,
			input: payload.value,
			inclusive: def.inclusive,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCheckMultipleOf = /*@__PURE__*/ $constructor("$ZodCheckMultipleOf", (inst, def) => {
	$ZodCheck.init(inst, def);
	inst._zod.check = (payload) => {
		if (typeof payload.value !== typeof def.value) throw new Error("Cannot mix number and bigint in multiple_of check.");
		if (typeof payload.value === "bigint" ? def.value !== BigInt(0) && payload.value % def.value === BigInt(0) : floatSafeRemainder(payload.value, def.value) === 0) return;
		payload.issues.push({
			origin: typeof payload.value,
			code: "not_multiple_of",
			divisor: def.value,
			input: payload.value,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCheckNumberFormat = /*@__PURE__*/ $constructor("$ZodCheckNumberFormat", (inst, def) => {
	$ZodCheck.init(inst, def);
	def.format = def.format || "float64";
	const isInt = def.format?.includes("int");
	const origin = isInt ? "int" : "number";
	const [minimum, maximum] = NUMBER_FORMAT_RANGES[def.format];
	inst._zod.check = (payload) => {
		const input = payload.value;
		if (isInt) {
			if (!Number.isInteger(input)) {
				payload.issues.push({
					expected: origin,
					format: def.format,
					code: "invalid_type",
					continue: false,
					input,
					inst
				});
				return;
			}
			if (!Number.isSafeInteger(input)) {
				if (input > 0) payload.issues.push({
					input,
					code: "too_big",
					maximum: Number.MAX_SAFE_INTEGER,
					note: "Integers must be within the safe integer range.",
					inst,
					origin,
					inclusive: true,
					continue: !def.abort
				});
				else payload.issues.push({
					input,
					code: "too_small",
					minimum: Number.MIN_SAFE_INTEGER,
					note: "Integers must be within the safe integer range.",
					inst,
					origin,
					inclusive: true,
					continue: !def.abort
				});
				return;
			}
		}
		if (input < minimum) payload.issues.push({
			origin: "number",
			input,
			code: "too_small",
			minimum,
			inclusive: true,
			inst,
			continue: !def.abort
		});
		if (input > maximum) payload.issues.push({
			origin: "number",
			input,
			code: "too_big",
			maximum,
			inclusive: true,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCheckMaxLength = /*@__PURE__*/ $constructor("$ZodCheckMaxLength", (inst, def) => {
	var _a;
	$ZodCheck.init(inst, def);
	(_a = inst._zod.def).when ?? (_a.when = _whenHasLength);
	inst._zod.check = (payload) => {
		const input = payload.value;
		const units = input.length;
		if ((typeof input === "string" && units > def.maximum ? codePointLength(input) : units) <= def.maximum) return;
		const origin = getLengthableOrigin(input);
		payload.issues.push({
			origin,
			code: "too_big",
			maximum: def.maximum,
			inclusive: true,
			input,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCheckMinLength = /*@__PURE__*/ $constructor("$ZodCheckMinLength", (inst, def) => {
	var _a;
	$ZodCheck.init(inst, def);
	(_a = inst._zod.def).when ?? (_a.when = _whenHasLength);
	inst._zod.check = (payload) => {
		const input = payload.value;
		const units = input.length;
		if ((typeof input === "string" && units >= def.minimum && units < def.minimum * 2 ? codePointLength(input) : units) >= def.minimum) return;
		const origin = getLengthableOrigin(input);
		payload.issues.push({
			origin,
			code: "too_small",
			minimum: def.minimum,
			inclusive: true,
			input,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCheckLengthEquals = /*@__PURE__*/ $constructor("$ZodCheckLengthEquals", (inst, def) => {
	var _a;
	$ZodCheck.init(inst, def);
	(_a = inst._zod.def).when ?? (_a.when = _whenHasLength);
	inst._zod.check = (payload) => {
		const input = payload.value;
		const units = input.length;
		const length = typeof input === "string" && units >= def.length && units <= def.length * 2 ? codePointLength(input) : units;
		if (length === def.length) return;
		const origin = getLengthableOrigin(input);
		const tooBig = length > def.length;
		payload.issues.push({
			origin,
			...tooBig ? {
				code: "too_big",
				maximum: def.length
			} : {
				code: "too_small",
				minimum: def.length
			},
			inclusive: true,
			exact: true,
			input: payload.value,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCheckStringFormat = /*@__PURE__*/ $constructor("$ZodCheckStringFormat", (inst, def) => {
	var _a, _b;
	$ZodCheck.init(inst, def);
	if (def.pattern) (_a = inst._zod).check ?? (_a.check = (payload) => {
		def.pattern.lastIndex = 0;
		if (def.pattern.test(payload.value)) return;
		payload.issues.push({
			origin: "string",
			code: "invalid_format",
			format: def.format,
			input: payload.value,
			...def.pattern ? { pattern: def.pattern.toString() } : {},
			inst,
			continue: !def.abort
		});
	});
	else (_b = inst._zod).check ?? (_b.check = () => {});
});
const $ZodCheckRegex = /*@__PURE__*/ $constructor("$ZodCheckRegex", (inst, def) => {
	$ZodCheckStringFormat.init(inst, def);
	inst._zod.check = (payload) => {
		def.pattern.lastIndex = 0;
		if (def.pattern.test(payload.value)) return;
		payload.issues.push({
			origin: "string",
			code: "invalid_format",
			format: "regex",
			input: payload.value,
			pattern: def.pattern.toString(),
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCheckLowerCase = /*@__PURE__*/ $constructor("$ZodCheckLowerCase", (inst, def) => {
	def.pattern ?? (def.pattern = lowercase);
	$ZodCheckStringFormat.init(inst, def);
});
const $ZodCheckUpperCase = /*@__PURE__*/ $constructor("$ZodCheckUpperCase", (inst, def) => {
	def.pattern ?? (def.pattern = uppercase);
	$ZodCheckStringFormat.init(inst, def);
});
const $ZodCheckIncludes = /*@__PURE__*/ $constructor("$ZodCheckIncludes", (inst, def) => {
	$ZodCheck.init(inst, def);
	const escapedRegex = escapeRegex(def.includes);
	def.pattern = new RegExp(typeof def.position === "number" ? `^.{${def.position},}${escapedRegex}` : escapedRegex);
	inst._zod.check = (payload) => {
		if (payload.value.includes(def.includes, def.position)) return;
		payload.issues.push({
			origin: "string",
			code: "invalid_format",
			format: "includes",
			includes: def.includes,
			input: payload.value,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCheckStartsWith = /*@__PURE__*/ $constructor("$ZodCheckStartsWith", (inst, def) => {
	$ZodCheck.init(inst, def);
	const pattern = new RegExp(`^${escapeRegex(def.prefix)}.*`);
	def.pattern ?? (def.pattern = pattern);
	inst._zod.check = (payload) => {
		if (payload.value.startsWith(def.prefix)) return;
		payload.issues.push({
			origin: "string",
			code: "invalid_format",
			format: "starts_with",
			prefix: def.prefix,
			input: payload.value,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCheckEndsWith = /*@__PURE__*/ $constructor("$ZodCheckEndsWith", (inst, def) => {
	$ZodCheck.init(inst, def);
	const pattern = new RegExp(`.*${escapeRegex(def.suffix)}$`);
	def.pattern ?? (def.pattern = pattern);
	inst._zod.check = (payload) => {
		if (payload.value.endsWith(def.suffix)) return;
		payload.issues.push({
			origin: "string",
			code: "invalid_format",
			format: "ends_with",
			suffix: def.suffix,
			input: payload.value,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCheckOverwrite = /*@__PURE__*/ $constructor("$ZodCheckOverwrite", (inst, def) => {
	$ZodCheck.init(inst, def);
	inst._zod.check = (payload) => {
		payload.value = def.tx(payload.value);
	};
});
// node_modules/zod/v4/core/doc.js
var Doc = class {
	constructor(args = [], closed = {}) {
		this.content = [];
		this.indent = 0;
		this.args = args;
		this.closed = closed;
	}
	indented(fn) {
		this.indent += 1;
		try {
			fn(this);
		} finally {
			this.indent -= 1;
		}
	}
	write(arg) {
		if (typeof arg === "function") {
			arg(this, { execution: "sync" });
			arg(this, { execution: "async" });
			return;
		}
		const lines = arg.split("\n").filter((x) => x);
		const minIndent = Math.min(...lines.map((x) => x.length - x.trimStart().length));
		const dedented = lines.map((x) => x.slice(minIndent)).map((x) => " ".repeat(this.indent * 2) + x);
		for (const line of dedented) this.content.push(line);
	}
	compile() {
		const F = Function;
		const content = this?.content ?? [``];
		return new F(...Object.keys(this.closed), `return function (${this.args.join(", ")}) {\n${content.join("\n")}\n};`)(...Object.values(this.closed));
	}
};
// node_modules/zod/v4/core/versions.js
const version = {
	major: 4,
	minor: 6,
	patch: 7
};
// node_modules/zod/v4/core/schemas.js
const $ZodType = /*@__PURE__*/ $constructor("$ZodType", (inst, def) => {
	var _a;
	inst ?? (inst = {});
	inst._zod.def = def;
	inst._zod.bag = inst._zod.bag || {};
	inst._zod.version = version;
	const defChecks = inst._zod.def.checks;
	const checks = inst._zod.traits.has("$ZodCheck") ? [inst, ...defChecks ?? []] : defChecks?.length ? [...defChecks] : [];
	for (const ch of checks) for (const fn of ch._zod.onattach) fn(inst);
	if (checks.length === 0) {
		(_a = inst._zod).deferred ?? (_a.deferred = []);
		inst._zod.deferred?.push(() => {
			inst._zod.run = inst._zod.parse;
		});
	} else {
		const runChecks = (payload, checks, ctx) => {
			if (payload.memo) return payload;
			let isAborted = aborted(payload);
			let asyncResult;
			for (const ch of checks) {
				if (ch._zod.def.when) {
					if (explicitlyAborted(payload)) continue;
					if (!ch._zod.def.when(payload)) continue;
				} else if (isAborted) continue;
				const currLen = payload.issues.length;
				const _ = ch._zod.check(payload);
				if (_ instanceof Promise && ctx?.async === false) throw new $ZodAsyncError();
				if (asyncResult || _ instanceof Promise) asyncResult = (asyncResult ?? Promise.resolve()).then(async () => {
					await _;
					if (payload.issues.length === currLen) return;
					attachSchema(payload.issues, currLen, inst);
					if (!isAborted) isAborted = aborted(payload, currLen);
				});
				else {
					if (payload.issues.length === currLen) continue;
					attachSchema(payload.issues, currLen, inst);
					if (!isAborted) isAborted = aborted(payload, currLen);
				}
			}
			if (asyncResult) return asyncResult.then(() => {
				return payload;
			});
			return payload;
		};
		const handleCanaryResult = (canary, payload, ctx) => {
			if (aborted(canary)) {
				canary.aborted = true;
				return canary;
			}
			const checkResult = runChecks(payload, checks, ctx);
			if (checkResult instanceof Promise) {
				if (ctx.async === false) throw new $ZodAsyncError();
				return checkResult.then((checkResult) => inst._zod.parse(checkResult, ctx));
			}
			return inst._zod.parse(checkResult, ctx);
		};
		inst._zod.run = (payload, ctx) => {
			if (ctx.skipChecks) return inst._zod.parse(payload, ctx);
			if (ctx.direction === "backward") {
				const canary = inst._zod.parse({
					value: payload.value,
					issues: []
				}, {
					...ctx,
					skipChecks: true
				});
				if (canary instanceof Promise) return canary.then((canary) => {
					return handleCanaryResult(canary, payload, ctx);
				});
				return handleCanaryResult(canary, payload, ctx);
			}
			const result = inst._zod.parse(payload, ctx);
			if (result instanceof Promise) {
				if (ctx.async === false) throw new $ZodAsyncError();
				return result.then((result) => runChecks(result, checks, ctx));
			}
			return runChecks(result, checks, ctx);
		};
	}
}, {
	get "~standard"() {
		return hide(this, "~standard", standardProps(this));
	},
	set "~standard"(value) {
		own(this, "~standard", value);
	}
});
/** The Standard Schema surface for `inst`. Shared so wrappers can extend it without forcing it. */
const toStandardResult = (r, ctx) => r.issues.length ? { issues: r.issues.map((iss) => finalizeIssue(iss, ctx, config())) } : { value: r.value };
async function validateAsync(inst, value) {
	const ctx = { async: true };
	return toStandardResult(await inst._zod.run({
		value,
		issues: []
	}, ctx), ctx);
}
function standardProps(inst) {
	return {
		validate: (value) => {
			const ctx = { async: false };
			try {
				const r = inst._zod.run({
					value,
					issues: []
				}, ctx);
				if (!(r instanceof Promise)) return toStandardResult(r, ctx);
			} catch (_) {}
			return validateAsync(inst, value);
		},
		vendor: "zod",
		version: 1
	};
}
const $ZodString = /*@__PURE__*/ $constructor("$ZodString", (inst, def) => {
	$ZodType.init(inst, def);
	inst._zod.pattern = def.pattern ?? anyString;
	inst._zod.parse = (payload, _) => {
		if (def.coerce) try {
			payload.value = String(payload.value);
		} catch (_) {}
		if (typeof payload.value === "string") return payload;
		payload.issues.push({
			expected: "string",
			code: "invalid_type",
			input: payload.value,
			inst
		});
		return payload;
	};
});
const $ZodStringFormat = /*@__PURE__*/ $constructor("$ZodStringFormat", (inst, def) => {
	$ZodCheckStringFormat.init(inst, def);
	$ZodString.init(inst, def);
});
const $ZodGUID = /*@__PURE__*/ $constructor("$ZodGUID", (inst, def) => {
	def.pattern ?? (def.pattern = guid);
	$ZodStringFormat.init(inst, def);
});
const $ZodUUID = /*@__PURE__*/ $constructor("$ZodUUID", (inst, def) => {
	if (def.version) {
		const v = {
			v1: 1,
			v2: 2,
			v3: 3,
			v4: 4,
			v5: 5,
			v6: 6,
			v7: 7,
			v8: 8
		}[def.version];
		if (v === void 0) throw new Error(`Invalid UUID version: "${def.version}"`);
		def.pattern ?? (def.pattern = uuid(v));
	} else def.pattern ?? (def.pattern = uuid());
	$ZodStringFormat.init(inst, def);
});
const $ZodEmail = /*@__PURE__*/ $constructor("$ZodEmail", (inst, def) => {
	def.pattern ?? (def.pattern = email);
	$ZodStringFormat.init(inst, def);
});
function canParseURL(input) {
	try {
		if (typeof URL !== "undefined" && typeof URL.canParse === "function") return URL.canParse(input);
		new URL(input);
		return true;
	} catch {
		return false;
	}
}
function validateURL(trimmed, def) {
	if (!("normalize" in def) && !("hostname" in def) && !("protocol" in def)) return canParseURL(trimmed) || 2;
	return parseURLObject(trimmed, def);
}
/** Parses a URL while preserving the non-normalizing HTTP guard. */
function parseURLObject(trimmed, def) {
	if (!def.normalize && def.protocol?.source === httpProtocol.source && !/^https?:\/\//i.test(trimmed)) return 1;
	try {
		if (typeof URL !== "undefined") {
			const URLStatic = URL;
			if (typeof URLStatic.parse === "function") return URLStatic.parse(trimmed) ?? 2;
		}
		return new URL(trimmed);
	} catch {
		return 2;
	}
}
const asciiTabOrNewline = /[\t\n\r]/g;
/** The URL parser deletes every ASCII tab, LF and CR from its input before it parses, so `new URL("https://exa\nmple.com")` reports on `example.com`. Applying the same deletion to the returned value closes the half of that divergence which can move the host; the parser's other rewrite, stripping C0 controls at the edges, cannot. */
function stripTabAndNewline(value) {
	return value.replace(asciiTabOrNewline, "");
}
function urlHostnameOk(url, hostname) {
	hostname.lastIndex = 0;
	return hostname.test(url.hostname);
}
function urlProtocolOk(url, protocol) {
	protocol.lastIndex = 0;
	return protocol.test(url.protocol.endsWith(":") ? url.protocol.slice(0, -1) : url.protocol);
}
const $ZodURL = /*@__PURE__*/ $constructor("$ZodURL", (inst, def) => {
	$ZodStringFormat.init(inst, def);
	inst._zod.check = (payload) => {
		try {
			const trimmed = payload.value.trim();
			const url = validateURL(trimmed, def);
			if (url === 1) {
				payload.issues.push({
					code: "invalid_format",
					format: "url",
					note: "Invalid URL format",
					input: payload.value,
					inst,
					continue: !def.abort
				});
				return;
			}
			if (url === 2) {
				payload.issues.push({
					code: "invalid_format",
					format: "url",
					input: payload.value,
					inst,
					continue: !def.abort
				});
				return;
			}
			if (url === true) {
				payload.value = stripTabAndNewline(trimmed);
				return;
			}
			if (def.hostname && !urlHostnameOk(url, def.hostname)) payload.issues.push({
				code: "invalid_format",
				format: "url",
				note: "Invalid hostname",
				pattern: def.hostname.source,
				input: payload.value,
				inst,
				continue: !def.abort
			});
			if (def.protocol && !urlProtocolOk(url, def.protocol)) payload.issues.push({
				code: "invalid_format",
				format: "url",
				note: "Invalid protocol",
				pattern: def.protocol.source,
				input: payload.value,
				inst,
				continue: !def.abort
			});
			payload.value = def.normalize ? url.href : stripTabAndNewline(trimmed);
			return;
		} catch (_) {
			payload.issues.push({
				code: "invalid_format",
				format: "url",
				input: payload.value,
				inst,
				continue: !def.abort
			});
		}
	};
});
const $ZodEmoji = /*@__PURE__*/ $constructor("$ZodEmoji", (inst, def) => {
	def.pattern ?? (def.pattern = emoji());
	$ZodStringFormat.init(inst, def);
});
const $ZodNanoID = /*@__PURE__*/ $constructor("$ZodNanoID", (inst, def) => {
	if (def.length !== void 0 && (!Number.isInteger(def.length) || def.length < 1)) throw new Error(`Invalid nanoid length: ${def.length}`);
	def.pattern ?? (def.pattern = def.length === void 0 ? nanoid : nanoidOfLength(def.length));
	$ZodStringFormat.init(inst, def);
});
/**
* @deprecated CUID v1 is deprecated by its authors due to information leakage
* (timestamps embedded in the id). Use {@link $ZodCUID2} instead.
* See https://github.com/paralleldrive/cuid.
*/
const $ZodCUID = /*@__PURE__*/ $constructor("$ZodCUID", (inst, def) => {
	def.pattern ?? (def.pattern = cuid);
	$ZodStringFormat.init(inst, def);
});
const $ZodCUID2 = /*@__PURE__*/ $constructor("$ZodCUID2", (inst, def) => {
	def.pattern ?? (def.pattern = cuid2);
	$ZodStringFormat.init(inst, def);
});
const $ZodULID = /*@__PURE__*/ $constructor("$ZodULID", (inst, def) => {
	def.pattern ?? (def.pattern = ulid);
	$ZodStringFormat.init(inst, def);
});
const $ZodXID = /*@__PURE__*/ $constructor("$ZodXID", (inst, def) => {
	def.pattern ?? (def.pattern = xid);
	$ZodStringFormat.init(inst, def);
});
const $ZodKSUID = /*@__PURE__*/ $constructor("$ZodKSUID", (inst, def) => {
	def.pattern ?? (def.pattern = ksuid);
	$ZodStringFormat.init(inst, def);
});
const $ZodISODateTime = /*@__PURE__*/ $constructor("$ZodISODateTime", (inst, def) => {
	def.pattern ?? (def.pattern = datetime$1(def));
	$ZodStringFormat.init(inst, def);
});
const $ZodISODate = /*@__PURE__*/ $constructor("$ZodISODate", (inst, def) => {
	def.pattern ?? (def.pattern = date);
	$ZodStringFormat.init(inst, def);
});
const $ZodISOTime = /*@__PURE__*/ $constructor("$ZodISOTime", (inst, def) => {
	def.pattern ?? (def.pattern = time(def));
	$ZodStringFormat.init(inst, def);
});
const $ZodISODuration = /*@__PURE__*/ $constructor("$ZodISODuration", (inst, def) => {
	def.pattern ?? (def.pattern = duration);
	$ZodStringFormat.init(inst, def);
});
const $ZodIPv4 = /*@__PURE__*/ $constructor("$ZodIPv4", (inst, def) => {
	def.pattern ?? (def.pattern = ipv4);
	$ZodStringFormat.init(inst, def);
});
/** An IPv6 address is written with hex digits, colons and dots, and nothing else. The guard is what makes the check below an IPv6 check: `new URL("http://[...]")` parses an authority, not an address, so `@` and `\` re-delimit it and `"::@1\\"` validates against the host `0.0.0.1`. The URL parser also deletes ASCII tab, LF and CR rather than failing, which is how `"::1\n"` validated as `::1`. */
const ipv6Alphabet = /^[0-9a-fA-F:.]+$/;
function isValidIPv6(value) {
	if (!ipv6Alphabet.test(value)) return false;
	return canParseURL(`http://[${value}]`);
}
const $ZodIPv6 = /*@__PURE__*/ $constructor("$ZodIPv6", (inst, def) => {
	def.pattern ?? (def.pattern = ipv6);
	$ZodStringFormat.init(inst, def);
	inst._zod.check = (payload) => {
		if (!isValidIPv6(payload.value)) payload.issues.push({
			code: "invalid_format",
			format: "ipv6",
			input: payload.value,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCIDRv4 = /*@__PURE__*/ $constructor("$ZodCIDRv4", (inst, def) => {
	def.pattern ?? (def.pattern = cidrv4);
	$ZodStringFormat.init(inst, def);
});
function isValidCIDRv6(value) {
	const parts = value.split("/");
	if (parts.length !== 2) return false;
	const [address, prefix] = parts;
	if (!prefix) return false;
	const prefixNum = Number(prefix);
	if (`${prefixNum}` !== prefix) return false;
	if (prefixNum < 0 || prefixNum > 128) return false;
	return isValidIPv6(address);
}
const $ZodCIDRv6 = /*@__PURE__*/ $constructor("$ZodCIDRv6", (inst, def) => {
	def.pattern ?? (def.pattern = cidrv6);
	$ZodStringFormat.init(inst, def);
	inst._zod.check = (payload) => {
		if (!isValidCIDRv6(payload.value)) payload.issues.push({
			code: "invalid_format",
			format: "cidrv6",
			input: payload.value,
			inst,
			continue: !def.abort
		});
	};
});
function isValidBase64(data) {
	if (data === "") return true;
	if (/\s/.test(data)) return false;
	if (data.length % 4 !== 0) return false;
	try {
		atob(data);
		return true;
	} catch {
		return false;
	}
}
const base64Charset = /^[0-9a-zA-Z+/]*={0,2}$/;
const $ZodBase64 = /*@__PURE__*/ $constructor("$ZodBase64", (inst, def) => {
	def.pattern ?? (def.pattern = base64Charset);
	$ZodStringFormat.init(inst, def);
	inst._zod.check = (payload) => {
		if (isValidBase64(payload.value)) return;
		payload.issues.push({
			code: "invalid_format",
			format: "base64",
			input: payload.value,
			inst,
			continue: !def.abort
		});
	};
});
const base64urlCharset = /^[A-Za-z0-9_-]*$/;
function isValidBase64URL(data) {
	if (!base64urlCharset.test(data)) return false;
	const base64 = data.replace(/[-_]/g, (c) => c === "-" ? "+" : "/");
	return isValidBase64(base64.padEnd(Math.ceil(base64.length / 4) * 4, "="));
}
const $ZodBase64URL = /*@__PURE__*/ $constructor("$ZodBase64URL", (inst, def) => {
	def.pattern ?? (def.pattern = base64urlCharset);
	$ZodStringFormat.init(inst, def);
	inst._zod.check = (payload) => {
		if (isValidBase64URL(payload.value)) return;
		payload.issues.push({
			code: "invalid_format",
			format: "base64url",
			input: payload.value,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodE164 = /*@__PURE__*/ $constructor("$ZodE164", (inst, def) => {
	def.pattern ?? (def.pattern = e164);
	$ZodStringFormat.init(inst, def);
});
function isValidJWT(token, algorithm = null) {
	try {
		const tokensParts = token.split(".");
		if (tokensParts.length !== 3) return false;
		const [header] = tokensParts;
		if (!header) return false;
		const parsedHeader = JSON.parse(atob(header));
		if ("typ" in parsedHeader && parsedHeader?.typ !== "JWT") return false;
		if (!parsedHeader.alg) return false;
		if (algorithm && (!("alg" in parsedHeader) || parsedHeader.alg !== algorithm)) return false;
		return true;
	} catch {
		return false;
	}
}
const $ZodJWT = /*@__PURE__*/ $constructor("$ZodJWT", (inst, def) => {
	$ZodStringFormat.init(inst, def);
	inst._zod.check = (payload) => {
		if (isValidJWT(payload.value, def.alg)) return;
		payload.issues.push({
			code: "invalid_format",
			format: "jwt",
			input: payload.value,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodNumber = /*@__PURE__*/ $constructor("$ZodNumber", (inst, def) => {
	$ZodType.init(inst, def);
	inst._zod.pattern = number$1;
	inst._zod.parse = (payload, _ctx) => {
		if (def.coerce) try {
			payload.value = Number(payload.value);
		} catch (_) {}
		const input = payload.value;
		if (typeof input === "number" && !Number.isNaN(input) && Number.isFinite(input)) return payload;
		const received = typeof input === "number" ? Number.isNaN(input) ? "NaN" : !Number.isFinite(input) ? String(input) : void 0 : void 0;
		payload.issues.push({
			expected: "number",
			code: "invalid_type",
			input,
			inst,
			...received ? { received } : {}
		});
		return payload;
	};
});
const $ZodNumberFormat = /*@__PURE__*/ $constructor("$ZodNumberFormat", (inst, def) => {
	$ZodCheckNumberFormat.init(inst, def);
	$ZodNumber.init(inst, def);
});
const $ZodUnknown = /*@__PURE__*/ $constructor("$ZodUnknown", (inst, def) => {
	$ZodType.init(inst, def);
	inst._zod.parse = (payload) => payload;
});
const $ZodNever = /*@__PURE__*/ $constructor("$ZodNever", (inst, def) => {
	$ZodType.init(inst, def);
	inst._zod.parse = (payload, _ctx) => {
		payload.issues.push({
			expected: "never",
			code: "invalid_type",
			input: payload.value,
			inst
		});
		return payload;
	};
});
function capSize(inst, size) {
	const caps = sizeCaps(inst._zod.def.checks);
	if (!caps.length) return;
	const cap = Math.min(...caps.map((c) => c[0]));
	const parse = inst._zod.parse;
	inst._zod.parse = (payload, ctx) => {
		const n = size(payload.value);
		if (n > cap && !ctx?.skipChecks && ctx?.direction !== "backward") {
			for (const [max, ch] of sizeCaps(inst._zod.def.checks)) if (n > max && ch._zod.def.when(payload)) {
				const start = payload.issues.length;
				ch._zod.check(payload);
				payload.issues[start].continue = false;
				attachSchema(payload.issues, start, inst);
				return payload;
			}
		}
		return parse(payload, ctx);
	};
}
const arraySize = (input) => Array.isArray(input) ? input.length : -1;
function handleArrayResult(result, final, index) {
	if (result.issues.length) final.issues.push(...prefixIssues(index, result.issues));
	final.value[index] = result.value;
}
const $ZodArray = /*@__PURE__*/ $constructor("$ZodArray", (inst, def) => {
	$ZodType.init(inst, def);
	const memo = globalConfig.memoizer;
	memo?.attach(inst);
	inst._zod.parse = (payload, ctx) => {
		const input = payload.value;
		if (!Array.isArray(input)) {
			payload.issues.push({
				expected: "array",
				code: "invalid_type",
				input,
				inst
			});
			return payload;
		}
		payload.value = memo ? memo.alloc(inst, payload, Array(input.length), ctx) : Array(input.length);
		const proms = [];
		const abortEarly = ctx?.abortEarly;
		for (let i = 0; i < input.length; i++) {
			const item = input[i];
			const result = def.element._zod.run({
				value: item,
				issues: []
			}, ctx);
			if (result instanceof Promise) proms.push(result.then((result) => handleArrayResult(result, payload, i)));
			else {
				handleArrayResult(result, payload, i);
				if (abortEarly && result.issues.length !== 0 && aborted(result)) break;
			}
		}
		if (proms.length) return Promise.all(proms).then(() => payload);
		return payload;
	};
	capSize(inst, arraySize);
});
function handlePropertyResult(result, final, key, input, optin, optout) {
	const isPresent = key in input;
	const isOptionalOut = optout === "optional";
	if (!isPresent && isOptionalOut && optin === "optional") return;
	if (result.issues.length) {
		if (optin !== void 0 && isOptionalOut && !isPresent) return;
		final.issues.push(...prefixIssues(key, result.issues));
	}
	if (!isPresent && optin === void 0) {
		if (!result.issues.length) final.issues.push({
			code: "invalid_type",
			expected: "nonoptional",
			input: void 0,
			path: [key]
		});
		return;
	}
	if (result.value === void 0) {
		if (isPresent || optin === "defaulted" && !isOptionalOut) final.value[key] = void 0;
	} else final.value[key] = result.value;
}
const NO_SYMBOL_KEYS = [];
function normalizeDef(def) {
	const keys = Object.keys(def.shape);
	const ownSymbols = Object.getOwnPropertySymbols(def.shape);
	const symbolKeys = ownSymbols.length ? ownSymbols : NO_SYMBOL_KEYS;
	const allKeys = symbolKeys.length ? [...keys, ...symbolKeys] : keys;
	for (const k of allKeys) if (!def.shape?.[k]?._zod?.traits?.has("$ZodType")) throw new Error(`Invalid element at key "${String(k)}": expected a Zod schema`);
	const okeys = optionalKeys(def.shape);
	return {
		...def,
		allKeys,
		symbolKeys,
		keySet: new Set(keys),
		numKeys: keys.length,
		optionalKeys: new Set(okeys)
	};
}
function handleCatchall(proms, input, payload, ctx, def, inst, abortEarly) {
	const unrecognized = [];
	const keySet = def.keySet;
	const _catchall = def.catchall._zod;
	const t = _catchall.def.type;
	const optin = _catchall.optin;
	const optout = _catchall.optout;
	let seen = 0;
	for (const key in input) {
		if (abortEarly && payload.issues.length !== seen) {
			if (aborted(payload, seen)) break;
			seen = payload.issues.length;
		}
		if (keySet.has(key)) continue;
		if (key === "__proto__") {
			if (t === "never") unrecognized.push(key);
			continue;
		}
		if (t === "never") {
			unrecognized.push(key);
			continue;
		}
		const r = _catchall.run({
			value: input[key],
			issues: []
		}, ctx);
		if (r instanceof Promise) proms.push(r.then((r) => handlePropertyResult(r, payload, key, input, optin, optout)));
		else handlePropertyResult(r, payload, key, input, optin, optout);
	}
	if (unrecognized.length) payload.issues.push({
		code: "unrecognized_keys",
		keys: unrecognized,
		input,
		inst,
		continue: true
	});
	if (!proms.length) return payload;
	return Promise.all(proms).then(() => {
		return payload;
	});
}
const $ZodObject = /*@__PURE__*/ $constructor("$ZodObject", (inst, def) => {
	$ZodType.init(inst, def);
	const desc = Object.getOwnPropertyDescriptor(def, "shape");
	const sh = desc?.get ? desc.get.raw : def.shape ?? {};
	if (sh) {
		const get = () => {
			const newSh = { ...sh };
			Object.defineProperty(def, "shape", { value: newSh });
			get.raw = newSh;
			return newSh;
		};
		get.raw = sh;
		Object.defineProperty(def, "shape", { get });
	}
	const _normalized = cached(() => normalizeDef(def));
	defineLazyInternal(inst, "propValues", (zod) => {
		const shape = zod.def.shape;
		const propValues = {};
		for (const key in shape) {
			const field = shape[key]._zod;
			if (field.values) {
				if (!Object.prototype.hasOwnProperty.call(propValues, key)) assignProp(propValues, key, /* @__PURE__ */ new Set());
				for (const v of field.values) propValues[key].add(v);
				if (field.optin !== void 0) propValues[key].add(void 0);
			}
		}
		return propValues;
	});
	const isObject$1 = isObject;
	const catchall = def.catchall;
	let value;
	const memo = globalConfig.memoizer;
	memo?.attach(inst);
	inst._zod.parse = (payload, ctx) => {
		value ?? (value = _normalized.value);
		const input = payload.value;
		if (!isObject$1(input)) {
			payload.issues.push({
				expected: "object",
				code: "invalid_type",
				input,
				inst
			});
			return payload;
		}
		payload.value = memo ? memo.alloc(inst, payload, {}, ctx) : {};
		const proms = [];
		const shape = value.shape;
		const abortEarly = ctx?.abortEarly;
		let seen = payload.issues.length;
		for (const key of value.allKeys) {
			if (abortEarly && payload.issues.length !== seen) {
				if (aborted(payload, seen)) break;
				seen = payload.issues.length;
			}
			if (key === "__proto__") continue;
			const el = shape[key];
			const optin = el._zod.optin;
			const optout = el._zod.optout;
			const r = el._zod.run({
				value: input[key],
				issues: []
			}, ctx);
			if (r instanceof Promise) proms.push(r.then((r) => handlePropertyResult(r, payload, key, input, optin, optout)));
			else handlePropertyResult(r, payload, key, input, optin, optout);
		}
		if (!catchall) return proms.length ? Promise.all(proms).then(() => payload) : payload;
		return handleCatchall(proms, input, payload, ctx, _normalized.value, inst, abortEarly === true);
	};
});
const $ZodObjectJIT = /*@__PURE__*/ $constructor("$ZodObjectJIT", (inst, def) => {
	$ZodObject.init(inst, def);
	const superParse = inst._zod.parse;
	const _normalized = cached(() => normalizeDef(def));
	const memo = globalConfig.memoizer;
	const generateFastpass = (shape) => {
		const normalized = _normalized.value;
		const syms = normalized.symbolKeys;
		const doc = new Doc(["payload", "ctx"], {
			shape,
			inst,
			memo,
			syms
		});
		const parseStr = (k) => `shape[${k}]._zod.run({ value: input[${k}], issues: [] }, ctx)`;
		const prefixStr = (id, k) => `
          let ${id}_ab = false;
          for (let i = 0; i < ${id}.issues.length; i++) {
            const iss = ${id}.issues[i];
            iss.path = iss.path ? [${k}, ...iss.path] : [${k}];
            payload.issues.push(iss);
            if (iss.continue !== true) ${id}_ab = true;
          }
          if (${id}_ab && ctx && ctx.abortEarly) {
            payload.value = newResult;
            return payload;
          }`;
		doc.write(`const input = payload.value;`);
		const ids = Object.create(null);
		let counter = 0;
		for (const key of normalized.allKeys) ids[key] = `key_${counter++}`;
		doc.write(memo ? `const newResult = memo.alloc(inst, payload, {}, ctx);` : `const newResult = {};`);
		for (const key of normalized.allKeys) {
			if (key === "__proto__") continue;
			const id = ids[key];
			const k = typeof key === "symbol" ? `syms[${syms.indexOf(key)}]` : esc(key);
			const isPresent = `${k} in input`;
			const schema = shape[key];
			const optin = schema?._zod?.optin;
			const isOptionalIn = optin !== void 0;
			const isOptionalOut = schema?._zod?.optout === "optional";
			doc.write(`const ${id} = ${parseStr(k)};`);
			if (isOptionalIn && isOptionalOut) {
				const assign = optin === "optional" ? `${id}_present` : `${id}.value !== undefined || ${id}_present`;
				doc.write(`
        const ${id}_present = ${isPresent};
        if (!${id}.issues.length || ${id}_present) {
          if (${id}.issues.length) {${prefixStr(id, k)}
          }

          if (${assign}) {
            newResult[${k}] = ${id}.value;
          }
        }

      `);
			} else if (!isOptionalIn) doc.write(`
        const ${id}_present = ${isPresent};
        if (${id}.issues.length) {${prefixStr(id, k)}
        }
        if (!${id}_present && !${id}.issues.length) {
          payload.issues.push({
            code: "invalid_type",
            expected: "nonoptional",
            input: undefined,
            path: [${k}]
          });
          if (ctx && ctx.abortEarly) {
            payload.value = newResult;
            return payload;
          }
        }

        if (${id}_present) {
          newResult[${k}] = ${id}.value;
        }

      `);
			else {
				doc.write(`
        if (${id}.issues.length) {${prefixStr(id, k)}
        }
      `);
				if (optin === "defaulted") doc.write(`newResult[${k}] = ${id}.value;`);
				else doc.write(`
        if (${id}.value !== undefined || ${isPresent}) {
          newResult[${k}] = ${id}.value;
        }
      `);
			}
		}
		doc.write(`payload.value = newResult;`);
		doc.write(`return payload;`);
		return doc.compile();
	};
	let fastpass;
	const isObject$2 = isObject;
	const jit = !globalConfig.jitless;
	const fastEnabled = jit && allowsEval.value;
	const catchall = def.catchall;
	let value;
	inst._zod.parse = (payload, ctx) => {
		value ?? (value = _normalized.value);
		const input = payload.value;
		if (!isObject$2(input)) {
			payload.issues.push({
				expected: "object",
				code: "invalid_type",
				input,
				inst
			});
			return payload;
		}
		if (jit && fastEnabled && ctx?.async === false && ctx.jitless !== true) {
			if (!fastpass) fastpass = generateFastpass(def.shape);
			payload = fastpass(payload, ctx);
			if (!catchall) return payload;
			return handleCatchall([], input, payload, ctx, value, inst, ctx?.abortEarly === true);
		}
		return superParse(payload, ctx);
	};
});
function handleUnionResults(results, final, inst, ctx) {
	for (const result of results) if (result.issues.length === 0) {
		final.value = result.value;
		return final;
	}
	const nonaborted = results.filter((r) => !aborted(r));
	if (nonaborted.length === 1) {
		final.value = nonaborted[0].value;
		return nonaborted[0];
	}
	final.issues.push({
		code: "invalid_union",
		input: final.value,
		inst,
		errors: results.map((result) => result.issues.map((iss) => finalizeIssue(iss, ctx, config())))
	});
	return final;
}
const $ZodUnion = /*@__PURE__*/ $constructor("$ZodUnion", (inst, def) => {
	$ZodType.init(inst, def);
	defineLazyInternal(inst, "optin", (zod) => zod.def.options.some((o) => o._zod.optin === "defaulted") ? "defaulted" : zod.def.options.some((o) => o._zod.optin !== void 0) ? "optional" : void 0);
	defineLazyInternal(inst, "optout", (zod) => zod.def.options.some((o) => o._zod.optout === "optional") ? "optional" : void 0);
	defineLazyInternal(inst, "values", (zod) => {
		if (zod.def.options.every((o) => o._zod.values)) return new Set(zod.def.options.flatMap((option) => Array.from(option._zod.values)));
	});
	defineLazyInternal(inst, "pattern", (zod) => {
		if (zod.def.options.every((o) => o._zod.pattern)) {
			const patterns = zod.def.options.map((o) => o._zod.pattern);
			return new RegExp(`^(${patterns.map((p) => cleanRegex(p.source)).join("|")})$`);
		}
	});
	const first = def.options.length === 1 ? def.options[0]._zod.run : null;
	inst._zod.parse = (payload, ctx) => {
		if (first) return first(payload, ctx);
		let async = false;
		const results = [];
		for (const option of def.options) {
			const result = option._zod.run({
				value: payload.value,
				issues: []
			}, ctx);
			if (result instanceof Promise) {
				results.push(result);
				async = true;
			} else {
				if (result.issues.length === 0) return result;
				results.push(result);
			}
		}
		if (!async) return handleUnionResults(results, payload, inst, ctx);
		return Promise.all(results).then((results) => {
			return handleUnionResults(results, payload, inst, ctx);
		});
	};
});
const $ZodIntersection = /*@__PURE__*/ $constructor("$ZodIntersection", (inst, def) => {
	$ZodType.init(inst, def);
	inst._zod.parse = (payload, ctx) => {
		const input = payload.value;
		const left = def.left._zod.run({
			value: input,
			issues: []
		}, ctx);
		const right = def.right._zod.run({
			value: input,
			issues: []
		}, ctx);
		if (left instanceof Promise || right instanceof Promise) return Promise.all([left, right]).then(([left, right]) => {
			return handleIntersectionResults(payload, left, right);
		});
		return handleIntersectionResults(payload, left, right);
	};
});
function mergeValues(a, b) {
	if (a === b) return {
		valid: true,
		data: a
	};
	if (a instanceof Date && b instanceof Date && +a === +b) return {
		valid: true,
		data: a
	};
	if (isPlainObject(a) && isPlainObject(b)) {
		const bKeys = Object.keys(b);
		const sharedKeys = Object.keys(a).filter((key) => bKeys.indexOf(key) !== -1);
		const newObj = {
			...a,
			...b
		};
		if (Object.prototype.hasOwnProperty.call(newObj, "__proto__")) delete newObj.__proto__;
		for (const key of sharedKeys) {
			if (key === "__proto__") continue;
			const sharedValue = mergeValues(a[key], b[key]);
			if (!sharedValue.valid) return {
				valid: false,
				mergeErrorPath: [key, ...sharedValue.mergeErrorPath]
			};
			newObj[key] = sharedValue.data;
		}
		return {
			valid: true,
			data: newObj
		};
	}
	if (Array.isArray(a) && Array.isArray(b)) {
		if (a.length !== b.length) return {
			valid: false,
			mergeErrorPath: []
		};
		const newArray = [];
		for (let index = 0; index < a.length; index++) {
			const itemA = a[index];
			const itemB = b[index];
			const sharedValue = mergeValues(itemA, itemB);
			if (!sharedValue.valid) return {
				valid: false,
				mergeErrorPath: [index, ...sharedValue.mergeErrorPath]
			};
			newArray.push(sharedValue.data);
		}
		return {
			valid: true,
			data: newArray
		};
	}
	return {
		valid: false,
		mergeErrorPath: []
	};
}
function handleIntersectionResults(result, left, right) {
	const unrecKeys = /* @__PURE__ */ new Map();
	let unrecIssue;
	const keyIssues = /* @__PURE__ */ new Map();
	const collect = (iss, side) => {
		let keys;
		if (iss.code === "unrecognized_keys" && !iss.path?.length) {
			unrecIssue ?? (unrecIssue = iss);
			keys = iss.keys;
		} else if (iss.code === "invalid_key" && iss.origin === "record" && iss.path?.length === 1) {
			const k = String(iss.path[0]);
			if (!keyIssues.has(k)) keyIssues.set(k, iss);
			keys = [k];
		} else return false;
		for (const k of keys) {
			if (!unrecKeys.has(k)) unrecKeys.set(k, {});
			unrecKeys.get(k)[side] = true;
		}
		return true;
	};
	for (const iss of left.issues) if (!collect(iss, "l")) result.issues.push(iss);
	for (const iss of right.issues) if (!collect(iss, "r")) result.issues.push(iss);
	const bothKeys = [...unrecKeys].filter(([, f]) => f.l && f.r).map(([k]) => k);
	if (bothKeys.length) {
		const aggregated = unrecIssue ? bothKeys.filter((k) => unrecIssue.keys.includes(k)) : [];
		if (aggregated.length) result.issues.push({
			...unrecIssue,
			keys: aggregated
		});
		for (const k of bothKeys) if (!aggregated.includes(k) && keyIssues.has(k)) result.issues.push(keyIssues.get(k));
	}
	const merged = mergeValues(left.value, right.value);
	if (!merged.valid) {
		if (aborted(result)) return result;
		throw new Error(`Unmergable intersection. Error path: ${JSON.stringify(merged.mergeErrorPath)}`);
	}
	result.value = merged.data;
	return result;
}
const $ZodEnum = /*@__PURE__*/ $constructor("$ZodEnum", (inst, def) => {
	$ZodType.init(inst, def);
	const values = getEnumValues(def.entries);
	const valuesSet = new Set(values);
	inst._zod.values = valuesSet;
	defineLazyInternal(inst, "pattern", (zod) => {
		const patternValues = getEnumValues(zod.def.entries).filter((k) => propertyKeyTypes.has(typeof k));
		return new RegExp(patternValues.length ? `^(${patternValues.map((o) => escapeRegex(o.toString())).join("|")})$` : "^[^\\s\\S]$");
	});
	inst._zod.parse = (payload, _ctx) => {
		const input = payload.value;
		if (valuesSet.has(input)) return payload;
		payload.issues.push({
			code: "invalid_value",
			values,
			input,
			inst
		});
		return payload;
	};
});
const $ZodLiteral = /*@__PURE__*/ $constructor("$ZodLiteral", (inst, def) => {
	$ZodType.init(inst, def);
	const values = new Set(def.values);
	inst._zod.values = values;
	defineLazyInternal(inst, "pattern", (zod) => {
		const vals = zod.def.values;
		return new RegExp(vals.length ? `^(${vals.map((o) => typeof o === "string" ? escapeRegex(o) : o ? escapeRegex(o.toString()) : String(o)).join("|")})$` : "^[^\\s\\S]$");
	});
	inst._zod.parse = (payload, _ctx) => {
		const input = payload.value;
		if (values.has(input)) return payload;
		payload.issues.push({
			code: "invalid_value",
			values: def.values,
			input,
			inst
		});
		return payload;
	};
});
const $ZodTransform = /*@__PURE__*/ $constructor("$ZodTransform", (inst, def) => {
	$ZodType.init(inst, def);
	inst._zod.optin = "optional";
	globalConfig.memoizer?.guard(inst);
	inst._zod.parse = (payload, ctx) => {
		if (ctx.direction === "backward") throw new $ZodEncodeError(inst.constructor.name);
		const _out = def.transform(payload.value, payload);
		if (ctx.async) return (_out instanceof Promise ? _out : Promise.resolve(_out)).then((output) => {
			payload.value = output;
			return payload;
		});
		if (_out instanceof Promise) throw new $ZodAsyncError();
		payload.value = _out;
		return payload;
	};
});
function handleOptionalResult(payload, result) {
	payload.value = result.issues.length ? void 0 : result.value;
	return payload;
}
const $ZodOptional = /*@__PURE__*/ $constructor("$ZodOptional", (inst, def) => {
	$ZodType.init(inst, def);
	defineLazyInternal(inst, "optin", (zod) => zod.def.innerType._zod.optin === "defaulted" ? "defaulted" : "optional");
	inst._zod.optout = "optional";
	defineLazyInternal(inst, "values", (zod) => {
		const values = zod.def.innerType._zod.values;
		return values ? /* @__PURE__ */ new Set([...values, void 0]) : void 0;
	});
	defineLazyInternal(inst, "pattern", (zod) => {
		const pattern = zod.def.innerType._zod.pattern;
		return pattern ? new RegExp(`^(${cleanRegex(pattern.source)})?$`) : void 0;
	});
	inst._zod.parse = (payload, ctx) => {
		if (payload.value === void 0) {
			if (def.innerType._zod.optin !== "defaulted") return payload;
			const result = def.innerType._zod.run({
				value: payload.value,
				issues: []
			}, ctx);
			if (result instanceof Promise) return result.then((result) => handleOptionalResult(payload, result));
			return handleOptionalResult(payload, result);
		}
		return def.innerType._zod.run(payload, ctx);
	};
});
const $ZodExactOptional = /*@__PURE__*/ $constructor("$ZodExactOptional", (inst, def) => {
	$ZodOptional.init(inst, def);
	defineLazyInternal(inst, "values", (zod) => zod.def.innerType._zod.values);
	defineLazyInternal(inst, "pattern", (zod) => zod.def.innerType._zod.pattern);
	inst._zod.parse = (payload, ctx) => {
		return def.innerType._zod.run(payload, ctx);
	};
});
const $ZodNullable = /*@__PURE__*/ $constructor("$ZodNullable", (inst, def) => {
	$ZodType.init(inst, def);
	defineLazyInternal(inst, "optin", (zod) => zod.def.innerType._zod.optin);
	defineLazyInternal(inst, "optout", (zod) => zod.def.innerType._zod.optout);
	defineLazyInternal(inst, "pattern", (zod) => {
		const pattern = zod.def.innerType._zod.pattern;
		return pattern ? new RegExp(`^(${cleanRegex(pattern.source)}|null)$`) : void 0;
	});
	defineLazyInternal(inst, "values", (zod) => {
		return zod.def.innerType._zod.values ? /* @__PURE__ */ new Set([...zod.def.innerType._zod.values, null]) : void 0;
	});
	inst._zod.parse = (payload, ctx) => {
		if (payload.value === null) return payload;
		return def.innerType._zod.run(payload, ctx);
	};
});
const $ZodDefault = /*@__PURE__*/ $constructor("$ZodDefault", (inst, def) => {
	$ZodType.init(inst, def);
	inst._zod.optin = "defaulted";
	defineLazyInternal(inst, "values", (zod) => zod.def.innerType._zod.values);
	inst._zod.parse = (payload, ctx) => {
		if (ctx.direction === "backward") return def.innerType._zod.run(payload, ctx);
		if (payload.value === void 0) {
			payload.value = def.defaultValue;
			/**
			* $ZodDefault returns the default value immediately in forward direction.
			* It doesn't pass the default value into the validator ("prefault"). There's no reason to pass the default value through validation. The validity of the default is enforced by TypeScript statically. Otherwise, it's the responsibility of the user to ensure the default is valid. In the case of pipes with divergent in/out types, you can specify the default on the `in` schema of your ZodPipe to set a "prefault" for the pipe.   */
			return payload;
		}
		const result = def.innerType._zod.run(payload, ctx);
		if (result instanceof Promise) return result.then((result) => handleDefaultResult(result, def));
		return handleDefaultResult(result, def);
	};
});
function handleDefaultResult(payload, def) {
	if (payload.value === void 0) payload.value = def.defaultValue;
	return payload;
}
const $ZodPrefault = /*@__PURE__*/ $constructor("$ZodPrefault", (inst, def) => {
	$ZodType.init(inst, def);
	inst._zod.optin = "defaulted";
	defineLazyInternal(inst, "values", (zod) => zod.def.innerType._zod.values);
	inst._zod.parse = (payload, ctx) => {
		if (ctx.direction === "backward") return def.innerType._zod.run(payload, ctx);
		if (payload.value === void 0) payload.value = def.defaultValue;
		return def.innerType._zod.run(payload, ctx);
	};
});
const $ZodNonOptional = /*@__PURE__*/ $constructor("$ZodNonOptional", (inst, def) => {
	$ZodType.init(inst, def);
	defineLazyInternal(inst, "values", (zod) => {
		const v = zod.def.innerType._zod.values;
		return v ? new Set([...v].filter((x) => x !== void 0)) : void 0;
	});
	inst._zod.parse = (payload, ctx) => {
		const result = def.innerType._zod.run(payload, ctx);
		if (result instanceof Promise) return result.then((result) => handleNonOptionalResult(result, inst));
		return handleNonOptionalResult(result, inst);
	};
});
function handleNonOptionalResult(payload, inst) {
	if (!payload.issues.length && payload.value === void 0) payload.issues.push({
		code: "invalid_type",
		expected: "nonoptional",
		input: payload.value,
		inst
	});
	return payload;
}
function handleCatchResult(payload, result, def, ctx) {
	if (!result.issues.length) {
		payload.value = result.value;
		if (result.memo) payload.memo = true;
		return payload;
	}
	payload.value = def.catchValue({
		...result,
		value: payload.value,
		error: { issues: result.issues.map((iss) => finalizeIssue(iss, ctx, config())) },
		input: payload.value
	});
	return payload;
}
const $ZodCatch = /*@__PURE__*/ $constructor("$ZodCatch", (inst, def) => {
	$ZodType.init(inst, def);
	defineLazyInternal(inst, "optin", (zod) => zod.def.innerType._zod.optin === "defaulted" ? "defaulted" : "optional");
	defineLazyInternal(inst, "optout", (zod) => zod.def.innerType._zod.optout);
	defineLazyInternal(inst, "values", (zod) => zod.def.innerType._zod.values);
	inst._zod.parse = (payload, ctx) => {
		if (ctx.direction === "backward") return def.innerType._zod.run(payload, ctx);
		const result = def.innerType._zod.run({
			value: payload.value,
			issues: []
		}, ctx);
		if (result instanceof Promise) return result.then((result) => handleCatchResult(payload, result, def, ctx));
		return handleCatchResult(payload, result, def, ctx);
	};
});
const $ZodPipe = /*@__PURE__*/ $constructor("$ZodPipe", (inst, def) => {
	$ZodType.init(inst, def);
	defineLazyInternal(inst, "values", (zod) => zod.def.in._zod.values);
	defineLazyInternal(inst, "optin", (zod) => zod.def.in._zod.optin);
	defineLazyInternal(inst, "optout", (zod) => zod.def.out._zod.optout);
	defineLazyInternal(inst, "propValues", (zod) => zod.def.in._zod.propValues);
	inst._zod.parse = (payload, ctx) => {
		if (ctx.direction === "backward") {
			const right = def.out._zod.run(payload, ctx);
			if (right instanceof Promise) return right.then((right) => handlePipeResult(right, def.in, ctx));
			return handlePipeResult(right, def.in, ctx);
		}
		const left = def.in._zod.run(payload, ctx);
		if (left instanceof Promise) return left.then((left) => handlePipeResult(left, def.out, ctx));
		return handlePipeResult(left, def.out, ctx);
	};
});
function handlePipeResult(left, next, ctx) {
	if (left.issues.some((iss) => iss.code !== "unrecognized_keys")) {
		left.aborted = true;
		return left;
	}
	return next._zod.run({
		value: left.value,
		issues: left.issues
	}, ctx);
}
const $ZodReadonly = /*@__PURE__*/ $constructor("$ZodReadonly", (inst, def) => {
	$ZodType.init(inst, def);
	defineLazyInternal(inst, "propValues", (zod) => zod.def.innerType._zod.propValues);
	defineLazyInternal(inst, "values", (zod) => zod.def.innerType._zod.values);
	defineLazyInternal(inst, "optin", (zod) => zod.def.innerType?._zod?.optin);
	defineLazyInternal(inst, "optout", (zod) => zod.def.innerType?._zod?.optout);
	inst._zod.parse = (payload, ctx) => {
		if (ctx.direction === "backward") return def.innerType._zod.run(payload, ctx);
		const result = def.innerType._zod.run(payload, ctx);
		if (result instanceof Promise) return result.then(handleReadonlyResult);
		return handleReadonlyResult(result);
	};
});
function handleReadonlyResult(payload) {
	if (!payload.memo) payload.value = Object.freeze(payload.value);
	return payload;
}
const $ZodCustom = /*@__PURE__*/ $constructor("$ZodCustom", (inst, def) => {
	$ZodCheck.init(inst, def);
	$ZodType.init(inst, def);
	inst._zod.parse = (payload, _) => {
		return payload;
	};
	inst._zod.check = (payload) => {
		const input = payload.value;
		const r = def.fn(input);
		if (r instanceof Promise) return r.then((r) => handleRefineResult(r, payload, input, inst));
		handleRefineResult(r, payload, input, inst);
	};
});
function handleRefineResult(result, payload, input, inst) {
	if (!result) {
		const _iss = {
			code: "custom",
			input,
			inst,
			path: [...inst._zod.def.path ?? []],
			continue: !inst._zod.def.abort
		};
		if (inst._zod.def.params) _iss.params = inst._zod.def.params;
		payload.issues.push(issue(_iss));
	}
}
// node_modules/zod/v4/core/memoizer.js
var $ZodCyclicError = class extends Error {
	constructor() {
		super(`Cannot parse a reference cycle that closes through a transform`);
		this.name = "ZodCyclicError";
	}
};
/** Keyed off the context object every schema in one parse call already shares. */
const STATE = "~memo";
const NO_ISSUES = [];
function isRef(value) {
	return value !== null && typeof value === "object";
}
function cloneIssues(issues) {
	return issues.map((iss) => iss.path ? {
		...iss,
		path: iss.path.slice()
	} : { ...iss });
}
const recursive = /*@__PURE__*/ new WeakMap();
/** What the walk established, in order of certainty: ordered so the strongest answer among children wins. */
const NONE = 0;
const ASSUMED = 1;
const PROVEN = 2;
/** Whether this schema's subtree contains a cycle, so one parse can re-enter it. */
function isRecursive(inst, stack, resolve) {
	const cached = recursive.get(inst);
	if (cached !== void 0) return cached ? PROVEN : NONE;
	if (stack.has(inst)) return PROVEN;
	stack.add(inst);
	let result = NONE;
	const check = (child) => {
		if (result !== PROVEN && child?._zod) {
			const answer = isRecursive(child, stack, resolve);
			if (answer > result) result = answer;
		}
	};
	const shape = (sh, spread) => {
		let answer = NONE;
		for (const key of Reflect.ownKeys(sh)) {
			const desc = Object.getOwnPropertyDescriptor(sh, key);
			if (spread && !desc.enumerable) continue;
			const child = desc.get ? ASSUMED : desc.value?._zod ? isRecursive(desc.value, stack, resolve) : NONE;
			if (child > answer) answer = child;
		}
		return answer;
	};
	const merge = (answer) => {
		if (answer > result) result = answer;
	};
	const def = inst._zod.def;
	switch (def.type) {
		case "object": {
			const raw = rawShape(def);
			merge(raw ? shape(raw, true) : ASSUMED);
			check(def.catchall);
			break;
		}
		case "array":
			check(def.element);
			break;
		case "tuple":
			for (const el of def.items) check(el);
			check(def.rest);
			break;
		case "record":
		case "map":
			check(def.keyType);
			check(def.valueType);
			break;
		case "set":
			check(def.valueType);
			break;
		case "union":
			for (const el of def.options) check(el);
			break;
		case "intersection":
			check(def.left);
			check(def.right);
			break;
		case "optional":
		case "nullable":
		case "default":
		case "prefault":
		case "catch":
		case "readonly":
		case "nonoptional":
		case "promise":
		case "success":
			check(def.innerType);
			break;
		case "pipe":
			check(def.in);
			check(def.out);
			break;
		case "function":
			check(def.input);
			check(def.output);
			break;
		case "lazy": {
			const inner = def._cachedInner ?? (resolve ? inst._zod.innerType : void 0);
			merge(inner ? isRecursive(inner, stack, false) : ASSUMED);
			break;
		}
		case "template_literal":
		case "string":
		case "number":
		case "int":
		case "boolean":
		case "bigint":
		case "symbol":
		case "undefined":
		case "null":
		case "void":
		case "never":
		case "any":
		case "unknown":
		case "date":
		case "nan":
		case "enum":
		case "literal":
		case "file":
		case "transform":
		case "custom": break;
		default: for (const key in def) {
			const desc = Object.getOwnPropertyDescriptor(def, key);
			if (!desc || desc.get) continue;
			const value = desc.value;
			if (!value || typeof value !== "object") continue;
			if (value._zod) check(value);
			else if (Array.isArray(value)) for (const el of value) check(el);
		}
	}
	stack.delete(inst);
	return settle(inst, result);
}
/** An assumed answer must not outlive the resolution that settles it, so only a certain one is cached. */
function settle(inst, answer) {
	if (answer !== ASSUMED) recursive.set(inst, answer === PROVEN);
	return answer;
}
function bucketFor(state, inst) {
	let bucket = state.buckets.get(inst);
	if (!bucket) {
		bucket = /* @__PURE__ */ new WeakMap();
		state.buckets.set(inst, bucket);
	}
	return bucket;
}
let handoff;
const open = [];
const memo = {
	alloc(_inst, payload, empty) {
		const bucket = handoff;
		if (!bucket) return empty;
		handoff = void 0;
		const entry = {
			value: empty,
			issues: null
		};
		bucket.set(payload.value, entry);
		open.push(entry);
		return empty;
	},
	guard(inst) {
		var _a;
		(_a = inst._zod).deferred ?? (_a.deferred = []);
		inst._zod.deferred.push(() => {
			const base = inst._zod.parse;
			const wrapped = (payload, ctx) => {
				if (ctx.direction !== "backward" && isBackEdge(ctx, payload.value)) throw new $ZodCyclicError();
				return base(payload, ctx);
			};
			inst._zod.parse = wrapped;
			if (inst._zod.run === base) inst._zod.run = wrapped;
		});
	},
	attach(inst) {
		var _a;
		let isRecursiveInst;
		let rechecked = false;
		let lastCtx;
		let lastBucket;
		(_a = inst._zod).deferred ?? (_a.deferred = []);
		inst._zod.deferred.push(() => {
			const base = inst._zod.parse;
			const wrapped = (payload, ctx) => {
				if (isRecursiveInst === void 0) {
					const walked = isRecursive(inst, /* @__PURE__ */ new Set(), false);
					if (walked === NONE) {
						inst._zod.parse = base;
						if (inst._zod.run === wrapped) inst._zod.run = base;
						return base(payload, ctx);
					}
					if (walked === PROVEN || rechecked) isRecursiveInst = true;
					else rechecked = true;
				}
				const input = payload.value;
				if (!isRef(input)) return base(payload, ctx);
				let state = ctx[STATE];
				if (!state) {
					state = {
						buckets: /* @__PURE__ */ new WeakMap(),
						backEdges: void 0
					};
					ctx[STATE] = state;
				}
				let bucket;
				if (lastCtx === ctx) bucket = lastBucket;
				else {
					bucket = bucketFor(state, inst);
					lastCtx = ctx;
					lastBucket = bucket;
				}
				const hit = bucket.get(input);
				if (hit) {
					payload.value = hit.value;
					if (hit.issues) {
						if (hit.issues.length) payload.issues.push(...cloneIssues(hit.issues));
					} else {
						payload.memo = true;
						state.backEdges ?? (state.backEdges = /* @__PURE__ */ new WeakSet());
						state.backEdges.add(hit.value);
					}
					return payload;
				}
				handoff = bucket;
				const depth = open.length;
				const result = base(payload, ctx);
				handoff = void 0;
				const entry = open.length > depth ? open.pop() : void 0;
				if (result instanceof Promise) return result.then((r) => {
					if (entry) entry.issues = r.issues.length ? cloneIssues(r.issues) : NO_ISSUES;
					return r;
				});
				if (entry) entry.issues = result.issues.length ? cloneIssues(result.issues) : NO_ISSUES;
				return result;
			};
			inst._zod.parse = wrapped;
			if (inst._zod.run === base) inst._zod.run = wrapped;
		});
	}
};
/** The memoizer that gives containers cycle support. `zod` installs it by default; `zod/mini` opts in with `config({ memoizer: memoizer() })`. */
function memoizer() {
	return memo;
}
/** Whether this value is a node a back-edge resolved to before it finished. */
function isBackEdge(ctx, value) {
	const backEdges = ctx[STATE]?.backEdges;
	return backEdges !== void 0 && isRef(value) && backEdges.has(value);
}
// node_modules/zod/v4/locales/en.js
const error = () => {
	const Sizable = {
		string: {
			unit: "characters",
			verb: "to have"
		},
		file: {
			unit: "bytes",
			verb: "to have"
		},
		array: {
			unit: "items",
			verb: "to have"
		},
		set: {
			unit: "items",
			verb: "to have"
		},
		map: {
			unit: "entries",
			verb: "to have"
		}
	};
	function getSizing(origin) {
		return Sizable[origin] ?? null;
	}
	const FormatDictionary = {
		regex: "input",
		email: "email address",
		url: "URL",
		emoji: "emoji",
		uuid: "UUID",
		uuidv4: "UUIDv4",
		uuidv6: "UUIDv6",
		nanoid: "nanoid",
		guid: "GUID",
		cuid: "cuid",
		cuid2: "cuid2",
		ulid: "ULID",
		xid: "XID",
		ksuid: "KSUID",
		datetime: "ISO datetime",
		date: "ISO date",
		time: "ISO time",
		duration: "ISO duration",
		ipv4: "IPv4 address",
		ipv6: "IPv6 address",
		mac: "MAC address",
		cidrv4: "IPv4 range",
		cidrv6: "IPv6 range",
		base64: "base64-encoded string",
		base64url: "base64url-encoded string",
		json_string: "JSON string",
		e164: "E.164 number",
		currency_code: "currency code",
		credit_card: "credit card number",
		iban: "IBAN",
		jwt: "JWT",
		template_literal: "input"
	};
	const TypeDictionary = { nan: "NaN" };
	function getTypeName(type, input) {
		if (type === "number" && typeof input === "number" && !Number.isFinite(input)) return String(input);
		return TypeDictionary[type] ?? type;
	}
	return (issue) => {
		switch (issue.code) {
			case "invalid_type": return `Invalid input: expected ${getTypeName(issue.expected)}, received ${getTypeName(parsedType(issue.input), issue.input)}`;
			case "invalid_value":
				if (issue.values.length === 1) return `Invalid input: expected ${stringifyPrimitive(issue.values[0])}`;
				return `Invalid option: expected one of ${joinValues(issue.values, "|")}`;
			case "too_big": {
				const adj = issue.exact ? "exactly " : issue.inclusive ? "<=" : "<";
				const sizing = getSizing(issue.origin);
				if (sizing) return `Too big: expected ${issue.origin ?? "value"} to have ${adj}${issue.maximum.toString()} ${sizing.unit ?? "elements"}`;
				return `Too big: expected ${issue.origin ?? "value"} to be ${adj}${issue.maximum.toString()}`;
			}
			case "too_small": {
				const adj = issue.exact ? "exactly " : issue.inclusive ? ">=" : ">";
				const sizing = getSizing(issue.origin);
				if (sizing) return `Too small: expected ${issue.origin} to have ${adj}${issue.minimum.toString()} ${sizing.unit}`;
				return `Too small: expected ${issue.origin} to be ${adj}${issue.minimum.toString()}`;
			}
			case "invalid_format": {
				const _issue = issue;
				if (_issue.format === "starts_with") return `Invalid string: must start with "${_issue.prefix}"`;
				if (_issue.format === "ends_with") return `Invalid string: must end with "${_issue.suffix}"`;
				if (_issue.format === "includes") return `Invalid string: must include "${_issue.includes}"`;
				if (_issue.format === "regex") return `Invalid string: must match pattern ${_issue.pattern}`;
				return `Invalid ${FormatDictionary[_issue.format] ?? issue.format}`;
			}
			case "not_multiple_of": return `Invalid number: must be a multiple of ${issue.divisor}`;
			case "unrecognized_keys": return `Unrecognized key${issue.keys.length > 1 ? "s" : ""}: ${joinValues(issue.keys, ", ")}`;
			case "invalid_key": return `Invalid key in ${issue.origin}`;
			case "invalid_union":
				if (issue.options && Array.isArray(issue.options) && issue.options.length > 0) return `Invalid discriminator value. Expected ${issue.options.map((o) => `'${o}'`).join(" | ")}`;
				if (issue.inclusive === false) return "Invalid input: more than one option matched";
				return "Invalid input";
			case "invalid_element": return `Invalid value in ${issue.origin}`;
			default: return `Invalid input`;
		}
	};
};
function en_default() {
	return { localeError: error() };
}
// node_modules/zod/v4/core/registries.js
var _a;
var $ZodRegistry = class {
	constructor() {
		this._map = /* @__PURE__ */ new WeakMap();
		this._idmap = /* @__PURE__ */ new Map();
	}
	add(schema, ..._meta) {
		const meta = _meta[0];
		this._map.set(schema, meta);
		if (meta && typeof meta === "object" && "id" in meta) this._idmap.set(meta.id, schema);
		return this;
	}
	clear() {
		this._map = /* @__PURE__ */ new WeakMap();
		this._idmap = /* @__PURE__ */ new Map();
		return this;
	}
	remove(schema) {
		const meta = this._map.get(schema);
		if (meta && typeof meta === "object" && "id" in meta) this._idmap.delete(meta.id);
		this._map.delete(schema);
		return this;
	}
	get(schema) {
		const p = schema._zod.parent;
		if (p) {
			const pm = { ...this.get(p) ?? {} };
			delete pm.id;
			const f = {
				...pm,
				...this._map.get(schema)
			};
			return Object.keys(f).length ? f : void 0;
		}
		return this._map.get(schema);
	}
	has(schema) {
		return this._map.has(schema);
	}
};
function registry() {
	return new $ZodRegistry();
}
(_a = globalThis).__zod_globalRegistry ?? (_a.__zod_globalRegistry = registry());
const globalRegistry = globalThis.__zod_globalRegistry;
// node_modules/zod/v4/core/api.js
function snapshotChecks(def) {
	if (def.checks) def.checks = [...def.checks];
	return def;
}
// @__NO_SIDE_EFFECTS__
function _string(Class, params) {
	return new Class(snapshotChecks({
		type: "string",
		...normalizeParams(params)
	}));
}
// @__NO_SIDE_EFFECTS__
function _email(Class, params) {
	return new Class({
		type: "string",
		format: "email",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _guid(Class, params) {
	return new Class({
		type: "string",
		format: "guid",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _uuid(Class, params) {
	return new Class({
		type: "string",
		format: "uuid",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _uuidv4(Class, params) {
	return new Class({
		type: "string",
		format: "uuid",
		check: "string_format",
		abort: false,
		version: "v4",
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _uuidv6(Class, params) {
	return new Class({
		type: "string",
		format: "uuid",
		check: "string_format",
		abort: false,
		version: "v6",
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _uuidv7(Class, params) {
	return new Class({
		type: "string",
		format: "uuid",
		check: "string_format",
		abort: false,
		version: "v7",
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _url(Class, params) {
	return new Class({
		type: "string",
		format: "url",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _emoji(Class, params) {
	return new Class({
		type: "string",
		format: "emoji",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _nanoid(Class, params) {
	return new Class({
		type: "string",
		format: "nanoid",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
/**
* @deprecated CUID v1 is deprecated by its authors due to information leakage
* (timestamps embedded in the id). Use {@link _cuid2} instead.
* See https://github.com/paralleldrive/cuid.
*/
// @__NO_SIDE_EFFECTS__
function _cuid(Class, params) {
	return new Class({
		type: "string",
		format: "cuid",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _cuid2(Class, params) {
	return new Class({
		type: "string",
		format: "cuid2",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _ulid(Class, params) {
	return new Class({
		type: "string",
		format: "ulid",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _xid(Class, params) {
	return new Class({
		type: "string",
		format: "xid",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _ksuid(Class, params) {
	return new Class({
		type: "string",
		format: "ksuid",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _ipv4(Class, params) {
	return new Class({
		type: "string",
		format: "ipv4",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _ipv6(Class, params) {
	return new Class({
		type: "string",
		format: "ipv6",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _cidrv4(Class, params) {
	return new Class({
		type: "string",
		format: "cidrv4",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _cidrv6(Class, params) {
	return new Class({
		type: "string",
		format: "cidrv6",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _base64(Class, params) {
	return new Class({
		type: "string",
		format: "base64",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _base64url(Class, params) {
	return new Class({
		type: "string",
		format: "base64url",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _e164(Class, params) {
	return new Class({
		type: "string",
		format: "e164",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _jwt(Class, params) {
	return new Class({
		type: "string",
		format: "jwt",
		check: "string_format",
		abort: false,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _isoDateTime(Class, params) {
	return new Class({
		type: "string",
		format: "datetime",
		check: "string_format",
		offset: false,
		local: false,
		precision: null,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _isoDate(Class, params) {
	return new Class({
		type: "string",
		format: "date",
		check: "string_format",
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _isoTime(Class, params) {
	return new Class({
		type: "string",
		format: "time",
		check: "string_format",
		precision: null,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _isoDuration(Class, params) {
	return new Class({
		type: "string",
		format: "duration",
		check: "string_format",
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _coercedNumber(Class, params) {
	return new Class(snapshotChecks({
		type: "number",
		coerce: true,
		checks: [],
		...normalizeParams(params)
	}));
}
// @__NO_SIDE_EFFECTS__
function _int(Class, params) {
	return new Class({
		type: "number",
		check: "number_format",
		abort: false,
		format: "safeint",
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _unknown(Class) {
	return new Class({ type: "unknown" });
}
// @__NO_SIDE_EFFECTS__
function _never(Class, params) {
	return new Class({
		type: "never",
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _lt(value, params) {
	return new $ZodCheckLessThan({
		check: "less_than",
		...normalizeParams(params),
		value,
		inclusive: false
	});
}
// @__NO_SIDE_EFFECTS__
function _lte(value, params) {
	return new $ZodCheckLessThan({
		check: "less_than",
		...normalizeParams(params),
		value,
		inclusive: true
	});
}
// @__NO_SIDE_EFFECTS__
function _gt(value, params) {
	return new $ZodCheckGreaterThan({
		check: "greater_than",
		...normalizeParams(params),
		value,
		inclusive: false
	});
}
// @__NO_SIDE_EFFECTS__
function _gte(value, params) {
	return new $ZodCheckGreaterThan({
		check: "greater_than",
		...normalizeParams(params),
		value,
		inclusive: true
	});
}
// @__NO_SIDE_EFFECTS__
function _multipleOf(value, params) {
	return new $ZodCheckMultipleOf({
		check: "multiple_of",
		...normalizeParams(params),
		value
	});
}
// @__NO_SIDE_EFFECTS__
function _maxLength(maximum, params) {
	return new $ZodCheckMaxLength({
		check: "max_length",
		...normalizeParams(params),
		maximum
	});
}
// @__NO_SIDE_EFFECTS__
function _minLength(minimum, params) {
	return new $ZodCheckMinLength({
		check: "min_length",
		...normalizeParams(params),
		minimum
	});
}
// @__NO_SIDE_EFFECTS__
function _length(length, params) {
	return new $ZodCheckLengthEquals({
		check: "length_equals",
		...normalizeParams(params),
		length
	});
}
// @__NO_SIDE_EFFECTS__
function _regex(pattern, params) {
	return new $ZodCheckRegex({
		check: "string_format",
		format: "regex",
		...normalizeParams(params),
		pattern
	});
}
// @__NO_SIDE_EFFECTS__
function _lowercase(params) {
	return new $ZodCheckLowerCase({
		check: "string_format",
		format: "lowercase",
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _uppercase(params) {
	return new $ZodCheckUpperCase({
		check: "string_format",
		format: "uppercase",
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _includes(includes, params) {
	return new $ZodCheckIncludes({
		check: "string_format",
		format: "includes",
		...normalizeParams(params),
		includes
	});
}
// @__NO_SIDE_EFFECTS__
function _startsWith(prefix, params) {
	return new $ZodCheckStartsWith({
		check: "string_format",
		format: "starts_with",
		...normalizeParams(params),
		prefix
	});
}
// @__NO_SIDE_EFFECTS__
function _endsWith(suffix, params) {
	return new $ZodCheckEndsWith({
		check: "string_format",
		format: "ends_with",
		...normalizeParams(params),
		suffix
	});
}
// @__NO_SIDE_EFFECTS__
function _overwrite(tx) {
	return new $ZodCheckOverwrite({
		check: "overwrite",
		tx
	});
}
// @__NO_SIDE_EFFECTS__
function _normalize(form) {
	return /* @__PURE__ */ _overwrite((input) => input.normalize(form));
}
// @__NO_SIDE_EFFECTS__
function _trim() {
	return /* @__PURE__ */ _overwrite((input) => input.trim());
}
// @__NO_SIDE_EFFECTS__
function _toLowerCase() {
	return /* @__PURE__ */ _overwrite((input) => input.toLowerCase());
}
// @__NO_SIDE_EFFECTS__
function _toUpperCase() {
	return /* @__PURE__ */ _overwrite((input) => input.toUpperCase());
}
// @__NO_SIDE_EFFECTS__
function _slugify() {
	return /* @__PURE__ */ _overwrite((input) => slugify(input));
}
// @__NO_SIDE_EFFECTS__
function _array(Class, element, params) {
	return new Class({
		type: "array",
		element,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _refine(Class, fn, _params) {
	return new Class({
		type: "custom",
		check: "custom",
		fn,
		...normalizeParams(_params)
	});
}
// @__NO_SIDE_EFFECTS__
function _superRefine(fn, params) {
	const ch = /* @__PURE__ */ _check((payload) => {
		payload.addIssue = (issue$2) => {
			if (typeof issue$2 === "string") payload.issues.push(issue(issue$2, payload.value, ch._zod.def));
			else {
				const _issue = issue$2;
				if (_issue.fatal) _issue.continue = false;
				_issue.code ?? (_issue.code = "custom");
				if (!("input" in _issue)) _issue.input = payload.value;
				_issue.inst ?? (_issue.inst = ch);
				_issue.continue ?? (_issue.continue = !ch._zod.def.abort);
				payload.issues.push(issue(_issue));
			}
		};
		return fn(payload.value, payload);
	}, params);
	return ch;
}
// @__NO_SIDE_EFFECTS__
function _check(fn, params) {
	const ch = new $ZodCheck({
		check: "custom",
		...normalizeParams(params)
	});
	ch._zod.check = fn;
	return ch;
}
// node_modules/zod/v4/core/to-json-schema.js
function assignProps(target, ...sources) {
	for (const source of sources) for (const key of Reflect.ownKeys(source)) if (Object.prototype.propertyIsEnumerable.call(source, key)) assignProp(target, key, source[key]);
	return target;
}
function initializeContext(params) {
	let target = params?.target ?? "draft-2020-12";
	if (target === "draft-4") target = "draft-04";
	if (target === "draft-7") target = "draft-07";
	return {
		processors: params.processors ?? {},
		metadataRegistry: params?.metadata ?? globalRegistry,
		target,
		unrepresentable: params?.unrepresentable ?? "throw",
		override: params?.override ?? (() => {}),
		io: params?.io ?? "output",
		counter: 0,
		seen: /* @__PURE__ */ new Map(),
		sharedDefsExtractedFor: void 0,
		sharedEmitDoneFor: void 0,
		cycles: params?.cycles ?? "ref",
		reused: params?.reused ?? "inline",
		intersections: [],
		deferred: [],
		external: params?.external ?? void 0
	};
}
/**
* Applies the `unrepresentable` setting at a site that has no JSON Schema equivalent. Throws
* `message` unless the setting (or the handler's return value) says otherwise. Returns `true` if a
* custom JSON Schema was written into `json`, in which case the caller must not write its own.
*/
function handleUnrepresentable(schema, ctx, json, params, message) {
	const result = typeof ctx.unrepresentable === "function" ? ctx.unrepresentable({
		zodSchema: schema,
		path: params.path,
		message
	}) : ctx.unrepresentable;
	if (result === "any") return false;
	if (result === void 0 || result === "throw") throw new Error(message);
	Object.assign(json, result);
	return true;
}
function processSchema(schema, ctx, _params = {
	path: [],
	schemaPath: []
}) {
	var _a;
	const def = schema._zod.def;
	const seen = ctx.seen.get(schema);
	if (seen) {
		seen.count++;
		if (_params.schemaPath.includes(schema)) seen.cycle = _params.path;
		return seen.schema;
	}
	const result = {
		schema: {},
		count: 1,
		cycle: void 0,
		path: _params.path
	};
	ctx.seen.set(schema, result);
	ctx.sharedDefsExtractedFor = void 0;
	ctx.sharedEmitDoneFor = void 0;
	const overrideSchema = schema._zod.toJSONSchema?.();
	if (overrideSchema) result.schema = overrideSchema;
	else {
		const params = {
			..._params,
			schemaPath: [..._params.schemaPath, schema],
			path: _params.path
		};
		if (schema._zod.processJSONSchema) schema._zod.processJSONSchema(ctx, result.schema, params);
		else {
			const _json = result.schema;
			const processor = ctx.processors[def.type];
			if (!processor) throw new Error(`[toJSONSchema]: Non-representable type encountered: ${def.type}`);
			processor(schema, ctx, _json, params);
		}
		const parent = schema._zod.parent;
		if (parent) {
			if (!result.ref) result.ref = parent;
			processSchema(parent, ctx, params);
			ctx.seen.get(parent).isParent = true;
		}
	}
	const meta = ctx.metadataRegistry.get(schema);
	if (meta) assignProps(result.schema, meta);
	if (ctx.io === "input" && isTransforming(schema)) {
		delete result.schema.examples;
		delete result.schema.default;
	}
	if (ctx.io === "input" && "_prefault" in result.schema) (_a = result.schema).default ?? (_a.default = result.schema._prefault);
	delete result.schema._prefault;
	return ctx.seen.get(schema).schema;
}
function encodeJSONPointerSegment(segment) {
	return segment.replace(/~/g, "~0").replace(/\//g, "~1");
}
function extractDefs(ctx, schema) {
	const root = ctx.seen.get(schema);
	if (!root) throw new Error("Unprocessed schema. This is a bug in Zod.");
	if (ctx.external && ctx.sharedDefsExtractedFor === ctx.external) return;
	const idToSchema = /* @__PURE__ */ new Map();
	for (const entry of ctx.seen.entries()) {
		const id = ctx.metadataRegistry.get(entry[0])?.id;
		if (id) {
			const existing = idToSchema.get(id);
			if (existing && existing !== entry[0]) throw new Error(`Duplicate schema id "${id}" detected during JSON Schema conversion. Two different schemas cannot share the same id when converted together.`);
			idToSchema.set(id, entry[0]);
		}
	}
	const makeURI = (entry) => {
		const defsSegment = ctx.target === "draft-2020-12" ? "$defs" : "definitions";
		if (ctx.external) {
			const externalId = ctx.external.registry.get(entry[0])?.id;
			const uriGenerator = ctx.external.uri ?? ((id) => id);
			if (externalId) return { ref: uriGenerator(externalId) };
			const id = entry[1].defId ?? entry[1].schema.id ?? `schema${ctx.counter++}`;
			entry[1].defId = id;
			return {
				defId: id,
				ref: `${uriGenerator("__shared")}#/${defsSegment}/${encodeJSONPointerSegment(id)}`
			};
		}
		const uriPrefix = `#`;
		const defUriPrefix = `${uriPrefix}/${defsSegment}/`;
		if (entry[1] === root && !entry[1].schema.id) return { ref: uriPrefix };
		const defId = entry[1].schema.id ?? `__schema${ctx.counter++}`;
		return {
			defId,
			ref: defUriPrefix + encodeJSONPointerSegment(defId)
		};
	};
	const extractToDef = (entry) => {
		if (entry[1].schema.$ref) return;
		const seen = entry[1];
		const { ref, defId } = makeURI(entry);
		seen.def = { ...seen.schema };
		if (defId) seen.defId = defId;
		const schema = seen.schema;
		for (const key in schema) delete schema[key];
		schema.$ref = ref;
	};
	if (ctx.cycles === "throw") for (const entry of ctx.seen.entries()) {
		const seen = entry[1];
		if (seen.cycle) throw new Error(`Cycle detected: #/${seen.cycle?.join("/")}/<root>

Set the \`cycles\` parameter to \`"ref"\` to resolve cyclical schemas with defs.`);
	}
	for (const entry of ctx.seen.entries()) {
		const seen = entry[1];
		if (schema === entry[0]) {
			extractToDef(entry);
			continue;
		}
		if (ctx.external) {
			const ext = ctx.external.registry.get(entry[0])?.id;
			if (schema !== entry[0] && ext) {
				extractToDef(entry);
				continue;
			}
		}
		if (ctx.metadataRegistry.get(entry[0])?.id) {
			extractToDef(entry);
			continue;
		}
		if (seen.cycle) {
			extractToDef(entry);
			continue;
		}
		if (seen.count > 1) {
			if (ctx.reused === "ref") extractToDef(entry);
		}
	}
	if (ctx.external) ctx.sharedDefsExtractedFor = ctx.external;
}
/** Rewrites `anyOf: [{type: "a"}, {type: "b"}]` to `type: ["a", "b"]`, which every JSON Schema draft treats as equivalent and most consumers render far better for the nullable case. Only branches that are a bare type assertion qualify — anything carrying a constraint, `$ref`, `const` or metadata is left alone. Runs after `flattenRef`, so a branch an override decorated or `$defs` extraction turned into a `$ref` is no longer bare and correctly stays in `anyOf`. `oneOf` is excluded: `integer` and `number` overlap, so "exactly one" and "at least one" are not the same there. OpenAPI 3.0 is excluded: its `type` must be a single string. */
function compactTypeUnion(schema) {
	const options = schema.anyOf;
	if (!Array.isArray(options) || options.length === 0 || schema.type !== void 0) return;
	const types = [];
	for (const option of options) {
		if (!option || typeof option !== "object") return;
		compactTypeUnion(option);
		const keys = Object.keys(option);
		if (keys.length !== 1 || keys[0] !== "type") return;
		const type = option.type;
		for (const member of Array.isArray(type) ? type : [type]) {
			if (typeof member !== "string") return;
			if (!types.includes(member)) types.push(member);
		}
	}
	delete schema.anyOf;
	schema.type = types.length === 1 ? types[0] : types;
}
/** Keywords `foldIntersection` knows how to combine. Anything else — `$ref`, `patternProperties`,
* an annotation like `description` — makes a member unfoldable, so a constraint this does not
* understand leaves the `allOf` alone instead of being silently dropped or misattributed. */
const FOLDABLE_KEYS = /* @__PURE__ */ new Set([
	"type",
	"properties",
	"required",
	"additionalProperties"
]);
const UNION_KEYS = ["oneOf", "anyOf"];
/** A member's constraint on a key it does not declare itself. A `catchall` states one; `false`, an absent `additionalProperties`, and the empty schema a loose object emits state nothing. */
function undeclaredConstraint(member) {
	const extra = member.additionalProperties;
	if (extra === void 0 || extra === false || typeof extra !== "object" || extra === null) return null;
	return Object.keys(extra).length ? extra : null;
}
/** Combines object members into the single object they describe together, or returns `null` if any of them carries a keyword outside {@link FOLDABLE_KEYS}. */
function foldObjects(members) {
	const objects = [];
	for (const member of members) {
		if (typeof member !== "object" || member.type !== "object") return null;
		for (const key in member) if (!FOLDABLE_KEYS.has(key)) return null;
		objects.push(member);
	}
	const properties = {};
	const required = /* @__PURE__ */ new Set();
	for (const object of objects) {
		for (const key in object.properties) {
			if (Object.prototype.hasOwnProperty.call(properties, key)) continue;
			const parts = [];
			for (const other of objects) {
				const part = other.properties?.[key] ?? undeclaredConstraint(other);
				if (part === null || part === void 0) continue;
				if (!parts.some((seen) => JSON.stringify(seen) === JSON.stringify(part))) parts.push(part);
			}
			assignProp(properties, key, parts.length === 1 ? parts[0] : foldObjects(parts) ?? { allOf: parts });
		}
		for (const key of object.required ?? []) required.add(key);
	}
	const folded = {
		type: "object",
		properties
	};
	if (required.size) folded.required = [...required];
	if (objects.every((object) => object.additionalProperties === false)) folded.additionalProperties = false;
	else {
		const constraints = [];
		for (const object of objects) {
			const constraint = undeclaredConstraint(object);
			if (constraint && !constraints.some((seen) => JSON.stringify(seen) === JSON.stringify(constraint))) constraints.push(constraint);
		}
		if (constraints.length === 1) folded.additionalProperties = constraints[0];
		else if (constraints.length > 1) folded.additionalProperties = { allOf: constraints };
	}
	return folded;
}
/** `additionalProperties` in an `allOf` member sees only that member's own `properties`, so two
* closed object members reject each other's keys and the schema validates nothing. Zod's parser
* pools the key sets instead — `handleIntersectionResults` reports a key as unrecognized only when
* *every* side rejects it — so the emitted schema has to pool them too, and folding the members
* into one object is the encoding that says so on every target.
*
* This runs from `finalize`, after `extractDefs`, which is what keeps it clear of the `$ref`
* machinery: a member extracted into `$defs` is already a `$ref` by now and declines to fold, so it
* keeps its reference and its own closedness rather than being inlined as a stale copy. */
function foldIntersection(json) {
	const allOf = json.allOf;
	if (!Array.isArray(allOf) || allOf.length < 2) return;
	for (const key of FOLDABLE_KEYS) if (key in json) return;
	const unions = allOf.filter((m) => UNION_KEYS.some((k) => Array.isArray(m[k])));
	let folded = null;
	if (!unions.length) folded = foldObjects(allOf);
	else {
		const union = unions[0];
		const keyword = UNION_KEYS.find((k) => Array.isArray(union[k]));
		if (Object.keys(union).length !== 1) return;
		const rest = allOf.filter((m) => m !== union);
		const branches = union[keyword].map((branch) => foldObjects([...rest, branch]));
		if (branches.some((b) => !b)) return;
		folded = { [keyword]: branches };
	}
	if (!folded) return;
	delete json.allOf;
	assignProps(json, folded);
}
function finalize(ctx, schema) {
	const root = ctx.seen.get(schema);
	if (!root) throw new Error("Unprocessed schema. This is a bug in Zod.");
	const flattenRef = (zodSchema) => {
		const seen = ctx.seen.get(zodSchema);
		if (seen.ref === null) return;
		const schema = seen.def ?? seen.schema;
		const _cached = { ...schema };
		const ref = seen.ref;
		seen.ref = null;
		if (ref) {
			flattenRef(ref);
			const refSeen = ctx.seen.get(ref);
			const refSchema = refSeen.schema;
			if (refSchema.$ref && (ctx.target === "draft-07" || ctx.target === "draft-04" || ctx.target === "openapi-3.0")) {
				schema.allOf = schema.allOf ?? [];
				schema.allOf.push(refSchema);
			} else assignProps(schema, refSchema);
			assignProps(schema, _cached);
			if (zodSchema._zod.parent === ref) for (const key in schema) {
				if (key === "$ref" || key === "allOf") continue;
				if (!(key in _cached)) delete schema[key];
			}
			if (refSchema.$ref && refSeen.def) for (const key in schema) {
				if (key === "$ref" || key === "allOf") continue;
				if (key in refSeen.def && JSON.stringify(schema[key]) === JSON.stringify(refSeen.def[key])) delete schema[key];
			}
		}
		const parent = zodSchema._zod.parent;
		if (parent && parent !== ref) {
			flattenRef(parent);
			const parentSeen = ctx.seen.get(parent);
			if (parentSeen?.schema.$ref) {
				schema.$ref = parentSeen.schema.$ref;
				if (parentSeen.def) for (const key in schema) {
					if (key === "$ref" || key === "allOf") continue;
					if (key in parentSeen.def && JSON.stringify(schema[key]) === JSON.stringify(parentSeen.def[key])) delete schema[key];
				}
			}
		}
		ctx.override({
			zodSchema,
			jsonSchema: schema,
			path: seen.path ?? []
		});
	};
	if (!ctx.external || ctx.sharedEmitDoneFor !== ctx.external) {
		for (const entry of [...ctx.seen.entries()].reverse()) flattenRef(entry[0]);
		if (ctx.target !== "openapi-3.0") for (const entry of ctx.seen.entries()) compactTypeUnion(entry[1].def ?? entry[1].schema);
		for (const rewrite of ctx.deferred) rewrite();
		if (ctx.intersections.length) {
			const carriers = /* @__PURE__ */ new Map();
			for (const seen of ctx.seen.values()) for (const json of [seen.schema, seen.def]) {
				const allOf = json?.allOf;
				if (!Array.isArray(allOf)) continue;
				const existing = carriers.get(allOf);
				if (existing) existing.push(json);
				else carriers.set(allOf, [json]);
			}
			for (const allOf of ctx.intersections) for (const json of carriers.get(allOf) ?? []) foldIntersection(json);
		}
	}
	const result = {};
	if (ctx.target === "draft-2020-12") result.$schema = "https://json-schema.org/draft/2020-12/schema";
	else if (ctx.target === "draft-07") result.$schema = "http://json-schema.org/draft-07/schema#";
	else if (ctx.target === "draft-04") result.$schema = "http://json-schema.org/draft-04/schema#";
	else if (ctx.target === "openapi-3.0") {}
	if (ctx.external?.uri) {
		const id = ctx.external.registry.get(schema)?.id;
		if (!id) throw new Error("Schema is missing an `id` property");
		result.$id = ctx.external.uri(id);
	}
	assignProps(result, root.defId ? root.schema : root.def ?? root.schema);
	const rootMetaId = ctx.metadataRegistry.get(schema)?.id;
	if (rootMetaId !== void 0 && result.id === rootMetaId) delete result.id;
	const defs = ctx.external?.defs ?? {};
	if (!ctx.external || ctx.sharedEmitDoneFor !== ctx.external) for (const entry of ctx.seen.entries()) {
		const seen = entry[1];
		if (seen.def && seen.defId) {
			if (seen.def.id === seen.defId) delete seen.def.id;
			assignProp(defs, seen.defId, seen.def);
		}
	}
	if (ctx.external) ctx.sharedEmitDoneFor = ctx.external;
	if (ctx.external) {} else if (Object.keys(defs).length > 0) {
		if (ctx.target === "draft-2020-12") result.$defs = defs;
		else result.definitions = defs;
	}
	try {
		const finalized = JSON.parse(JSON.stringify(result));
		Object.defineProperty(finalized, "~standard", {
			value: {
				...schema["~standard"],
				jsonSchema: {
					input: createStandardJSONSchemaMethod(schema, "input", ctx.processors),
					output: createStandardJSONSchemaMethod(schema, "output", ctx.processors)
				}
			},
			enumerable: false,
			writable: false
		});
		return finalized;
	} catch (_err) {
		throw new Error("Error converting schema to JSON.");
	}
}
function isTransforming(_schema, _ctx) {
	const ctx = _ctx ?? { seen: /* @__PURE__ */ new Set() };
	if (ctx.seen.has(_schema)) return false;
	ctx.seen.add(_schema);
	const def = _schema._zod.def;
	if (def.type === "transform") return true;
	if (def.type === "array") return isTransforming(def.element, ctx);
	if (def.type === "set") return isTransforming(def.valueType, ctx);
	if (def.type === "lazy") return isTransforming(def.getter(), ctx);
	if (def.type === "promise" || def.type === "optional" || def.type === "nonoptional" || def.type === "nullable" || def.type === "readonly" || def.type === "default" || def.type === "prefault" || def.type === "catch") return isTransforming(def.innerType, ctx);
	if (def.type === "intersection") return isTransforming(def.left, ctx) || isTransforming(def.right, ctx);
	if (def.type === "record" || def.type === "map") return isTransforming(def.keyType, ctx) || isTransforming(def.valueType, ctx);
	if (def.type === "pipe") {
		if (_schema._zod.traits.has("$ZodCodec")) return true;
		return isTransforming(def.in, ctx) || isTransforming(def.out, ctx);
	}
	if (def.type === "object") {
		for (const key in def.shape) if (isTransforming(def.shape[key], ctx)) return true;
		return false;
	}
	if (def.type === "union") {
		for (const option of def.options) if (isTransforming(option, ctx)) return true;
		return false;
	}
	if (def.type === "tuple") {
		for (const item of def.items) if (isTransforming(item, ctx)) return true;
		if (def.rest && isTransforming(def.rest, ctx)) return true;
		return false;
	}
	return false;
}
/**
* Creates a toJSONSchema method for a schema instance.
* This encapsulates the logic of initializing context, processing, extracting defs, and finalizing.
*/
const createToJSONSchemaMethod = (schema, processors = {}) => (params) => {
	const ctx = initializeContext({
		...params,
		processors
	});
	processSchema(schema, ctx);
	extractDefs(ctx, schema);
	return finalize(ctx, schema);
};
const createStandardJSONSchemaMethod = (schema, io, processors = {}) => (params) => {
	const { libraryOptions, target } = params ?? {};
	const ctx = initializeContext({
		...libraryOptions ?? {},
		target,
		io,
		processors
	});
	processSchema(schema, ctx);
	extractDefs(ctx, schema);
	return finalize(ctx, schema);
};
// node_modules/zod/v4/core/json-schema-processors.js
const narrowMin = (agg, key, value) => {
	if (agg[key] === void 0 || value > agg[key]) agg[key] = value;
};
const narrowMax = (agg, key, value) => {
	if (agg[key] === void 0 || value < agg[key]) agg[key] = value;
};
const narrowBoth = (agg, value) => {
	narrowMin(agg, "minimum", value);
	narrowMax(agg, "maximum", value);
};
const addDivisor = (agg, value) => {
	agg.multipleOf ?? (agg.multipleOf = []);
	if (!agg.multipleOf.includes(value)) agg.multipleOf.push(value);
};
const addPattern = (agg, pattern) => {
	agg.patterns ?? (agg.patterns = /* @__PURE__ */ new Set());
	agg.patterns.add(pattern);
};
const intersectMime = (agg, mime) => {
	agg.mime = agg.mime ? agg.mime.filter((m) => mime.includes(m)) : [...mime];
};
const setFormat = (agg, format) => {
	agg.format = format;
	if (format.includes("int")) agg.isInt = true;
};
const minContributor = (agg, def) => narrowMin(agg, "minimum", def.minimum);
const maxContributor = (agg, def) => narrowMax(agg, "maximum", def.maximum);
const formatContributor = (ranges) => (agg, def) => {
	setFormat(agg, def.format);
	const [minimum, maximum] = ranges[def.format];
	narrowMin(agg, "minimum", minimum);
	narrowMax(agg, "maximum", maximum);
};
const contributors = {
	greater_than: (agg, def) => narrowMin(agg, def.inclusive ? "minimum" : "exclusiveMinimum", def.value),
	less_than: (agg, def) => narrowMax(agg, def.inclusive ? "maximum" : "exclusiveMaximum", def.value),
	multiple_of: (agg, def) => addDivisor(agg, def.value),
	number_format: formatContributor(NUMBER_FORMAT_RANGES),
	bigint_format: formatContributor(BIGINT_FORMAT_RANGES),
	min_length: minContributor,
	max_length: maxContributor,
	length_equals: (agg, def) => narrowBoth(agg, def.length),
	min_size: minContributor,
	max_size: maxContributor,
	size_equals: (agg, def) => narrowBoth(agg, def.size),
	string_format: (agg, def) => {
		setFormat(agg, def.format);
		if (def.pattern) addPattern(agg, def.pattern);
		if (def.format === "base64" || def.format === "base64url") agg.contentEncoding = def.format;
		if (def.local || def.precision === -1) agg.laxFormat = true;
	},
	mime_type: (agg, def) => intersectMime(agg, def.mime)
};
function aggregateChecks(schema) {
	const agg = {};
	const def = schema._zod.def;
	const list = schema._zod.traits.has("$ZodCheck") ? [schema, ...def.checks ?? []] : def.checks ?? [];
	for (const ch of list) contributors[ch._zod.def.check]?.(agg, ch._zod.def);
	const bag = schema._zod.bag;
	if (bag.minimum !== void 0) narrowMin(agg, "minimum", bag.minimum);
	if (bag.exclusiveMinimum !== void 0) narrowMin(agg, "exclusiveMinimum", bag.exclusiveMinimum);
	if (bag.maximum !== void 0) narrowMax(agg, "maximum", bag.maximum);
	if (bag.exclusiveMaximum !== void 0) narrowMax(agg, "exclusiveMaximum", bag.exclusiveMaximum);
	if (bag.multipleOf !== void 0) addDivisor(agg, bag.multipleOf);
	if (bag.format !== void 0) {
		agg.format ?? (agg.format = bag.format);
		if (bag.format.includes("int")) agg.isInt = true;
	}
	if (bag.mime) intersectMime(agg, bag.mime);
	for (const pattern of bag.patterns ?? []) addPattern(agg, pattern);
	return agg;
}
const formatMap = {
	guid: "uuid",
	url: "uri",
	datetime: "date-time",
	json_string: "json-string",
	regex: ""
};
const exactPatterns = /* @__PURE__ */ new Map([[base64Charset, base64], [base64urlCharset, base64url]]);
const exactPattern = (p) => exactPatterns.get(p) ?? p;
const stringProcessor = (schema, ctx, _json, _params) => {
	const json = _json;
	json.type = "string";
	const { minimum, maximum, format, patterns, contentEncoding, laxFormat } = aggregateChecks(schema);
	if (typeof minimum === "number") json.minLength = minimum;
	if (typeof maximum === "number") json.maxLength = maximum;
	if (format) {
		json.format = formatMap[format] ?? format;
		if (json.format === "") delete json.format;
		if (format === "time" || laxFormat) delete json.format;
	}
	if (contentEncoding) json.contentEncoding = contentEncoding;
	if (patterns && patterns.size > 0) {
		const patternList = [...patterns].map(exactPattern);
		if (patternList.length === 1) json.pattern = patternList[0].source;
		else if (patternList.length > 1) json.allOf = [...patternList.map((regex) => ({
			...ctx.target === "draft-07" || ctx.target === "draft-04" || ctx.target === "openapi-3.0" ? { type: "string" } : {},
			pattern: regex.source
		}))];
	}
};
const numberProcessor = (schema, ctx, _json, params) => {
	const json = _json;
	const { minimum, maximum, multipleOf, exclusiveMaximum, exclusiveMinimum, isInt } = aggregateChecks(schema);
	json.type = isInt ? "integer" : "number";
	const exMin = typeof exclusiveMinimum === "number" && exclusiveMinimum >= (minimum ?? Number.NEGATIVE_INFINITY);
	const exMax = typeof exclusiveMaximum === "number" && exclusiveMaximum <= (maximum ?? Number.POSITIVE_INFINITY);
	const legacy = ctx.target === "draft-04" || ctx.target === "openapi-3.0";
	if (exMin) {
		if (legacy) {
			json.minimum = exclusiveMinimum;
			json.exclusiveMinimum = true;
		} else json.exclusiveMinimum = exclusiveMinimum;
	} else if (typeof minimum === "number") json.minimum = minimum;
	if (exMax) {
		if (legacy) {
			json.maximum = exclusiveMaximum;
			json.exclusiveMaximum = true;
		} else json.exclusiveMaximum = exclusiveMaximum;
	} else if (typeof maximum === "number") json.maximum = maximum;
	if (multipleOf) {
		const divisors = /* @__PURE__ */ new Set();
		for (const divisor of multipleOf) if (Number.isFinite(divisor) && divisor !== 0) divisors.add(Math.abs(divisor));
		else handleUnrepresentable(schema, ctx, json, params, `A multipleOf divisor of ${divisor} cannot be represented in JSON Schema`);
		const [first, ...rest] = divisors;
		if (first !== void 0) json.multipleOf = first;
		if (rest.length) json.allOf = [...json.allOf ?? [], ...rest.map((m) => ({ multipleOf: m }))];
	}
};
const neverProcessor = (_schema, _ctx, json, _params) => {
	json.not = {};
};
const enumProcessor = (schema, _ctx, json, _params) => {
	const def = schema._zod.def;
	const values = getEnumValues(def.entries);
	if (values.length === 0) {
		json.not = {};
		return;
	}
	if (values.every((v) => typeof v === "number")) json.type = "number";
	if (values.every((v) => typeof v === "string")) json.type = "string";
	json.enum = values;
};
const literalProcessor = (schema, ctx, json, params) => {
	const def = schema._zod.def;
	if (def.values.length === 0) {
		json.not = {};
		return;
	}
	const vals = [];
	for (const val of def.values) if (val === void 0) {
		if (handleUnrepresentable(schema, ctx, json, params, "Literal `undefined` cannot be represented in JSON Schema")) return;
	} else if (typeof val === "bigint") {
		if (handleUnrepresentable(schema, ctx, json, params, "BigInt literals cannot be represented in JSON Schema")) return;
		vals.push(Number(val));
	} else vals.push(val);
	if (vals.length === 0) {} else if (vals.length === 1) {
		const val = vals[0];
		json.type = val === null ? "null" : typeof val;
		if (ctx.target === "draft-04" || ctx.target === "openapi-3.0") json.enum = [val];
		else json.const = val;
	} else {
		if (vals.every((v) => typeof v === "number")) json.type = "number";
		if (vals.every((v) => typeof v === "string")) json.type = "string";
		if (vals.every((v) => typeof v === "boolean")) json.type = "boolean";
		if (vals.every((v) => v === null)) json.type = "null";
		json.enum = vals;
	}
};
const customProcessor = (schema, ctx, json, params) => {
	handleUnrepresentable(schema, ctx, json, params, "Custom types cannot be represented in JSON Schema");
};
const transformProcessor = (schema, ctx, json, params) => {
	handleUnrepresentable(schema, ctx, json, params, "Transforms cannot be represented in JSON Schema");
};
const arrayProcessor = (schema, ctx, _json, params) => {
	const json = _json;
	const def = schema._zod.def;
	const { minimum, maximum } = aggregateChecks(schema);
	if (typeof minimum === "number") json.minItems = minimum;
	if (typeof maximum === "number") json.maxItems = maximum;
	json.type = "array";
	json.items = processSchema(def.element, ctx, {
		...params,
		path: [...params.path, "items"]
	});
};
function inputOptin(schema) {
	const def = schema._zod.def;
	if (def.type === "pipe" && def.in._zod.traits.has("$ZodTransform")) return inputOptin(def.out);
	if (def.type === "catch") return inputOptin(def.innerType);
	return schema._zod.optin;
}
const objectProcessor = (schema, ctx, _json, params) => {
	const json = _json;
	const def = schema._zod.def;
	const shape = def.shape;
	if (Object.getOwnPropertySymbols(shape).length && handleUnrepresentable(schema, ctx, json, params, "Symbol keys cannot be represented in JSON Schema")) return;
	json.type = "object";
	json.properties = {};
	for (const key in shape) assignProp(json.properties, key, processSchema(shape[key], ctx, {
		...params,
		path: [
			...params.path,
			"properties",
			key
		]
	}));
	const requiredKeys = [];
	for (const key of Object.keys(shape)) {
		const field = def.shape[key];
		if (ctx.io === "input" ? inputOptin(field) === void 0 : field._zod.optout === void 0) requiredKeys.push(key);
	}
	if (requiredKeys.length > 0) json.required = requiredKeys;
	if (def.catchall?._zod.def.type === "never") json.additionalProperties = false;
	else if (!def.catchall) {
		if (ctx.io === "output") json.additionalProperties = false;
	} else if (def.catchall) json.additionalProperties = processSchema(def.catchall, ctx, {
		...params,
		path: [...params.path, "additionalProperties"]
	});
};
const unionProcessor = (schema, ctx, json, params) => {
	const def = schema._zod.def;
	const isExclusive = def.inclusive === false;
	const options = def.options.map((x, i) => processSchema(x, ctx, {
		...params,
		path: [
			...params.path,
			isExclusive ? "oneOf" : "anyOf",
			i
		]
	}));
	if (isExclusive) json.oneOf = options;
	else json.anyOf = options;
};
const intersectionProcessor = (schema, ctx, json, params) => {
	const def = schema._zod.def;
	const a = processSchema(def.left, ctx, {
		...params,
		path: [
			...params.path,
			"allOf",
			0
		]
	});
	const b = processSchema(def.right, ctx, {
		...params,
		path: [
			...params.path,
			"allOf",
			1
		]
	});
	const isSimpleIntersection = (val) => "allOf" in val && Object.keys(val).length === 1;
	const allOf = [...isSimpleIntersection(a) ? a.allOf : [a], ...isSimpleIntersection(b) ? b.allOf : [b]];
	json.allOf = allOf;
	ctx.intersections.push(allOf);
};
const nullableProcessor = (schema, ctx, json, params) => {
	const def = schema._zod.def;
	const inner = processSchema(def.innerType, ctx, params);
	const seen = ctx.seen.get(schema);
	if (ctx.target === "openapi-3.0") {
		seen.ref = def.innerType;
		json.nullable = true;
	} else json.anyOf = [inner, { type: "null" }];
};
const nonoptionalProcessor = (schema, ctx, _json, params) => {
	const def = schema._zod.def;
	processSchema(def.innerType, ctx, params);
	const seen = ctx.seen.get(schema);
	seen.ref = def.innerType;
};
/** Round-trips a default value through JSON so the emitted schema is guaranteed to be valid JSON.
* A BigInt has no reliable encoding, so it goes through `unrepresentable` like any other
* unrepresentable value. Returns a sentinel when the caller must not write a default of its own. */
const UNREPRESENTABLE_DEFAULT = Symbol();
function serializeDefaultValue(value, schema, ctx, json, params) {
	let unrepresentable = false;
	const serialized = JSON.stringify(value, (_, val) => {
		if (typeof val !== "bigint") return val;
		unrepresentable = true;
		return null;
	});
	if (!unrepresentable) return JSON.parse(serialized);
	handleUnrepresentable(schema, ctx, json, params, "BigInt defaults cannot be represented in JSON Schema");
	return UNREPRESENTABLE_DEFAULT;
}
const defaultProcessor = (schema, ctx, json, params) => {
	const def = schema._zod.def;
	processSchema(def.innerType, ctx, params);
	const seen = ctx.seen.get(schema);
	seen.ref = def.innerType;
	const value = serializeDefaultValue(def.defaultValue, schema, ctx, json, params);
	if (value !== UNREPRESENTABLE_DEFAULT) json.default = value;
};
const prefaultProcessor = (schema, ctx, json, params) => {
	const def = schema._zod.def;
	processSchema(def.innerType, ctx, params);
	const seen = ctx.seen.get(schema);
	seen.ref = def.innerType;
	if (ctx.io !== "input") return;
	const value = serializeDefaultValue(def.defaultValue, schema, ctx, json, params);
	if (value !== UNREPRESENTABLE_DEFAULT) json._prefault = value;
};
const catchProcessor = (schema, ctx, json, params) => {
	const def = schema._zod.def;
	processSchema(def.innerType, ctx, params);
	const seen = ctx.seen.get(schema);
	seen.ref = def.innerType;
	let catchValue;
	try {
		catchValue = def.catchValue(void 0);
	} catch {
		handleUnrepresentable(schema, ctx, json, params, "Dynamic catch values are not supported in JSON Schema");
		return;
	}
	json.default = catchValue;
};
const pipeProcessor = (schema, ctx, _json, params) => {
	const def = schema._zod.def;
	const inIsTransform = def.in._zod.traits.has("$ZodTransform");
	const innerType = ctx.io === "input" ? inIsTransform ? def.out : def.in : def.out;
	processSchema(innerType, ctx, params);
	const seen = ctx.seen.get(schema);
	seen.ref = innerType;
};
const readonlyProcessor = (schema, ctx, json, params) => {
	const def = schema._zod.def;
	processSchema(def.innerType, ctx, params);
	const seen = ctx.seen.get(schema);
	seen.ref = def.innerType;
	json.readOnly = true;
};
const optionalProcessor = (schema, ctx, _json, params) => {
	const def = schema._zod.def;
	processSchema(def.innerType, ctx, params);
	const seen = ctx.seen.get(schema);
	seen.ref = def.innerType;
};
// node_modules/zod/v4/classic/errors.js
const _installedErrorProtos = /* @__PURE__ */ new WeakSet([Object.prototype, Error.prototype]);
function _lazyMethod(proto, key, make) {
	Object.defineProperty(proto, key, {
		configurable: true,
		enumerable: false,
		get() {
			const value = make(this);
			Object.defineProperty(this, key, {
				value,
				configurable: true,
				writable: true
			});
			return value;
		},
		set(value) {
			Object.defineProperty(this, key, {
				value,
				configurable: true,
				writable: true
			});
		}
	});
}
const initializer = (inst, issues) => {
	$ZodError.init(inst, issues);
	inst.name = "ZodError";
	const proto = Object.getPrototypeOf(inst);
	if (_installedErrorProtos.has(proto)) return;
	_installedErrorProtos.add(proto);
	_lazyMethod(proto, "format", (self) => (mapper) => formatError(self, mapper));
	_lazyMethod(proto, "flatten", (self) => (mapper) => flattenError(self, mapper));
	_lazyMethod(proto, "addIssue", (self) => (issue) => {
		self.issues.push(issue);
		self.message = JSON.stringify(self.issues, jsonStringifyReplacer, 2);
	});
	_lazyMethod(proto, "addIssues", (self) => (issues) => {
		self.issues.push(...issues);
		self.message = JSON.stringify(self.issues, jsonStringifyReplacer, 2);
	});
	Object.defineProperty(proto, "isEmpty", {
		configurable: true,
		enumerable: false,
		get() {
			return this.issues.length === 0;
		}
	});
};
const ZodRealError = /*@__PURE__*/ $constructor("ZodError", initializer, void 0, { Parent: Error });
// node_modules/zod/v4/classic/parse.js
const parse$1 = /* @__PURE__ */ _parse(ZodRealError);
const parseAsync = /* @__PURE__ */ _parseAsync(ZodRealError);
const safeParse = /* @__PURE__ */ _safeParse(ZodRealError);
const safeParseAsync = /* @__PURE__ */ _safeParseAsync(ZodRealError);
const encode = /* @__PURE__ */ _encode(ZodRealError);
const decode = /* @__PURE__ */ _decode(ZodRealError);
const encodeAsync = /* @__PURE__ */ _encodeAsync(ZodRealError);
const decodeAsync = /* @__PURE__ */ _decodeAsync(ZodRealError);
const safeEncode = /* @__PURE__ */ _safeEncode(ZodRealError);
const safeDecode = /* @__PURE__ */ _safeDecode(ZodRealError);
const safeEncodeAsync = /* @__PURE__ */ _safeEncodeAsync(ZodRealError);
const safeDecodeAsync = /* @__PURE__ */ _safeDecodeAsync(ZodRealError);
// node_modules/zod/v4/classic/schemas.js
function _ensureDefaultLocale() {
	if (!globalConfig.localeError) config(en_default());
}
function _ensureDefaultMemoizer() {
	if (!globalConfig.memoizer) config({ memoizer: memoizer() });
}
const ZodType = /*@__PURE__*/ $constructor("ZodType", (inst, def) => {
	_ensureDefaultLocale();
	$ZodType.init(inst, def);
	inst.def = def;
	inst.type = def.type;
	return inst;
}, {
	check(...chks) {
		const def = this.def;
		return this.clone(mergeDefs(def, { checks: [...def.checks ?? [], ...chks.map((ch) => typeof ch === "function" ? { _zod: {
			check: ch,
			def: { check: "custom" },
			onattach: []
		} } : ch)] }), { parent: true });
	},
	with(...chks) {
		return this.check(...chks);
	},
	clone(def, params) {
		return clone(this, def, params);
	},
	brand() {
		return this;
	},
	register(reg, meta) {
		reg.add(this, meta);
		return this;
	},
	refine(check, params) {
		return this.check(refine(check, params));
	},
	superRefine(refinement, params) {
		return this.check(superRefine(refinement, params));
	},
	overwrite(fn) {
		return this.check(/* @__PURE__ */ _overwrite(fn));
	},
	optional() {
		return optional$1(this);
	},
	exactOptional() {
		return exactOptional(this);
	},
	nullable() {
		return nullable(this);
	},
	nullish() {
		return optional$1(nullable(this));
	},
	nonoptional(params) {
		return nonoptional(this, params);
	},
	array() {
		return array(this);
	},
	or(arg) {
		return union([this, arg]);
	},
	and(arg) {
		return intersection(this, arg);
	},
	transform(tx) {
		return pipe(this, transform(tx));
	},
	default(d) {
		return _default(this, d);
	},
	prefault(d) {
		return prefault(this, d);
	},
	catch(params) {
		return _catch(this, params);
	},
	pipe(target) {
		return pipe(this, target);
	},
	readonly() {
		return readonly(this);
	},
	describe(description) {
		const cl = this.clone();
		globalRegistry.add(cl, { description });
		return cl;
	},
	meta(...args) {
		if (args.length === 0) return globalRegistry.get(this);
		const cl = this.clone();
		globalRegistry.add(cl, args[0]);
		return cl;
	},
	isOptional() {
		return this.safeParse(void 0).success;
	},
	isNullable() {
		return this.safeParse(null).success;
	},
	apply(fn, ...args) {
		return args.length === 0 ? fn(this) : fn(this, ...args);
	},
	get "~standard"() {
		return hide(this, "~standard", {
			...standardProps(this),
			jsonSchema: {
				input: createStandardJSONSchemaMethod(this, "input"),
				output: createStandardJSONSchemaMethod(this, "output")
			}
		});
	},
	set "~standard"(value) {
		own(this, "~standard", value);
	},
	parse: function _parse(data, params) {
		return parse$1(this, data, params, { callee: _parse });
	},
	parseAsync: async function _parseAsync(data, params) {
		return await parseAsync(this, data, params, { callee: _parseAsync });
	},
	safeParse(data, params) {
		return safeParse(this, data, params);
	},
	async safeParseAsync(data, params) {
		return safeParseAsync(this, data, params);
	},
	get spa() {
		return this?.safeParseAsync;
	},
	set spa(value) {
		own(this, "spa", value);
	},
	validate(data, params) {
		return validate(this, data, params);
	},
	validateAsync(data, params) {
		return validateAsync$1(this, data, params);
	},
	encode: function _encode(data, params) {
		return encode(this, data, params, { callee: _encode });
	},
	decode: function _decode(data, params) {
		return decode(this, data, params, { callee: _decode });
	},
	encodeAsync: async function _encodeAsync(data, params) {
		return await encodeAsync(this, data, params, { callee: _encodeAsync });
	},
	decodeAsync: async function _decodeAsync(data, params) {
		return await decodeAsync(this, data, params, { callee: _decodeAsync });
	},
	safeEncode(data, params) {
		return safeEncode(this, data, params);
	},
	safeDecode(data, params) {
		return safeDecode(this, data, params);
	},
	async safeEncodeAsync(data, params) {
		return safeEncodeAsync(this, data, params);
	},
	async safeDecodeAsync(data, params) {
		return safeDecodeAsync(this, data, params);
	},
	toJSONSchema(params) {
		return createToJSONSchemaMethod(this, {})(params);
	},
	get description() {
		return globalRegistry.get(this)?.description;
	},
	get _def() {
		return this._zod.def;
	}
});
/** @internal */
const _ZodString = /*@__PURE__*/ $constructor("_ZodString", (inst, def) => {
	$ZodString.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => stringProcessor(inst, ctx, json, params);
}, /*@__PURE__*/ derived({
	format: (inst) => aggregateChecks(inst).format ?? null,
	minLength: (inst) => aggregateChecks(inst).minimum ?? null,
	maxLength: (inst) => aggregateChecks(inst).maximum ?? null
}, {
	regex(...args) {
		return this.check(/* @__PURE__ */ _regex(...args));
	},
	includes(...args) {
		return this.check(/* @__PURE__ */ _includes(...args));
	},
	startsWith(...args) {
		return this.check(/* @__PURE__ */ _startsWith(...args));
	},
	endsWith(...args) {
		return this.check(/* @__PURE__ */ _endsWith(...args));
	},
	min(...args) {
		return this.check(/* @__PURE__ */ _minLength(...args));
	},
	max(...args) {
		return this.check(/* @__PURE__ */ _maxLength(...args));
	},
	length(...args) {
		return this.check(/* @__PURE__ */ _length(...args));
	},
	nonempty(...args) {
		return this.check(/* @__PURE__ */ _minLength(1, ...args));
	},
	lowercase(params) {
		return this.check(/* @__PURE__ */ _lowercase(params));
	},
	uppercase(params) {
		return this.check(/* @__PURE__ */ _uppercase(params));
	},
	trim() {
		return this.check(/* @__PURE__ */ _trim());
	},
	normalize(...args) {
		return this.check(/* @__PURE__ */ _normalize(...args));
	},
	toLowerCase() {
		return this.check(/* @__PURE__ */ _toLowerCase());
	},
	toUpperCase() {
		return this.check(/* @__PURE__ */ _toUpperCase());
	},
	slugify() {
		return this.check(/* @__PURE__ */ _slugify());
	}
}));
const ZodString = /*@__PURE__*/ $constructor("ZodString", (inst, def) => {
	$ZodString.init(inst, def);
	_ZodString.init(inst, def);
}, {
	email(params) {
		return this.check(/* @__PURE__ */ _email(ZodEmail, params));
	},
	url(params) {
		return this.check(/* @__PURE__ */ _url(ZodURL, params));
	},
	jwt(params) {
		return this.check(/* @__PURE__ */ _jwt(ZodJWT, params));
	},
	emoji(params) {
		return this.check(/* @__PURE__ */ _emoji(ZodEmoji, params));
	},
	guid(params) {
		return this.check(/* @__PURE__ */ _guid(ZodGUID, params));
	},
	uuid(params) {
		return this.check(/* @__PURE__ */ _uuid(ZodUUID, params));
	},
	uuidv4(params) {
		return this.check(/* @__PURE__ */ _uuidv4(ZodUUID, params));
	},
	uuidv6(params) {
		return this.check(/* @__PURE__ */ _uuidv6(ZodUUID, params));
	},
	uuidv7(params) {
		return this.check(/* @__PURE__ */ _uuidv7(ZodUUID, params));
	},
	nanoid(params) {
		return this.check(/* @__PURE__ */ _nanoid(ZodNanoID, params));
	},
	cuid(params) {
		return this.check(/* @__PURE__ */ _cuid(ZodCUID, params));
	},
	cuid2(params) {
		return this.check(/* @__PURE__ */ _cuid2(ZodCUID2, params));
	},
	ulid(params) {
		return this.check(/* @__PURE__ */ _ulid(ZodULID, params));
	},
	base64(params) {
		return this.check(/* @__PURE__ */ _base64(ZodBase64, params));
	},
	base64url(params) {
		return this.check(/* @__PURE__ */ _base64url(ZodBase64URL, params));
	},
	xid(params) {
		return this.check(/* @__PURE__ */ _xid(ZodXID, params));
	},
	ksuid(params) {
		return this.check(/* @__PURE__ */ _ksuid(ZodKSUID, params));
	},
	ipv4(params) {
		return this.check(/* @__PURE__ */ _ipv4(ZodIPv4, params));
	},
	ipv6(params) {
		return this.check(/* @__PURE__ */ _ipv6(ZodIPv6, params));
	},
	cidrv4(params) {
		return this.check(/* @__PURE__ */ _cidrv4(ZodCIDRv4, params));
	},
	cidrv6(params) {
		return this.check(/* @__PURE__ */ _cidrv6(ZodCIDRv6, params));
	},
	e164(params) {
		return this.check(/* @__PURE__ */ _e164(ZodE164, params));
	},
	datetime(params) {
		return this.check(/* @__PURE__ */ _isoDateTime(ZodISODateTime, params));
	},
	date(params) {
		return this.check(/* @__PURE__ */ _isoDate(ZodISODate, params));
	},
	time(params) {
		return this.check(/* @__PURE__ */ _isoTime(ZodISOTime, params));
	},
	duration(params) {
		return this.check(/* @__PURE__ */ _isoDuration(ZodISODuration, params));
	}
});
function string(params) {
	return /* @__PURE__ */ _string(ZodString, params);
}
const ZodStringFormat = /*@__PURE__*/ $constructor("ZodStringFormat", (inst, def) => {
	$ZodStringFormat.init(inst, def);
	_ZodString.init(inst, def);
});
const ZodISODateTime = /*@__PURE__*/ $constructor("ZodISODateTime", (inst, def) => {
	$ZodISODateTime.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodISODate = /*@__PURE__*/ $constructor("ZodISODate", (inst, def) => {
	$ZodISODate.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodISOTime = /*@__PURE__*/ $constructor("ZodISOTime", (inst, def) => {
	$ZodISOTime.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodISODuration = /*@__PURE__*/ $constructor("ZodISODuration", (inst, def) => {
	$ZodISODuration.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodEmail = /*@__PURE__*/ $constructor("ZodEmail", (inst, def) => {
	$ZodEmail.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodGUID = /*@__PURE__*/ $constructor("ZodGUID", (inst, def) => {
	$ZodGUID.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodUUID = /*@__PURE__*/ $constructor("ZodUUID", (inst, def) => {
	$ZodUUID.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodURL = /*@__PURE__*/ $constructor("ZodURL", (inst, def) => {
	$ZodURL.init(inst, def);
	ZodStringFormat.init(inst, def);
});
function url(params) {
	return /* @__PURE__ */ _url(ZodURL, params);
}
const ZodEmoji = /*@__PURE__*/ $constructor("ZodEmoji", (inst, def) => {
	$ZodEmoji.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodNanoID = /*@__PURE__*/ $constructor("ZodNanoID", (inst, def) => {
	$ZodNanoID.init(inst, def);
	ZodStringFormat.init(inst, def);
});
/**
* @deprecated CUID v1 is deprecated by its authors due to information leakage
* (timestamps embedded in the id). Use {@link ZodCUID2} instead.
* See https://github.com/paralleldrive/cuid.
*/
const ZodCUID = /*@__PURE__*/ $constructor("ZodCUID", (inst, def) => {
	$ZodCUID.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodCUID2 = /*@__PURE__*/ $constructor("ZodCUID2", (inst, def) => {
	$ZodCUID2.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodULID = /*@__PURE__*/ $constructor("ZodULID", (inst, def) => {
	$ZodULID.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodXID = /*@__PURE__*/ $constructor("ZodXID", (inst, def) => {
	$ZodXID.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodKSUID = /*@__PURE__*/ $constructor("ZodKSUID", (inst, def) => {
	$ZodKSUID.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodIPv4 = /*@__PURE__*/ $constructor("ZodIPv4", (inst, def) => {
	$ZodIPv4.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodIPv6 = /*@__PURE__*/ $constructor("ZodIPv6", (inst, def) => {
	$ZodIPv6.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodCIDRv4 = /*@__PURE__*/ $constructor("ZodCIDRv4", (inst, def) => {
	$ZodCIDRv4.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodCIDRv6 = /*@__PURE__*/ $constructor("ZodCIDRv6", (inst, def) => {
	$ZodCIDRv6.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodBase64 = /*@__PURE__*/ $constructor("ZodBase64", (inst, def) => {
	$ZodBase64.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodBase64URL = /*@__PURE__*/ $constructor("ZodBase64URL", (inst, def) => {
	$ZodBase64URL.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodE164 = /*@__PURE__*/ $constructor("ZodE164", (inst, def) => {
	$ZodE164.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodJWT = /*@__PURE__*/ $constructor("ZodJWT", (inst, def) => {
	$ZodJWT.init(inst, def);
	ZodStringFormat.init(inst, def);
});
const ZodNumber = /*@__PURE__*/ $constructor("ZodNumber", (inst, def) => {
	$ZodNumber.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => numberProcessor(inst, ctx, json, params);
	inst.isFinite = true;
}, /*@__PURE__*/ derived({
	minValue: (inst) => {
		const { minimum, exclusiveMinimum } = aggregateChecks(inst);
		return Math.max(minimum ?? Number.NEGATIVE_INFINITY, exclusiveMinimum ?? Number.NEGATIVE_INFINITY);
	},
	maxValue: (inst) => {
		const { maximum, exclusiveMaximum } = aggregateChecks(inst);
		return Math.min(maximum ?? Number.POSITIVE_INFINITY, exclusiveMaximum ?? Number.POSITIVE_INFINITY);
	},
	isInt: (inst) => {
		const { isInt, multipleOf } = aggregateChecks(inst);
		return !!isInt || !!multipleOf?.some(Number.isSafeInteger);
	},
	format: (inst) => aggregateChecks(inst).format ?? null
}, {
	gt(value, params) {
		return this.check(/* @__PURE__ */ _gt(value, params));
	},
	gte(value, params) {
		return this.check(/* @__PURE__ */ _gte(value, params));
	},
	min(value, params) {
		return this.check(/* @__PURE__ */ _gte(value, params));
	},
	lt(value, params) {
		return this.check(/* @__PURE__ */ _lt(value, params));
	},
	lte(value, params) {
		return this.check(/* @__PURE__ */ _lte(value, params));
	},
	max(value, params) {
		return this.check(/* @__PURE__ */ _lte(value, params));
	},
	int(params) {
		return this.check(int(params));
	},
	safe(params) {
		return this.check(int(params));
	},
	positive(params) {
		return this.check(/* @__PURE__ */ _gt(0, params));
	},
	nonnegative(params) {
		return this.check(/* @__PURE__ */ _gte(0, params));
	},
	negative(params) {
		return this.check(/* @__PURE__ */ _lt(0, params));
	},
	nonpositive(params) {
		return this.check(/* @__PURE__ */ _lte(0, params));
	},
	multipleOf(value, params) {
		return this.check(/* @__PURE__ */ _multipleOf(value, params));
	},
	step(value, params) {
		return this.check(/* @__PURE__ */ _multipleOf(value, params));
	},
	finite() {
		return this;
	}
}));
const ZodNumberFormat = /*@__PURE__*/ $constructor("ZodNumberFormat", (inst, def) => {
	$ZodNumberFormat.init(inst, def);
	ZodNumber.init(inst, def);
});
function int(params) {
	return /* @__PURE__ */ _int(ZodNumberFormat, params);
}
const ZodUnknown = /*@__PURE__*/ $constructor("ZodUnknown", (inst, def) => {
	$ZodUnknown.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => void 0;
});
function unknown() {
	return /* @__PURE__ */ _unknown(ZodUnknown);
}
const ZodNever = /*@__PURE__*/ $constructor("ZodNever", (inst, def) => {
	$ZodNever.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => neverProcessor(inst, ctx, json, params);
});
function never(params) {
	return /* @__PURE__ */ _never(ZodNever, params);
}
const ZodArray = /*@__PURE__*/ $constructor("ZodArray", (inst, def) => {
	_ensureDefaultMemoizer();
	$ZodArray.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => arrayProcessor(inst, ctx, json, params);
	inst.element = def.element;
}, {
	min(n, params) {
		return this.check(/* @__PURE__ */ _minLength(n, params));
	},
	nonempty(params) {
		return this.check(/* @__PURE__ */ _minLength(1, params));
	},
	max(n, params) {
		return this.check(/* @__PURE__ */ _maxLength(n, params));
	},
	length(n, params) {
		return this.check(/* @__PURE__ */ _length(n, params));
	},
	unwrap() {
		return this.element;
	}
});
function array(element, params) {
	return /* @__PURE__ */ _array(ZodArray, element, params);
}
const ZodObject = /*@__PURE__*/ $constructor("ZodObject", (inst, def) => {
	_ensureDefaultMemoizer();
	$ZodObjectJIT.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => objectProcessor(inst, ctx, json, params);
	installLazyProp(inst, "shape", (self) => self._zod.def.shape, false);
}, {
	keyof() {
		return _enum(Object.keys(this._zod.def.shape));
	},
	catchall(catchall) {
		return this.clone(mergeDefs(this._zod.def, { catchall }));
	},
	passthrough() {
		return this.clone(mergeDefs(this._zod.def, { catchall: unknown() }));
	},
	loose() {
		return this.clone(mergeDefs(this._zod.def, { catchall: unknown() }));
	},
	strict() {
		return this.clone(mergeDefs(this._zod.def, { catchall: never() }));
	},
	strip() {
		return this.clone(mergeDefs(this._zod.def, { catchall: void 0 }));
	},
	extend(incoming) {
		return extend(this, incoming);
	},
	safeExtend(incoming) {
		return safeExtend(this, incoming);
	},
	merge(other) {
		return merge(this, other);
	},
	pick(mask) {
		return pick(this, mask);
	},
	omit(mask) {
		return omit(this, mask);
	},
	partial(...args) {
		return partial(ZodOptional, this, args[0]);
	},
	exactPartial(...args) {
		return partial(ZodExactOptional, this, args[0], "exactPartial");
	},
	required(...args) {
		return required(ZodNonOptional, this, args[0]);
	}
});
function object(shape, params) {
	const def = {
		type: "object",
		shape: shape ?? {},
		...normalizeParams(params)
	};
	return new ZodObject(def);
}
const ZodUnion = /*@__PURE__*/ $constructor("ZodUnion", (inst, def) => {
	$ZodUnion.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => unionProcessor(inst, ctx, json, params);
	inst.options = def.options;
});
function union(options, params) {
	return new ZodUnion({
		type: "union",
		options,
		...normalizeParams(params)
	});
}
const ZodIntersection = /*@__PURE__*/ $constructor("ZodIntersection", (inst, def) => {
	$ZodIntersection.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => intersectionProcessor(inst, ctx, json, params);
});
function intersection(left, right) {
	return new ZodIntersection({
		type: "intersection",
		left,
		right
	});
}
const ZodEnum = /*@__PURE__*/ $constructor("ZodEnum", (inst, def) => {
	$ZodEnum.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => enumProcessor(inst, ctx, json, params);
	inst.enum = def.entries;
	inst.options = [...inst._zod.values];
	const keys = new Set(Object.keys(def.entries));
	inst.extract = (values, params) => {
		const newEntries = {};
		for (const value of values) if (keys.has(value)) newEntries[value] = def.entries[value];
		else throw new Error(`Key ${value} not found in enum`);
		return new ZodEnum({
			...def,
			checks: [],
			...normalizeParams(params),
			entries: newEntries
		});
	};
	inst.exclude = (values, params) => {
		const newEntries = { ...def.entries };
		for (const value of values) if (keys.has(value)) delete newEntries[value];
		else throw new Error(`Key ${value} not found in enum`);
		return new ZodEnum({
			...def,
			checks: [],
			...normalizeParams(params),
			entries: newEntries
		});
	};
});
function _enum(values, params) {
	const entries = Array.isArray(values) ? Object.fromEntries(values.map((v) => [v, v])) : values;
	return new ZodEnum({
		type: "enum",
		entries,
		...normalizeParams(params)
	});
}
const ZodLiteral = /*@__PURE__*/ $constructor("ZodLiteral", (inst, def) => {
	$ZodLiteral.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => literalProcessor(inst, ctx, json, params);
	inst.values = new Set(def.values);
	Object.defineProperty(inst, "value", { get() {
		if (def.values.length > 1) throw new Error("This schema contains multiple valid literal values. Use `.values` instead.");
		return def.values[0];
	} });
});
function literal(value, params) {
	return new ZodLiteral({
		type: "literal",
		values: Array.isArray(value) ? value : [value],
		...normalizeParams(params)
	});
}
const ZodTransform = /*@__PURE__*/ $constructor("ZodTransform", (inst, def) => {
	_ensureDefaultMemoizer();
	$ZodTransform.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => transformProcessor(inst, ctx, json, params);
	inst._zod.parse = (payload, _ctx) => {
		if (_ctx.direction === "backward") throw new $ZodEncodeError(inst.constructor.name);
		payload.addIssue = (issue$1) => {
			if (typeof issue$1 === "string") payload.issues.push(issue(issue$1, payload.value, def));
			else {
				const _issue = issue$1;
				if (_issue.fatal) _issue.continue = false;
				_issue.code ?? (_issue.code = "custom");
				if (!("input" in _issue)) _issue.input = payload.value;
				_issue.inst ?? (_issue.inst = inst);
				payload.issues.push(issue(_issue));
			}
		};
		const output = def.transform(payload.value, payload);
		if (output instanceof Promise) return output.then((output) => {
			payload.value = output;
			return payload;
		});
		payload.value = output;
		return payload;
	};
});
function transform(fn) {
	return new ZodTransform({
		type: "transform",
		transform: fn
	});
}
const ZodOptional = /*@__PURE__*/ $constructor("ZodOptional", (inst, def) => {
	$ZodOptional.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => optionalProcessor(inst, ctx, json, params);
	inst.unwrap = () => inst._zod.def.innerType;
});
function optional$1(innerType) {
	return new ZodOptional({
		type: "optional",
		innerType
	});
}
const ZodExactOptional = /*@__PURE__*/ $constructor("ZodExactOptional", (inst, def) => {
	$ZodExactOptional.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => optionalProcessor(inst, ctx, json, params);
	inst.unwrap = () => inst._zod.def.innerType;
});
function exactOptional(innerType) {
	return new ZodExactOptional({
		type: "optional",
		innerType
	});
}
const ZodNullable = /*@__PURE__*/ $constructor("ZodNullable", (inst, def) => {
	$ZodNullable.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => nullableProcessor(inst, ctx, json, params);
	inst.unwrap = () => inst._zod.def.innerType;
});
function nullable(innerType) {
	return new ZodNullable({
		type: "nullable",
		innerType
	});
}
const ZodDefault = /*@__PURE__*/ $constructor("ZodDefault", (inst, def) => {
	$ZodDefault.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => defaultProcessor(inst, ctx, json, params);
	inst.unwrap = () => inst._zod.def.innerType;
	inst.removeDefault = inst.unwrap;
});
function _default(innerType, defaultValue) {
	return new ZodDefault({
		type: "default",
		innerType,
		get defaultValue() {
			return typeof defaultValue === "function" ? defaultValue() : shallowClone(defaultValue);
		}
	});
}
const ZodPrefault = /*@__PURE__*/ $constructor("ZodPrefault", (inst, def) => {
	$ZodPrefault.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => prefaultProcessor(inst, ctx, json, params);
	inst.unwrap = () => inst._zod.def.innerType;
});
function prefault(innerType, defaultValue) {
	return new ZodPrefault({
		type: "prefault",
		innerType,
		get defaultValue() {
			return typeof defaultValue === "function" ? defaultValue() : shallowClone(defaultValue);
		}
	});
}
const ZodNonOptional = /*@__PURE__*/ $constructor("ZodNonOptional", (inst, def) => {
	$ZodNonOptional.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => nonoptionalProcessor(inst, ctx, json, params);
	inst.unwrap = () => inst._zod.def.innerType;
});
function nonoptional(innerType, params) {
	return new ZodNonOptional({
		type: "nonoptional",
		innerType,
		...normalizeParams(params)
	});
}
const ZodCatch = /*@__PURE__*/ $constructor("ZodCatch", (inst, def) => {
	$ZodCatch.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => catchProcessor(inst, ctx, json, params);
	inst.unwrap = () => inst._zod.def.innerType;
	inst.removeCatch = inst.unwrap;
});
function _catch(innerType, catchValue) {
	return new ZodCatch({
		type: "catch",
		innerType,
		catchValue: typeof catchValue === "function" ? catchValue : constantCatch(catchValue)
	});
}
const ZodPipe = /*@__PURE__*/ $constructor("ZodPipe", (inst, def) => {
	$ZodPipe.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => pipeProcessor(inst, ctx, json, params);
	inst.in = def.in;
	inst.out = def.out;
});
function pipe(in_, out) {
	return new ZodPipe({
		type: "pipe",
		in: in_,
		out
	});
}
const ZodReadonly = /*@__PURE__*/ $constructor("ZodReadonly", (inst, def) => {
	$ZodReadonly.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => readonlyProcessor(inst, ctx, json, params);
	inst.unwrap = () => inst._zod.def.innerType;
});
function readonly(innerType) {
	return new ZodReadonly({
		type: "readonly",
		innerType
	});
}
const ZodCustom = /*@__PURE__*/ $constructor("ZodCustom", (inst, def) => {
	$ZodCustom.init(inst, def);
	ZodType.init(inst, def);
	inst._zod.processJSONSchema = (ctx, json, params) => customProcessor(inst, ctx, json, params);
});
function refine(fn, _params = {}) {
	return /* @__PURE__ */ _refine(ZodCustom, fn, _params);
}
function superRefine(fn, params) {
	return /* @__PURE__ */ _superRefine(fn, params);
}
// node_modules/zod/v4/classic/iso.js
function datetime(params) {
	return /* @__PURE__ */ _isoDateTime(ZodISODateTime, params);
}
// node_modules/zod/v4/classic/coerce.js
function number(params) {
	return /* @__PURE__ */ _coercedNumber(ZodNumber, params);
}
// automation/domain/errors.ts
const retryableByNature = /* @__PURE__ */ new Set([
	"unreachable",
	"timeout",
	"throttled",
	"unverified"
]);
/** Every error that the driver throws on purpose. `message` is for a person and holds no secret. */
var DriverError = class extends Error {
	code;
	retryable;
	retryAfterMs;
	field;
	value;
	expected;
	constructor(code, message, options = {}) {
		super(message, options.cause === void 0 ? void 0 : { cause: options.cause });
		this.name = "DriverError";
		this.code = code;
		this.retryable = options.retryable ?? retryableByNature.has(code);
		this.retryAfterMs = options.retryAfterMs;
		this.field = options.field;
		this.value = options.value;
		this.expected = options.expected;
	}
	toJSON() {
		return {
			code: this.code,
			message: this.message,
			retryable: this.retryable,
			...this.field === void 0 ? {} : { field: this.field },
			...this.value === void 0 ? {} : { value: this.value },
			...this.expected === void 0 ? {} : { expected: this.expected }
		};
	}
};
/** Credentials inside a URL and `password=`-like pairs, which foreign messages (connection errors, engines) may quote. */
const secretPatterns = [
	[/([a-z][a-z0-9+.-]*:\/\/[^\s:/@]+):[^\s@/]+@/gi, "$1:***@"],
	[/\b(password|passwd|pwd|secret|token|accountkey|sig|passphrase)(["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,;&]+)/gi, "$1$2***"],
	[/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/g, "$1 ***"]
];
/** Blanks what looks like a credential. For messages that did not originate with us. */
function redact(text) {
	return secretPatterns.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}
/** Any thrown value as a `DriverError`: ours as they are, foreign ones as `fatal` with their message redacted. */
function toDriverError(thrown) {
	if (thrown instanceof DriverError) return thrown;
	return new DriverError("fatal", redact(thrown instanceof Error ? thrown.message || thrown.name : String(thrown)), { cause: thrown });
}
/** For the journal and reports. */
function serialiseError(thrown) {
	return toDriverError(thrown).toJSON();
}
// automation/adapters/azure/table-authorization.ts
/** By account key (Shared Key Lite): for accounts that allow it, and for Azurite. */
function accountKeyAuthorization(account, key, clock) {
	return async (url) => {
		const date = clock.now().toUTCString();
		return {
			"x-ms-date": date,
			authorization: `SharedKeyLite ${account}:${(0, node_crypto.createHmac)("sha256", Buffer.from(key, "base64")).update(`${date}\n/${account}${url.pathname}`).digest("base64")}`
		};
	};
}
const tokenSchema = object({
	access_token: string().min(1),
	expires_on: number()
});
/** A token is asked for anew when it has less left than this. */
const margin = 3e5;
/** By the Function App's own identity, which needs the role Storage Table Data Contributor on the account. */
function managedIdentityAuthorization(fetch, identity, clock) {
	let kept;
	return async (_url, signal) => {
		const now = clock.now().getTime();
		if (kept === void 0 || kept.until - margin < now) {
			const url = new URL(identity.endpoint);
			url.searchParams.set("api-version", "2019-08-01");
			url.searchParams.set("resource", "https://storage.azure.com/");
			if (identity.clientId !== void 0) url.searchParams.set("client_id", identity.clientId);
			const response = await fetch(url, {
				headers: { "x-identity-header": identity.header },
				signal
			});
			const parsed = response.ok ? tokenSchema.safeParse(await response.json()) : void 0;
			if (parsed?.success !== true) throw new DriverError("denied", `no token for the managed identity (${response.status})`);
			kept = {
				token: parsed.data.access_token,
				until: parsed.data.expires_on * 1e3
			};
		}
		return {
			"x-ms-date": clock.now().toUTCString(),
			authorization: `Bearer ${kept.token}`
		};
	};
}
// automation/domain/failover-state.ts
const target = _enum(["primary", "secondary"]);
/** Empty where it never was. */
const moment = union([literal(""), datetime({ offset: true })]);
/** The state of Devoteam-MCloud's functions: the eight fields of the entity `failover`/`state`, with their types. */
const failoverStateSchema = object({
	active_target: target,
	primary_endpoint: url(),
	secondary_endpoint: url(),
	last_status: _enum([
		"OK",
		"FAILOVER_DONE",
		"ERROR"
	]),
	last_reason: string(),
	last_check_utc: moment,
	failover_count: int().nonnegative(),
	/** No toggle before this. */
	lock_until_utc: moment
});
const stateKey = {
	partition: "failover",
	row: "state"
};
function otherTarget(active) {
	return active === "primary" ? "secondary" : "primary";
}
/** Where the application answers at a target. */
function endpointOf(state, active) {
	return active === "primary" ? state.primary_endpoint : state.secondary_endpoint;
}
// automation/domain/guards.ts
const guardNameSchema = _enum([
	"fence-unconfirmed",
	"proof-missing",
	"rpo-exceeded",
	"operation-running",
	"standby-unready",
	"not-reprotected",
	"cooldown",
	"paused",
	"witness-lost",
	"advice-holds",
	"approval-missing",
	"capacity-refused",
	"loss-unknown"
]);
/** Every guard there is. */
const guardCatalogue = {
	"operation-running": {
		stands: "an operation of the application is under way, was left by its driver, or needs an operator",
		holds: "every operation",
		overridable: false,
		instead: "wait for it, answer it, abort it, or resume it"
	},
	"witness-lost": {
		stands: "the witness does not answer: nobody can say which site is active, or make another one so",
		holds: "every operation",
		overridable: false,
		instead: "bring the witness back"
	},
	paused: {
		stands: "a person paused the application",
		holds: "every operation",
		overridable: true,
		instead: "this operation may begin all the same; an automatic one never may"
	},
	cooldown: {
		stands: "a move ended recently (for self-heal and zonal-recovery: the same was tried recently)",
		holds: "automatic moves",
		overridable: false,
		instead: "a person may start one at any time"
	},
	"approval-missing": {
		stands: "the mode is `approve`, and nobody approved the failover that the watch asks for",
		holds: "automatic moves",
		overridable: false,
		instead: "approve it, or start it by hand"
	},
	"advice-holds": {
		stands: "the advisor does not advise a failover with high confidence",
		holds: "automatic moves",
		overridable: false,
		instead: "a person may start one at any time: advice binds the watch alone"
	},
	"not-reprotected": {
		stands: "the site to go home to is not verified to follow the active one",
		holds: "failback",
		overridable: false,
		instead: "run reprotect and let it verify"
	},
	"standby-unready": {
		stands: "the site to move to cannot take over: no answer, no replication, or its first copy has not arrived",
		holds: "moves",
		overridable: false,
		instead: "repair the site"
	},
	"rpo-exceeded": {
		stands: "the replication lag is past the bound or unknown, or the first copy of some tables has not arrived",
		holds: "moves",
		overridable: true,
		instead: "the loss is accepted; it is measured afterwards"
	},
	"fence-unconfirmed": {
		stands: "the old site could not be proven to have stopped writing",
		holds: "forced moves",
		overridable: true,
		instead: "a person has made sure that the old site is down or cut off"
	},
	"proof-missing": {
		stands: "the old site is fenced, and the new one has not received everything up to the proof token",
		holds: "forced moves",
		overridable: true,
		instead: "the loss is accepted; it is measured afterwards"
	},
	"capacity-refused": {
		stands: "the cloud refuses the capacity that the standby's compute needs",
		holds: "moves",
		overridable: true,
		instead: "the compute that is there is enough, or was lit by other means"
	},
	"loss-unknown": {
		stands: "of some tables it cannot be told which rows never reached the new site, and the copy would erase them",
		holds: "reprotect",
		overridable: true,
		instead: "these tables' rows at the old site may be erased uncounted"
	}
};
guardNameSchema.options.filter((name) => guardCatalogue[name].overridable);
object({
	guard: guardNameSchema,
	reason: string().min(1),
	by: string().min(1)
});
const guard = (name, reason) => ({
	name,
	reason,
	override: guardCatalogue[name].overridable ? name : void 0
});
/** No automatic failover soon after another operation. `until` (ISO) undefined or past: nothing stands. */
function cooldown(until, now) {
	if (until === void 0 || now.getTime() >= Date.parse(until)) return void 0;
	return guard("cooldown", `an operation ended recently: no automatic failover before ${until}`);
}
// automation/functions/current-state.ts
/** The entity, made where there is none. Its endpoints are those that are declared now: the rest of it is history. */
async function currentState({ store, rules }, signal) {
	const found = await store.read(signal);
	if (found !== void 0) return {
		...found,
		state: {
			...found.state,
			...rules.endpoints
		}
	};
	const fresh = {
		...rules.endpoints,
		active_target: "primary",
		last_status: "OK",
		last_reason: "",
		last_check_utc: "",
		failover_count: 0,
		lock_until_utc: ""
	};
	await store.create(fresh, signal);
	const made = await store.read(signal);
	if (made === void 0) throw new DriverError("unverified", "the state was written and is not there");
	return made;
}
// automation/lib/interruption.ts
/** The caller's abort as an error: its reason if that is one of ours, `timeout` for a deadline, else `interrupted`. */
function interruption(what, signal) {
	const reason = signal.reason;
	if (reason instanceof DriverError) return reason;
	if (reason instanceof Error && reason.name === "TimeoutError") return new DriverError("timeout", `${what}: the deadline of the caller passed`, { cause: reason });
	return new DriverError("interrupted", `${what}: interrupted`, { cause: reason });
}
/** Waits for elapsed time; rejects as `interruption` says when aborted. */
async function pause(what, milliseconds, signal, timer = systemTimer) {
	try {
		await timer.sleep(milliseconds, signal);
	} catch (error) {
		if (signal.aborted) throw interruption(what, signal);
		throw error;
	}
}
// automation/lib/deadline.ts
/**
* Runs `work` with a signal that aborts at the deadline or with the caller's, and settles then even when `work` does not heed it.
*
* - A late success stands: what `work` answers while it is being stopped, within `settleMs`, is returned. An effect that happened must not
*   be forgotten. What comes after that is left behind unread.
* - At the deadline it throws `timeout`, `retryable` by option. A `timeout` of the work's own is thrown in its place: it says more.
* - The caller's abort is thrown as `interruption` tells it: the signal's reason where that is a `DriverError`, else `timeout` or
*   `interrupted`.
*/
async function withDeadline(options, work) {
	const { what, milliseconds, clock = systemTimer, retryable = true, settleMs = 0 } = options;
	if (options.signal.aborted) throw interruption(what, options.signal);
	const inner = new AbortController();
	const ended = new AbortController();
	const onCaller = () => inner.abort(interruption(what, options.signal));
	options.signal.addEventListener("abort", onCaller, { once: true });
	clock.sleep(milliseconds, ended.signal).then(() => inner.abort(new DriverError("timeout", `${what} took longer than ${milliseconds / 1e3} s`, { retryable })), () => void 0);
	const task = work(inner.signal).then((value) => ({ value }), (error) => ({ error }));
	const stopped = new Promise((resolve) => {
		if (inner.signal.aborted) resolve(void 0);
		inner.signal.addEventListener("abort", () => resolve(void 0), { once: true });
	});
	try {
		const outcome = await Promise.race([task, stopped]) ?? await settled(task, settleMs, clock, ended.signal);
		if (outcome !== void 0 && "value" in outcome) return outcome.value;
		if (inner.signal.aborted && !(outcome !== void 0 && isTelling(outcome.error))) throw inner.signal.reason;
		throw outcome?.error;
	} finally {
		ended.abort();
		options.signal.removeEventListener("abort", onCaller);
	}
}
async function settled(task, settleMs, clock, ended) {
	const patience = clock.sleep(settleMs, ended).then(() => void 0, () => void 0);
	return await Promise.race([task, patience]);
}
/** The work's own account of why it was not done in time says more than the bare deadline. */
function isTelling(error) {
	return error instanceof DriverError && error.code === "timeout";
}
// automation/lib/retry.ts
/** Each twice as long as the one before. */
function doublingRests({ firstMs, longestMs, retries }) {
	return (retry) => retry > (retries ?? Number.POSITIVE_INFINITY) ? void 0 : Math.min(firstMs * 2 ** (retry - 1), longestMs ?? Number.POSITIVE_INFINITY);
}
/**
* Runs `work` again while its errors are retryable, rests are left and the budget lasts. A rest is a quarter shorter up to a quarter longer
* than stated, so that many that failed together do not come back together.
*
* Throws the last attempt's error as it is; the caller's abort as `interruption` tells it; at the end of the budget the last attempt's code
* with both accounts in the message, or `timeout` where the first attempt took all of it. An error that comes once the caller has aborted
* is not retried.
*/
async function retry(options, work) {
	const { what, signal, budgetMs, clock = systemTimer } = options;
	if (budgetMs === void 0) return await attempts$1(options, signal, work);
	let last;
	const onFailure = async (failed) => {
		if (failed.retrying) last = failed.error;
		await options.onFailure?.(failed);
	};
	try {
		return await withDeadline({
			what,
			milliseconds: budgetMs,
			signal,
			clock
		}, (inner) => attempts$1({
			...options,
			onFailure
		}, inner, work));
	} catch (error) {
		if (last === void 0 || last === error || signal.aborted) throw error;
		if (!(error instanceof DriverError) || error.code !== "timeout") throw error;
		throw new DriverError(last.code, `${error.message}; the last try: ${last.message}`, { cause: last });
	}
}
async function attempts$1(options, signal, work) {
	const { what, rests, clock = systemTimer } = options;
	for (let number = 1;; number += 1) {
		const stated = rests(number);
		const attempt = {
			number,
			last: stated === void 0
		};
		try {
			return await work(signal, attempt);
		} catch (thrown) {
			const error = toDriverError(thrown);
			const rest = restAfter(error, stated, options);
			const worthIt = rest !== void 0 && !signal.aborted && await (options.isRetryable?.(error) ?? error.retryable);
			await options.onFailure?.({
				attempt,
				error,
				retrying: worthIt
			});
			if (!worthIt) throw thrown;
			await pause(what, rest, signal, clock);
		}
	}
}
/** In milliseconds; undefined: no other attempt. */
function restAfter(error, stated, options) {
	const { heedRetryAfterMs, random = Math.random } = options;
	if (stated === void 0) return void 0;
	if (heedRetryAfterMs === void 0 || error.retryAfterMs === void 0) return stated * (.75 + random() * .5);
	return error.retryAfterMs <= heedRetryAfterMs ? error.retryAfterMs : void 0;
}
// automation/functions/write-state.ts
/** Writes that may be lost to somebody else's before this one gives up. */
const attempts = 5;
/**
* Repeats `write` (read, decide, replace) while it answers `lost`: somebody else wrote in between. Errors: `conflict` (retryable) where that
* goes on; those of `write`, which are not retried.
*/
async function untilWritten({ clock }, signal, write) {
	const lost = new DriverError("conflict", `the state was changed by others ${attempts} times in a row`, { retryable: true });
	const rests = doublingRests({
		firstMs: 10,
		retries: 4
	});
	const isRetryable = (error) => error === lost;
	return await retry({
		what: "write the state",
		signal,
		rests,
		clock,
		isRetryable
	}, async () => {
		const written = await write();
		if (written === "lost") throw lost;
		return written;
	});
}
// automation/functions/do-failover.ts
/**
* `do_failover`: makes the other target the active one, unless a toggle is too recent. Answers `{changed: true, status: "FAILOVER_DONE",
* new_active_target, …}` or `{changed: false, status: "FAILOVER_SKIPPED", …}`. A field moves nothing by itself: the driver, where one is
* configured, is notified afterwards, and a failed notification changes nothing about the toggle.
*/
async function doFailover(dependencies, signal) {
	const { store, clock, rules } = dependencies;
	return await untilWritten(dependencies, signal, async () => {
		const { state, etag } = await currentState(dependencies, signal);
		const now = clock.now();
		const locked = cooldown(state.lock_until_utc === "" ? void 0 : state.lock_until_utc, now);
		if (locked !== void 0) return skipped(state, locked.reason);
		const to = otherTarget(state.active_target);
		const next = {
			...state,
			active_target: to,
			failover_count: state.failover_count + 1,
			lock_until_utc: new Date(now.getTime() + rules.cooldownSeconds * 1e3).toISOString(),
			last_status: "FAILOVER_DONE",
			last_reason: `failover from ${state.active_target} to ${to}`
		};
		if (!await store.replace(next, etag, signal)) return "lost";
		return done(next, await tell(dependencies, {
			from: state.active_target,
			to,
			count: next.failover_count,
			at: now.toISOString()
		}, signal));
	});
}
function skipped({ active_target, lock_until_utc }, reason) {
	return {
		status: 200,
		body: {
			changed: false,
			status: "FAILOVER_SKIPPED",
			active_target,
			lock_until_utc,
			reason
		}
	};
}
function done({ active_target, failover_count, lock_until_utc, last_reason }, driver) {
	return {
		status: 200,
		body: {
			changed: true,
			status: "FAILOVER_DONE",
			new_active_target: active_target,
			failover_count,
			lock_until_utc,
			reason: last_reason,
			driver
		}
	};
}
async function tell({ notify }, toggle, signal) {
	if (notify === void 0) return "not configured";
	return notify(toggle, signal).then(() => "told", (error) => `not told: ${serialiseError(error).message}`);
}
// automation/functions/driver-webhook.ts
/** Tells the driver of a toggle in the form that its receiver knows: an alert of Alertmanager's, each toggle a new one. */
function driverWebhook(fetch, { url, token, timeoutMs }) {
	return async (toggle, signal) => {
		const body = {
			version: "4",
			groupKey: "pilotlight-failover-functions",
			status: "firing",
			alerts: [{
				status: "firing",
				labels: {
					alertname: "FailoverToggled",
					from: toggle.from,
					to: toggle.to
				},
				annotations: { summary: `the failover functions made ${toggle.to} the active target` },
				startsAt: toggle.at,
				fingerprint: `failover-${toggle.count}`
			}]
		};
		const response = await fetch(url, {
			method: "POST",
			headers: {
				authorization: `Bearer ${token}`,
				"content-type": "application/json"
			},
			body: JSON.stringify(body),
			redirect: "error",
			signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
		}).catch((error) => {
			throw new DriverError("unreachable", `the driver at ${new URL(url).host} does not answer`, { cause: error });
		});
		await response.body?.cancel();
		if (!response.ok) throw new DriverError("refused", `the driver at ${new URL(url).host} answered ${response.status}`);
	};
}
// automation/adapters/network-errors.ts
/** Codes of the system and of undici that mean: nothing answered, or it went away. Trying again may help. */
const codes = /* @__PURE__ */ new Set([
	"ECONNREFUSED",
	"ECONNRESET",
	"ECONNABORTED",
	"EPIPE",
	"ETIMEDOUT",
	"EHOSTUNREACH",
	"EHOSTDOWN",
	"ENETUNREACH",
	"ENETDOWN",
	"ENOTFOUND",
	"EAI_AGAIN",
	"UND_ERR_SOCKET",
	"UND_ERR_CONNECT_TIMEOUT",
	"UND_ERR_HEADERS_TIMEOUT",
	"UND_ERR_BODY_TIMEOUT"
]);
/** The network error inside `error` (or its causes), e.g. `ECONNREFUSED`; undefined when it is no such thing. */
function networkErrorCode(error) {
	for (let current = error, depth = 0; current instanceof Error && depth < 6; current = current.cause, depth++) {
		const code = "code" in current && typeof current.code === "string" ? current.code : void 0;
		if (code !== void 0 && codes.has(code)) return code;
		if (current instanceof AggregateError) for (const part of current.errors) {
			const inner = networkErrorCode(part);
			if (inner !== void 0) return inner;
		}
	}
}
// automation/domain/health-report.ts
/** Path of a health check unless a service's configuration says another. */
const DEFAULT_HEALTH_PATH = "/health";
/** Characters of an answer that are read; a report is shorter. */
const LONGEST_HEALTH_REPORT = 262144;
/** As reports say it, in lower case: ours, Spring Boot, ASP.NET, health+json (draft-inadarei-api-health-check), gRPC's gateway, Consul. */
const words = new Map([
	...[
		"healthy",
		"up",
		"ok",
		"okay",
		"pass",
		"passed",
		"passing",
		"success",
		"serving",
		"alive",
		"ready",
		"green"
	].map((word) => [word, "healthy"]),
	...[
		"degraded",
		"warn",
		"warning",
		"yellow",
		"partial"
	].map((word) => [word, "degraded"]),
	...[
		"unhealthy",
		"down",
		"fail",
		"failed",
		"failing",
		"failure",
		"error",
		"critical",
		"fatal",
		"red"
	].map((word) => [word, "unhealthy"]),
	...[
		"out_of_service",
		"not_serving",
		"not_ready",
		"unavailable",
		"maintenance",
		"shutting_down",
		"stopping"
	].map((word) => [word, "unhealthy"])
]);
/** Names under which a report says how it is, the most telling first. */
const keys = [
	"status",
	"health",
	"healthy",
	"state",
	"ok",
	"up",
	"alive",
	"success"
];
/**
* What the answer of a health check says. A status other than 2xx is never up, whatever the body says. With 2xx, a report in the body
* decides (JSON, or one word of text); a body that is no report leaves it at the status, as load balancers do. A page (HTML) or a
* redirect is nobody's health check: a login or a single-page application answers so at every path.
*/
function readHealth({ status, contentType, body }) {
	const text = body.replace(/^\ufeff/, "").trim();
	const isPage = /html/i.test(contentType ?? "") || /^<(!doctype|html|head|body|\?xml)/i.test(text);
	const value = isPage ? void 0 : parse(text);
	const said = statusOf(value);
	if (status >= 300 && status < 400) return {
		kind: "unknown",
		reason: `answered ${status}, a redirect: no health check; see the service's healthPath`
	};
	if (status < 200 || status >= 400) return said === void 0 ? {
		kind: "failure",
		reason: `answered ${status} without a health report`
	} : {
		kind: "answer",
		status: "unhealthy",
		site: siteOf(value)
	};
	if (isPage) return {
		kind: "unknown",
		reason: `answered ${status} with a page, not with a health report; see the service's healthPath`
	};
	return {
		kind: "answer",
		status: said ?? "healthy",
		site: siteOf(value)
	};
}
/** JSON, or one line of text. */
function parse(text) {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}
function statusOf(value) {
	if (typeof value === "string") return words.get(value.trim().toLowerCase().replace(/[\s-]+/g, "_").replace(/[.!]$/, ""));
	if (typeof value === "boolean") return value ? "healthy" : "unhealthy";
	if (typeof value !== "object" || value === null || Array.isArray(value)) return void 0;
	const fields = new Map(Object.entries(value).map(([name, field]) => [name.toLowerCase(), field]));
	for (const key of keys) {
		const found = statusOf(fields.get(key));
		if (found !== void 0) return found;
	}
}
function siteOf(value) {
	if (typeof value !== "object" || value === null || !("site" in value)) return void 0;
	return value.site === "primary" || value.site === "standby" ? value.site : void 0;
}
// automation/adapters/probe/ask-health.ts
const decoders = {
	gzip: (0, node_util.promisify)(node_zlib.default.gunzip),
	"x-gzip": (0, node_util.promisify)(node_zlib.default.gunzip),
	deflate: (0, node_util.promisify)(node_zlib.default.inflate),
	br: (0, node_util.promisify)(node_zlib.default.brotliDecompress)
};
/** On a connection of its own. No redirect is followed. Errors: those of Node's sockets and TLS; `signal` ends it. */
function askHealth(question, signal) {
	const { protocol, address, port, path, name, authority } = question;
	return new Promise((resolve, reject) => {
		const standard = protocol === "https" ? 443 : 80;
		const request = (protocol === "https" ? node_https.default : node_http.default).get({
			host: address,
			port,
			path,
			...(0, node_net.isIP)(name) === 0 ? { servername: name } : {},
			...authority === void 0 ? {} : { ca: [...node_tls.rootCertificates, authority] },
			headers: {
				host: port === standard ? name : `${name}:${port}`,
				accept: "application/json",
				connection: "close"
			},
			agent: false,
			signal
		}, (response) => {
			let length = 0;
			response.on("data", (chunk) => {
				length += chunk.length;
				if (length > 262144) request.destroy(/* @__PURE__ */ new Error("the answer is too long for a health report"));
			});
			(0, node_stream_consumers.buffer)(response).then((body) => decoded(body, response.headers["content-encoding"])).then((body) => {
				const { statusCode: status = 0, headers } = response;
				resolve({
					status,
					contentType: headers["content-type"],
					body
				});
			}, reject);
		});
		request.on("error", reject);
	});
}
/** Some compress without being asked. */
async function decoded(body, encoding = "") {
	const decode = body.length === 0 ? void 0 : decoders[encoding.trim().toLowerCase()];
	return (decode === void 0 ? body : await decode(body, { maxOutputLength: LONGEST_HEALTH_REPORT })).toString("utf8");
}
// automation/functions/endpoint-probe.ts
/** The system's resolver got no answer: nothing was learnt about the endpoint. */
const ownTrouble = /* @__PURE__ */ new Set([
	"EAI_AGAIN",
	"ENETUNREACH",
	"ENETDOWN"
]);
/**
* GET `<endpoint><healthPath>` within `timeoutMs`, no redirect followed. `readHealth` says what the answer means, as for the driver.
* `healthPath`: default `/health`. `tls`: an endpoint over HTTPS is asked for the public name, which its certificate is for; default: for
* its own.
*/
function endpointProbe(fetch, timeoutMs, healthPath = DEFAULT_HEALTH_PATH, tls) {
	return async (endpoint, signal) => {
		const url = `${endpoint.replace(/\/+$/, "")}${healthPath}`;
		const signalOf = {
			kind: "service",
			name: new URL(url).host
		};
		const late = AbortSignal.timeout(timeoutMs);
		try {
			const within = AbortSignal.any([signal, late]);
			const asked = tls === void 0 || !url.startsWith("https:") ? void 0 : tls;
			const answer = await (asked === void 0 ? fetched(fetch, url, within) : askedFor(asked, url, within));
			const found = readHealth(answer);
			if (found.kind === "answer") return {
				...signalOf,
				reading: found.status,
				reason: `${signalOf.name} answered ${answer.status}, ${found.status}`
			};
			const reading = found.kind === "failure" ? "unhealthy" : "unknown";
			return {
				...signalOf,
				reading,
				reason: `${signalOf.name} ${found.reason}`
			};
		} catch (error) {
			if (signal.aborted) throw error;
			if (late.aborted) return {
				...signalOf,
				reading: "failure",
				reason: `${signalOf.name}: no answer in ${timeoutMs} ms`
			};
			const code = networkErrorCode(error) ?? tlsFault(error) ?? "no connection";
			const reading = ownTrouble.has(code) ? "unknown" : "failure";
			return {
				...signalOf,
				reading,
				reason: `${signalOf.name}: ${code}`
			};
		}
	};
}
async function fetched(fetch, url, signal) {
	const response = await fetch(url, {
		headers: { accept: "application/json" },
		redirect: "manual",
		signal
	});
	const body = (await response.text()).slice(0, LONGEST_HEALTH_REPORT);
	return {
		status: response.status,
		contentType: response.headers.get("content-type") ?? void 0,
		body
	};
}
/** `fetch` sends the name of the URL alone. */
function askedFor({ publicName, authority }, url, signal) {
	const { hostname, port, pathname, search } = new URL(url);
	return askHealth({
		protocol: "https",
		address: hostname.replace(/^\[|\]$/g, ""),
		port: Number(port || 443),
		path: `${pathname}${search}`,
		name: publicName,
		authority
	}, signal);
}
/** Node's code for a certificate that is not to be trusted. */
function tlsFault(error) {
	return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : void 0;
}
// automation/domain/failure-threshold.ts
const noMemory = {
	streak: 0,
	firstFailedAt: void 0
};
const calm = {
	0: { action: "none" },
	1: { action: "self-heal" },
	2: { action: "zonal-recovery" }
};
/**
* One evaluation more. A single one below level 3 starts the count anew. `required` is N, at least 1. `early`: ahead of its time, because an
* alert came in; it is not counted, or many alerts would make N evaluations of one moment.
*/
function decide(memory, health, at, required, mode, early = false) {
	if (health.level !== 3) return {
		memory: noMemory,
		decision: calm[health.level]
	};
	const streak = memory.streak + (early ? 0 : 1);
	const firstFailedAt = memory.firstFailedAt ?? at;
	const decision = streak >= required ? {
		action: "failover",
		start: mode === "auto",
		firstFailedAt
	} : {
		action: "suspect",
		evaluationsLeft: required - streak
	};
	return {
		memory: {
			streak,
			firstFailedAt
		},
		decision
	};
}
// automation/domain/health-score.ts
/** Lowest score of levels 1, 2 and 3. */
const levelBounds = {
	selfHeal: 4,
	zonalRecovery: 8,
	failover: 11
};
const serviceWeight = {
	healthy: 0,
	degraded: 2,
	unhealthy: 5,
	failure: 5,
	unknown: 0
};
const secondRegionWeight = {
	up: 0,
	degraded: 2,
	unreachable: 3,
	unknown: 0
};
function points(signal) {
	switch (signal.kind) {
		case "service": return serviceWeight[signal.reading];
		case "external-uptime": return signal.reading === "down" ? 3 : 0;
		case "standby-probe": return signal.reading === "down" ? 4 : 0;
		case "replication-lag":
			if (signal.reading === void 0 || signal.reading < 5) return 0;
			return signal.reading <= 30 ? 1 : 3;
		case "node-groups":
			if (signal.reading === void 0 || signal.reading < 1) return 0;
			return signal.reading === 1 ? 2 : 4;
		case "second-region-api": return secondRegionWeight[signal.reading];
	}
}
function isUnknown(signal) {
	return signal.reading === void 0 || signal.reading === "unknown";
}
function levelOf(score) {
	if (score >= levelBounds.failover) return 3;
	if (score >= levelBounds.zonalRecovery) return 2;
	return score >= levelBounds.selfHeal ? 1 : 0;
}
/**
* Adds up the signals. What ails the standby is in the sum but never makes it a failover: level 3 needs
* 11 points without the standby's probe.
*/
function score(signals) {
	const contributions = signals.map((signal) => ({
		kind: signal.kind,
		name: signal.name,
		reading: signal.reading === void 0 ? "unknown" : String(signal.reading),
		points: points(signal),
		unknown: isUnknown(signal),
		...signal.reason === void 0 ? {} : { reason: signal.reason }
	})).sort((a, b) => b.points - a.points);
	const sum = (list) => list.reduce((total, each) => total + each.points, 0);
	const total = sum(contributions);
	const withoutStandby = sum(contributions.filter((each) => each.kind !== "standby-probe"));
	const level = levelOf(total);
	return {
		score: total,
		level: level === 3 && levelOf(withoutStandby) < 3 ? 2 : level,
		contributions
	};
}
// automation/functions/health-check.ts
/**
* `health_check`: probes the active target and writes down what it found. Answers `{healthy, active_target, reason}`. What cannot be
* measured (an error of our own) is no reason to fail over, and counts as healthy with that reason.
*/
async function healthCheck(dependencies, signal) {
	const { store, clock } = dependencies;
	let known = await currentState(dependencies, signal);
	const active = known.state.active_target;
	const { healthy, reason } = await judge(dependencies, endpointOf(known.state, active), signal);
	return await untilWritten(dependencies, signal, async () => {
		const found = {
			last_status: healthy ? "OK" : "ERROR",
			last_reason: reason,
			last_check_utc: clock.now().toISOString()
		};
		if (await store.replace({
			...known.state,
			...found
		}, known.etag, signal)) return {
			status: 200,
			body: {
				healthy,
				active_target: active,
				reason
			}
		};
		known = await currentState(dependencies, signal);
		if (known.state.active_target !== active) throw overtaken(active);
		return "lost";
	});
}
function overtaken(active) {
	return new DriverError("conflict", `${active} stopped being the active target during the check: check again`, { retryable: true });
}
/** As the driver's watch does: scored by its weights, and only so many bad readings in a row count. */
async function judge({ probe, clock, rules }, endpoint, signal) {
	let memory = noMemory;
	for (;;) {
		const reading = await probe(endpoint, signal);
		const health = score([reading]);
		const level = health.level === 0 ? 0 : 3;
		const at = clock.now().toISOString();
		const next = decide(memory, {
			...health,
			level
		}, at, rules.probeAttempts, "auto");
		if (next.decision.action !== "suspect") return {
			healthy: next.decision.action !== "failover",
			reason: reading.reason ?? reading.reading
		};
		memory = next.memory;
		await clock.sleep(rules.probePauseSeconds * 1e3, signal);
	}
}
// automation/functions/settings.ts
const seconds = (fallback) => number().positive().default(fallback);
const optional = string().optional().transform((text) => text === "" ? void 0 : text);
const settingsSchema = object({
	STATE_TABLE_ENDPOINT: url(),
	STATE_TABLE_NAME: string().default("failoverstate"),
	/** With an account key; without one the Function App's identity is used. */
	STATE_TABLE_ACCOUNT: optional,
	STATE_TABLE_KEY: optional,
	FAILOVER_PRIMARY_ENDPOINT: url(),
	FAILOVER_SECONDARY_ENDPOINT: url(),
	FAILOVER_COOLDOWN_SECONDS: number().nonnegative().default(600),
	FAILOVER_PROBE_TIMEOUT_SECONDS: seconds(5),
	FAILOVER_HEALTH_PATH: string().startsWith("/").default(DEFAULT_HEALTH_PATH),
	/** What the certificates of endpoints over HTTPS are for. Default: each for its own name. */
	FAILOVER_PUBLIC_NAME: optional,
	/** PEM of authorities that they may come from, beside the public ones. */
	FAILOVER_PROBE_AUTHORITY: optional,
	FAILOVER_PROBE_ATTEMPTS: number().int().min(1).max(10).default(3),
	FAILOVER_PROBE_PAUSE_SECONDS: seconds(2),
	FAILOVER_DRIVER_WEBHOOK_URL: union([literal(""), url()]).default(""),
	FAILOVER_DRIVER_WEBHOOK_TOKEN: optional,
	IDENTITY_ENDPOINT: optional,
	IDENTITY_HEADER: optional,
	AZURE_CLIENT_ID: optional
});
/** Errors: `invalid-input` naming each setting that is wrong, never its value. */
function readFunctionSettings(environment) {
	const parsed = settingsSchema.safeParse(environment);
	if (!parsed.success) throw new DriverError("invalid-input", parsed.error.issues.map((issue) => `${String(issue.path[0])}: ${issue.message}`).join("; "));
	const value = parsed.data;
	const webhookToken = value.FAILOVER_DRIVER_WEBHOOK_TOKEN;
	const webhookUrl = value.FAILOVER_DRIVER_WEBHOOK_URL;
	if (webhookUrl !== "" && webhookToken === void 0) throw new DriverError("invalid-input", "FAILOVER_DRIVER_WEBHOOK_TOKEN: the driver takes no webhook without a token");
	return {
		table: {
			endpoint: value.STATE_TABLE_ENDPOINT,
			name: value.STATE_TABLE_NAME
		},
		login: loginOf(value),
		rules: {
			endpoints: {
				primary_endpoint: value.FAILOVER_PRIMARY_ENDPOINT,
				secondary_endpoint: value.FAILOVER_SECONDARY_ENDPOINT
			},
			cooldownSeconds: value.FAILOVER_COOLDOWN_SECONDS,
			probeAttempts: value.FAILOVER_PROBE_ATTEMPTS,
			probePauseSeconds: value.FAILOVER_PROBE_PAUSE_SECONDS
		},
		healthPath: value.FAILOVER_HEALTH_PATH,
		probeTls: value.FAILOVER_PUBLIC_NAME === void 0 ? void 0 : {
			publicName: value.FAILOVER_PUBLIC_NAME,
			authority: value.FAILOVER_PROBE_AUTHORITY
		},
		probeTimeoutMs: value.FAILOVER_PROBE_TIMEOUT_SECONDS * 1e3,
		webhook: webhookUrl === "" || webhookToken === void 0 ? void 0 : {
			url: webhookUrl,
			token: webhookToken
		}
	};
}
function loginOf(value) {
	const { STATE_TABLE_ACCOUNT: account, STATE_TABLE_KEY: key } = value;
	if (account !== void 0 && key !== void 0) return {
		account,
		key
	};
	const { IDENTITY_ENDPOINT: endpoint, IDENTITY_HEADER: header, AZURE_CLIENT_ID: clientId } = value;
	if (endpoint !== void 0 && header !== void 0) return {
		endpoint,
		header,
		clientId
	};
	throw new DriverError("invalid-input", "STATE_TABLE_ACCOUNT and STATE_TABLE_KEY are not set and the Function App has no managed identity: one is needed for the table");
}
// automation/functions/table-store.ts
const entity = `(PartitionKey='${stateKey.partition}',RowKey='${stateKey.row}')`;
/** The entity in an Azure table, over REST. */
var TableStore = class {
	#options;
	constructor(options) {
		this.#options = options;
	}
	async read(signal) {
		const response = await this.#send({
			method: "GET",
			path: entity
		}, signal);
		if (response.status === 404) {
			if ((await response.text()).includes("TableNotFound")) throw new DriverError("not-found", `there is no table ${this.#options.table}`);
			return;
		}
		await this.#require(response, 200);
		const etag = response.headers.get("etag");
		const parsed = failoverStateSchema.safeParse(await response.json());
		if (parsed.success && etag !== null) return {
			state: parsed.data,
			etag
		};
		const wrong = parsed.error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
		throw new DriverError("fatal", `the entity failover/state cannot be understood: ${wrong ?? "it has no ETag"}`);
	}
	async create(state, signal) {
		const response = await this.#send({
			method: "POST",
			path: "",
			state
		}, signal);
		if (response.status === 409) return false;
		await this.#require(response, 204);
		return true;
	}
	async replace(state, etag, signal) {
		const response = await this.#send({
			method: "PUT",
			path: entity,
			state,
			etag
		}, signal);
		if (response.status === 412) return false;
		await this.#require(response, 204);
		return true;
	}
	async #send({ method, path, state, etag }, signal) {
		const { fetch, endpoint, table, authorize, timeoutMs } = this.#options;
		const url = new URL(`${endpoint.replace(/\/+$/, "")}/${table}${path}`);
		const late = AbortSignal.timeout(timeoutMs);
		const inner = AbortSignal.any([signal, late]);
		try {
			return await fetch(url, {
				method,
				headers: {
					...await authorize(url, inner),
					accept: "application/json;odata=nometadata",
					"content-type": "application/json",
					"x-ms-version": "2020-12-06",
					prefer: "return-no-content",
					...etag === void 0 ? {} : { "if-match": etag }
				},
				...state === void 0 ? {} : { body: JSON.stringify({
					PartitionKey: stateKey.partition,
					RowKey: stateKey.row,
					...state
				}) },
				signal: inner
			});
		} catch (error) {
			if (signal.aborted || error instanceof DriverError) throw error;
			const what = `the table service at ${url.host}`;
			if (late.aborted) throw new DriverError("timeout", `${what}: no answer within ${timeoutMs} ms`);
			throw new DriverError("unreachable", `${what}: ${networkErrorCode(error) ?? "no connection"}`, { cause: error });
		}
	}
	async #require(response, wanted) {
		if (response.status === wanted) return;
		const { host } = new URL(this.#options.endpoint);
		const message = `the table service at ${host} answered ${response.status}`;
		await response.body?.cancel();
		if (response.status === 401 || response.status === 403) throw new DriverError("denied", message);
		if (response.status === 404) throw new DriverError("not-found", message);
		if (response.status === 429) throw new DriverError("throttled", message);
		throw new DriverError(response.status >= 500 ? "unreachable" : "fatal", message);
	}
};
// automation/functions/answer-request.ts
const functions = {
	health_check: healthCheck,
	do_failover: doFailover
};
/** Longer than this no request takes; Azure's own limit for HTTP is 230 s. */
const wholeMs = 1e5;
const requestMs = 8e3;
/** The functions with their effects attached. */
function createDependencies(environment, { fetch, clock }) {
	const settings = readFunctionSettings(environment);
	const { login } = settings;
	const authorize = "key" in login ? accountKeyAuthorization(login.account, login.key, clock) : managedIdentityAuthorization(fetch, login, clock);
	const { endpoint, name: table } = settings.table;
	return {
		store: new TableStore({
			fetch,
			endpoint,
			table,
			authorize,
			timeoutMs: requestMs
		}),
		clock,
		probe: endpointProbe(fetch, settings.probeTimeoutMs, settings.healthPath, settings.probeTls),
		rules: settings.rules,
		...settings.webhook === void 0 ? {} : { notify: driverWebhook(fetch, {
			...settings.webhook,
			timeoutMs: requestMs
		}) }
	};
}
/**
* One request. An error of our own is an answer outside 2xx with `healthy` and `changed` null: the Logic App then decides nothing, because
* an observer that cannot see is no reason to fail over. `log` gets one line, without secrets.
*/
async function answerRequest(name, dependencies, log) {
	try {
		const answer = await functions[name](dependencies(), AbortSignal.timeout(wholeMs));
		log(`${name}: ${JSON.stringify(answer.body)}`);
		return answer;
	} catch (thrown) {
		const error = toDriverError(isTimeout(thrown) ? new DriverError("timeout", `${name} took too long`) : thrown);
		const { code, message } = serialiseError(error);
		log(`${name}: ${code}: ${message}`);
		const nothing = name === "health_check" ? {
			healthy: null,
			active_target: null
		} : {
			changed: null,
			status: "ERROR"
		};
		return {
			status: error.code === "conflict" ? 409 : 503,
			body: {
				...nothing,
				error: code,
				reason: message
			}
		};
	}
}
function isTimeout(error) {
	return error instanceof Error && error.name === "TimeoutError";
}
// automation/functions/main.ts
const methods = {
	health_check: "GET",
	do_failover: "POST"
};
let made;
/** Kept while the worker lives: it holds the identity's token. Made at the first request, so that a wrong setting is an answer and not a worker that does not start. */
function dependencies() {
	made ??= createDependencies(process.env, {
		fetch: globalThis.fetch,
		clock: systemClock
	});
	return made;
}
for (const name of ["health_check", "do_failover"]) import_azure_functions_min.app.http(name, {
	methods: [methods[name]],
	authLevel: "function",
	route: name,
	handler: async (_request, context) => {
		const { status, body } = await answerRequest(name, dependencies, (line) => context.log(line));
		return {
			status,
			jsonBody: body
		};
	}
});
