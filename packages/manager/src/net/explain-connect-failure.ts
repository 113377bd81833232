import { connect as connectTls } from 'node:tls';
import { EOFError, hasErrorCode, LongTimer, ProtocolError } from '@multiprocess/shared-memory';
import { formatAddress, nodeOptions } from './address.js';
import type { Address } from './address.js';
import { UnframedError } from './framed-socket.js';

/** How long to try TLS where a connection without it has failed. */
const PROBE_MS = 1000;
/** Of a record of TLS: an alert or a part of the handshake, of any version from SSL 3 on. */
const [TLS_ALERT, TLS_HANDSHAKE, TLS_MAJOR] = [0x15, 0x16, 3];

/** OpenSSL's errors for bytes that are not TLS. */
const NO_TLS =
  /^(?:ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNSUPPORTED_PROTOCOL|UNEXPECTED_MESSAGE)|EPROTO)$/;

/** Why a connection with TLS has failed, in words that say what to set. The system's errors, and those about certificates, stay. */
export function explainTls(address: Address, error: Error & { readonly code?: string }): Error {
  const where = formatAddress(address);
  if (NO_TLS.test(error.code ?? '')) {
    return new ProtocolError(`What listens at ${where} does not speak TLS: leave tls out, or start it with tls`, {
      cause: error,
    });
  }
  if (!hasErrorCode(error, 'ECONNRESET')) return error;
  return new ProtocolError(
    `What listens at ${where} has ended the connection before TLS was agreed upon: leave tls out if it has none`,
    { cause: error },
  );
}

/** Why a connection without TLS has failed before the other side had introduced itself, likewise. */
export async function explainPlain(address: Address, error: unknown): Promise<unknown> {
  const { cause } = error as { readonly cause?: unknown };
  if (cause instanceof UnframedError) return new ProtocolError(describeFront(address, cause.front), { cause: error });
  if (!(error instanceof EOFError) || !(await speaksTls(address))) return error;
  return new ProtocolError(tlsIsMissing(address), { cause: error });
}

function describeFront(address: Address, front: Uint8Array): string {
  const [type, major] = front;
  if ((type === TLS_ALERT || type === TLS_HANDSHAKE) && major === TLS_MAJOR) return tlsIsMissing(address);
  const isHttp = Buffer.from(front).toString('latin1').startsWith('HTTP');
  const what = isHttp ? 'a web server' : 'something else';
  return `What listens at ${formatAddress(address)} is neither a manager nor a Listener, but ${what}: check the address`;
}

function tlsIsMissing(address: Address): string {
  return `What listens at ${formatAddress(address)} speaks TLS: set tls, the options of tls.connect()`;
}

/** Whether TLS is spoken there. Sends nothing but the greeting of TLS. */
function speaksTls(address: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connectTls({ ...nodeOptions(address), rejectUnauthorized: false });
    const end = (answer: boolean) => (): void => {
      timer.cancel();
      probe.destroy();
      resolve(answer);
    };
    const timer = new LongTimer(PROBE_MS, end(false));
    probe.once('secureConnect', end(true));
    probe.on('error', end(false));
  });
}
