/** What runs this program: Node, or a runtime that has Node's modules of its own making. */
export type HostName = 'Bun' | 'Deno' | 'Node';

const { bun, deno } = process.versions as Readonly<Partial<Record<'bun' | 'deno', string>>>;

/** The name of what runs this program. */
export const hostName: HostName = bun !== undefined ? 'Bun' : deno !== undefined ? 'Deno' : 'Node';

export const hostVersion = bun ?? deno ?? process.versions.node;

/** What runs this program, with its version, as people write it. */
export const host = `${hostName} ${hostVersion}`;
