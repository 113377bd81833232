import type { IncomingMessage } from 'node:http';
import { isSecret, newSecret } from './secrets.js';

const COOKIE = 'multiprocess-dashboard';

/** What a request may have. */
export type Grant = 'entrance' | 'forbidden' | { readonly page: string };

/**
 * Who may see the page. The URL that is printed has the token; its answer sets a cookie and leads on to a path that no other server
 * knows. Browsers send cookies of 127.0.0.1 to all its ports, so the cookie belongs to that path: a program of another user, on
 * another port, does not get it.
 */
export class Access {
  readonly #token = newSecret();
  readonly #cookie = newSecret();
  /** The path of the page; what the page loads is below it. */
  readonly path = `/${newSecret()}/`;

  /** What a person opens. */
  urlAt(port: number): string {
    return `http://127.0.0.1:${port}/?token=${this.#token}`;
  }

  /** The value of the header that sets the cookie. */
  get setCookie(): string {
    return `${COOKIE}=${this.#cookie}; Path=${this.path}; HttpOnly; SameSite=Strict`;
  }

  /** What a request to the server at that port may have. `page` is the part of its path below the page's. */
  grant({ headers, url = '' }: IncomingMessage, port: number): Grant {
    if (!isOwnHost(headers.host, port)) return 'forbidden';
    const { pathname, searchParams } = new URL(url.startsWith('/') ? `http://localhost${url}` : 'http://localhost/-');
    if (pathname === '/') return isSecret(searchParams.get('token'), this.#token) ? 'entrance' : 'forbidden';
    const isBelow = isSecret(pathname.slice(0, this.path.length), this.path);
    if (!isBelow || !isSecret(cookieIn(headers.cookie), this.#cookie)) return 'forbidden';
    return { page: pathname.slice(this.path.length) };
  }
}

/** A page of another site can give its own name the address 127.0.0.1, but cannot change the name that it sends. */
function isOwnHost(host: string | undefined, port: number): boolean {
  const suffix = port === 80 ? '' : `:${port}`; // browsers leave out the one that is meant without
  return host === `127.0.0.1${suffix}` || host === `localhost${suffix}`;
}

function cookieIn(header: string | undefined): string | undefined {
  const prefix = `${COOKIE}=`;
  const pairs = (header ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(prefix))?.slice(prefix.length);
}
