/**
 * Node 20 reads the certificates of this variable when it starts, which takes longer than all else that it does then, and tests
 * start thousands of programs. None of them asks a server that has such a certificate.
 */
export function setup(): void {
  Reflect.deleteProperty(process.env, 'NODE_EXTRA_CA_CERTS');
}
