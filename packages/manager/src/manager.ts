import { CONNECT_OPTIONS, START_OPTIONS } from './manager-options.js';
import { currentProcess, Process } from '@multiprocess/process';
import type { AnyFunction, ModuleLike } from '@multiprocess/serialization';
import {
  checkAuthkey,
  checkFunction,
  checkOptions,
  describable,
  DESCRIBE,
  formatHandle,
  HandleError,
  isError,
  ManagerClosedError,
  notByNew,
  parseHandle,
  registerKind,
  SHARED_OBJECT,
} from '@multiprocess/shared-memory';
import type { Describable, Description, SharedObject } from '@multiprocess/shared-memory';
import { serve } from './server/serve.js';
import type { ServerInfo } from './server/server.js';
import type { ServerOptions } from './server/server-options.js';
import { checkSerializer } from './wire/codec.js';
import { ManagerSegment } from './wire/manager-segment.js';
import { parseAddress } from './net/address.js';
import { formatObjectAddress, parseObjectAddress } from './wire/object-address.js';
import { ManagerClient } from './client/manager-client.js';
import { clientAt, localClient } from './client/clients.js';
import { connectClient } from './connect-client.js';
import { Factory } from './factory.js';
import { checkTls } from './net/check-tls.js';
import type { ManagerConnectOptions, ManagerOptions } from './manager-options.js';
import { registrationOf } from './registration-of.js';
import type { RegisterOptions } from './registration-of.js';

const KIND = 'manager.Manager';
/** How long a server may take to end before it is killed. */
const SHUTDOWN_MS = 5000;

/**
 * A process that holds objects, and the connection to it.
 *
 * Objects are made synchronously: the proxy is there at once, and if creation fails, every call rejects with that error. An
 * object lives as long as a client has a proxy, or another object holds it. The process ignores signals to its group. It ends
 * by {@link shutdown}, at the latest with the thread that started it. Pending calls keep the program alive; a manager without
 * calls does not, see {@link ref}.
 *
 * @example
 * ```ts source="./manager.examples.ts#start"
 * await using manager = await Manager.start();
 * const scores = manager.dict({ ann: 1 });
 *
 * await scores.increment('ann', 5); // atomic: it happens in the server
 * scores.sync['bob'] = 2; // blocks until the server has answered
 * console.log(scores.sync); // { ann: 6, bob: 2 }
 * ```
 *
 * @see {@link https://docs.python.org/3/library/multiprocessing.html#managers | Python's managers}
 */
export class Manager extends Factory implements SharedObject, AsyncDisposable, Describable {
  readonly #client: ManagerClient;
  readonly #process: Process | undefined;
  readonly #address: string | undefined;

  private constructor(client: ManagerClient | undefined, address: string | undefined, process: Process | undefined) {
    if (!(client instanceof ManagerClient)) {
      throw notByNew('A manager', 'use await Manager.start(), or Manager.connect() to one that runs');
    }
    super(client);
    this.#client = client;
    this.#address = address;
    this.#process = process;
  }

  static {
    Object.defineProperty(this.prototype, SHARED_OBJECT, { value: true });
    describable(this.prototype);
  }

  /**
   * Starts a manager, and waits until it serves.
   *
   * @throws {@link TypeError} or {@link RangeError} if an option is of the wrong type, or out of range.
   * @throws {@link OutOfMemoryError} or {@link ProcessStartError} if there is no room for it, or its process cannot be started.
   * @throws {@link SystemError} if it cannot listen at the address; `systemCode` says why, as `EADDRINUSE`.
   * @throws {@link UnsupportedPlatformError} if this system has no such address: `unix:` on Windows, `pipe:` elsewhere.
   */
  static async start(options: ManagerOptions = {}): Promise<Manager> {
    const given = checkOptions(options, "{ address: 'unix:/path' }", START_OPTIONS);
    const { address, authkey = currentProcess().authkey, serializer = 'msgpack', tls } = given;
    if (address !== undefined) parseAddress(address);
    const checked = {
      address,
      authkey: checkAuthkey(authkey),
      serializer: checkSerializer(serializer),
      tls: checkTls(tls),
    };
    const requests = ManagerSegment.create();
    const args: [ServerOptions] = [{ reference: requests.segment.reference, ...checked }];
    const server = new Process({ target: serve, args, name: 'Manager', daemon: true });
    try {
      server.start();
    } catch (error) {
      requests.segment.close();
      throw error;
    }
    const client = localClient(requests);
    // Awaited only until it serves: a wait would keep the program alive. From then on each call tells of its end.
    const serves = new AbortController();
    const ended = server.join({ signal: serves.signal }).then(() => {
      client.close();
      if (isError(server.error)) throw server.error;
      throw new ManagerClosedError('The process of the manager ended before it served');
    });
    try {
      const info = (await Promise.race([client.ask('info'), ended])) as ServerInfo;
      return new Manager(client, info.address, server);
    } catch (error) {
      server.kill(); // no manager could end it
      client.close();
      throw error;
    } finally {
      ended.catch(() => undefined);
      serves.abort();
    }
  }

