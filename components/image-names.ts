/** What an imported image is called in the registry. */
export interface ImportTarget {
  /** The image with its host, which the import asks for; Docker Hub's where none is named. */
  readonly source: string;
  /** Without host and tag, e.g. shop/api. */
  readonly repository: string;
  /** With tag, e.g. shop/api:1.4.2. */
  readonly target: string;
}

const DOCKER_HUB = "docker.io";

/**
 * Drops the host, keeps repository and tag; an image without a tag is `latest`, one with a digest alone gets a tag from
 * the digest. Pure.
 */
export function importTarget(image: string): ImportTarget {
  const [named = "", digest] = image.split("@");
  const [first = "", ...rest] = named.split("/");
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  const path = isHost ? rest.join("/") : named;
  const colon = path.lastIndexOf(":");
  const repository = colon > path.lastIndexOf("/") ? path.slice(0, colon) : path;
  const tag = colon > path.lastIndexOf("/") ? path.slice(colon + 1) : undefined;
  const fallback = digest ? digest.replace(":", "-").slice(0, 128) : "latest";
  const hub = path.includes("/") ? `${DOCKER_HUB}/` : `${DOCKER_HUB}/library/`;
  return { source: isHost ? image : hub + image, repository, target: `${repository}:${tag ?? fallback}` };
}
