/** A whole answer of the AWS API, held in memory. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export function withBody(answer: ApiAnswer, body: string): ApiAnswer {
  const buffer = Buffer.from(body);
  return { ...answer, headers: { ...answer.headers, "content-length": String(buffer.length) }, body: buffer };
}

export function isSuccess(answer: Pick<ApiAnswer, "status">): boolean {
  return answer.status >= 200 && answer.status < 400;
}

const xmlServices = new Set([
  "s3",
  "ec2",
  "rds",
  "iam",
  "sts",
  "sns",
  "route53",
  "elasticloadbalancing",
  "autoscaling",
]);

/** An error in the form of the protocol that the service speaks. */
export function errorAnswer(service: string, status: number, code: string, message: string): ApiAnswer {
  const isXml = xmlServices.has(service);
  const body = Buffer.from(isXml ? xmlError(service, code, message) : JSON.stringify({ __type: code, message }));
  return {
    status,
    headers: {
      "content-type": isXml ? "application/xml" : "application/json",
      "content-length": String(body.length),
      "x-amzn-errortype": code,
    },
    body,
  };
}

function xmlError(service: string, code: string, message: string): string {
  const error = `<Code>${code}</Code><Message>${escapeXml(message)}</Message>`;
  if (service === "s3") return `<Error>${error}</Error>`;
  if (service === "ec2") return `<Response><Errors><Error>${error}</Error></Errors></Response>`;
  return `<ErrorResponse><Error><Type>Sender</Type>${error}</Error></ErrorResponse>`;
}

export function escapeXml(text: string): string {
  return text.replace(/[<>&"]/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** Text of the first `<name>` element; undefined when there is none. Enough for AWS answers, where these never nest. */
export function xmlText(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text === undefined ? undefined : unescapeXml(text);
}

function unescapeXml(text: string): string {
  const named: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    return named[name ?? ""] ?? whole;
  });
}