  /**
   * Connects to a manager that another program has started.
   *
   * @throws {@link AuthenticationError} if the two do not have the same key.
   * @throws {@link ProtocolError} if only one side has TLS, what listens there is not a manager, or it has another serializer than
   * the given one.
   * @throws {@link TimeoutError} if there was no connection in time.
   * @throws {@link SystemError} if nothing listens there, or the system refuses it; `systemCode` says why, as `ECONNREFUSED`.
   * @throws {@link UnsupportedPlatformError} if this system has no such address: `unix:` on Windows, `pipe:` elsewhere.
   */
  static async connect(options: ManagerConnectOptions): Promise<Manager> {
    const { address } = checkOptions(options, "{ address: 'unix:/path' }", CONNECT_OPTIONS);
    if (typeof address === 'string' && address.startsWith('multiprocess:')) return Manager.attach(address);
    const client = await connectClient({ ...options });
    return new Manager(client, client.address, undefined);
  }

  /** The manager that a handle stands for. @throws {@link HandleError} if it is gone, or on another machine. */
  static attach(handle: string): Manager {
    const { kind, reference } = parseHandle(handle);
    if (kind !== KIND) throw new HandleError(`The handle stands for a ${kind}, not for a ${KIND}`);
    return Manager.#attachReference(reference);
  }

  static #attachReference(reference: string): Manager {
    const place = parseObjectAddress(reference);
    return new Manager(clientAt(place), place.address, undefined);
  }

  static {
    registerKind(KIND, (reference) => Manager.#attachReference(reference));
  }

  /** A string that stands for the manager: any process of this user can attach by it, and finds the registered classes. */
  get handle(): string {
    this.#client.deliver();
    return formatHandle(KIND, formatObjectAddress({ server: this.#client.server, object: 0, address: this.#address }));
  }

  /** Where it listens, with the port that it got; its {@link handle} if it serves this machine's shared memory only. */
  get address(): string {
    return this.#address ?? this.handle;
  }

  /** Its process, if it was started here; undefined if it was connected to. */
  get process(): Process | undefined {
    return this.#process;
  }

  /**
   * Lets all clients make objects with a class or function: `create(name, …)`. The process of the manager imports the module
   * that it is told, and looks for an export of that name there. If it finds none, calls of the object reject.
   *
   * @example
   * ```ts source="./register.examples.ts#register"
   * export class Bank {
   *   #total = 0;
   *
   *   deposit(amount: number): number {
   *     this.#total += amount;
   *     return this.#total;
   *   }
   * }
   *
   * if (isMainProcess) {
   *   const manager = await Manager.start();
   *   manager.register(import.meta, Bank); // the manager's process imports this module, and takes what it exports as Bank
   *   const bank = manager.create<typeof Bank>('Bank'); // in any program that is connected
   *   console.log(await bank.deposit(5)); // 5
   *   await manager.shutdown();
   * }
   * ```
   *
   * @param module `import.meta` of the module that exports it: `register` is called there. A task, and a class that was
   * registered by `registerClass`, may come from another module, since they say themselves where they are
   * @param made the class or function
   * @throws {@link TypeError} if it is not a function, or has no name.
   */
  register(
    module: ModuleLike,
    made: AnyFunction | (new (...args: never[]) => object),
    options: RegisterOptions = {},
  ): void {
    this.#client.tell('register', registrationOf(module, made, options));
  }

  /** How many clients it has, how many objects they have proxies of, and its memory. */
  async info(): Promise<ServerInfo> {
    return (await this.#client.ask('info')) as ServerInfo;
  }

  /** Sends all calls that `fn` makes in one message. The server runs them in a row, without calls of other clients in between. */
  async batch<R extends readonly unknown[]>(fn: () => R): Promise<{ -readonly [K in keyof R]: Awaited<R[K]> }> {
    return Promise.all(this.#client.batch(checkFunction('fn', fn)));
  }

  /**
   * Ends its process. Pending calls, here and elsewhere, and all later ones, throw `ManagerClosedError`. Idempotent.
   *
   * A server that does not end within five seconds is killed; that is no error.
   */
  async shutdown(): Promise<void> {
    this.#client.ref();
    if (this.#client.isClosed)
      this.#process?.terminate(); // it can no longer be asked
    else await this.#client.ask('shutdown').catch(() => undefined);
    this.#process?.ref(); // what is waited for here is to come
    if (this.#process !== undefined && !(await this.#process.join({ timeout: SHUTDOWN_MS }))) {
      this.#process.kill();
      await this.#process.join();
    }
    this.#client.close();
  }

  /** @internal */
  [DESCRIBE](): Description {
    const state = this.#client.isClosed ? 'closed' : 'open';
    return { pid: this.#process?.pid, address: this.#address, state };
  }

  /**
   * Keeps the program alive as long as the manager's process runs, for a program that only serves others. From the start only
   * pending calls do.
   */
  ref(): this {
    this.#process?.ref();
    this.#client.ref();
    return this;
  }

  /** Lets the program end although a call is pending, and its manager with it if it was started here. */
  unref(): this {
    this.#process?.unref();
    this.#client.unref();
    return this;
  }

  /** Closes it in this thread, with all proxies, and frees what this thread held. The manager lives on. Idempotent. */
  close(): void {
    this.#client.close();
  }

  /** Like {@link close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Shuts it down if it was started here, and otherwise closes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process === undefined) this.close();
    else await this.shutdown();
  }
}
