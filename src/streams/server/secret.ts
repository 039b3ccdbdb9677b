/** The secret of a server that other machines can reach: who knows it may watch. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Where the page of a link with the secret in its fragment exchanges it for a cookie. */
export const ENTRY = '/api/enter';

/** A new secret of 144 random bits. */
export function newSecret(): string {
  return randomBytes(18).toString('base64url');
}

/**
 * Checks requests for the secret: as `Authorization: Bearer SECRET`, as the password of `Authorization: Basic`, which programs send for
 * `http://any:SECRET@host/`, or as the cookie that {@link ENTRY} sets.
 */
export class Secret {
  readonly #digest: Buffer;
  #cookie = '';

  constructor(private readonly secret: string) {
    this.#digest = digestOf(secret);
  }

  /** Sets the port that the cookie is named after: browsers share cookies between the ports of a host. */
  set port(port: number) {
    this.#cookie = `irisflow-${port}`;
  }

  /** The `Set-Cookie` header for a browser that knows the secret. */
  cookieFor(secure: boolean): string {
    return `${this.#cookie}=${this.secret}; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
  }

  /** Whether the request has the secret in a header that no page of another site can set. */
  isSent(request: IncomingMessage): boolean {
    const { authorization = '' } = request.headers;
    const [scheme = '', value = ''] = authorization.split(' ');
    if (/^bearer$/i.test(scheme)) return this.#matches(value);
    if (!/^basic$/i.test(scheme)) return false;
    const login = Buffer.from(value, 'base64').toString();
    return this.#matches(login.slice(login.indexOf(':') + 1));
  }

  /** Whether the request may have what is protected. */
  isKnown(request: IncomingMessage): boolean {
    if (this.isSent(request)) return true;
    const cookies = (request.headers.cookie ?? '').split(';').map((one) => one.trim());
    return cookies.some(
      (one) => one.startsWith(`${this.#cookie}=`) && this.#matches(one.slice(this.#cookie.length + 1)),
    );
  }

  #matches(value: string): boolean {
    return timingSafeEqual(digestOf(value), this.#digest);
  }
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
