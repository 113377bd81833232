import { readFileSync } from 'node:fs';
import { Client, Listener, Manager } from '@multiprocess/manager';
import { expect, test } from 'vitest';

// For this test only: made for localhost and 127.0.0.1 by openssl, and trusted nowhere.
const fixture = (name: string): string => readFileSync(new URL(`./fixtures/tls/${name}`, import.meta.url), 'utf8');
const cert = fixture('cert.pem');
const server = { key: fixture('key.pem'), cert };
const authkey = Buffer.from('a key that both know');

test('a manager serves over TLS, and the client can tell it from others', async () => {
  await using manager = await Manager.start({ address: 'tcp://127.0.0.1:0', authkey, tls: server });
  const { address } = manager;
  const client = await Manager.connect({ address, authkey, tls: { ca: cert } });
  const dict = client.dict({ n: 1 });
  expect(await dict.increment('n')).toBe(2);
  expect(await client.list(['x'.repeat(1_000_000)]).snapshot()).toEqual(['x'.repeat(1_000_000)]);
  await expect(Manager.connect({ address, authkey, tls: {} })).rejects.toThrow(/self-signed certificate/);
  expect(await dict.get('n')).toBe(2);
});

test('a caller without TLS is not let in, and harms no other', async () => {
  await using manager = await Manager.start({ address: 'tcp://127.0.0.1:0', authkey, tls: server });
  await expect(Manager.connect({ address: manager.address, authkey, timeout: 500 })).rejects.toThrow();
  const client = await Manager.connect({ address: manager.address, authkey, tls: { ca: cert } });
  expect(await client.list([1]).length()).toBe(1);
});

test('the key is asked for under TLS, too', async () => {
  await using manager = await Manager.start({ address: 'tcp://127.0.0.1:0', authkey, tls: server });
  const wrong = { address: manager.address, authkey: Buffer.from('another'), tls: { ca: cert } };
  await expect(Manager.connect(wrong)).rejects.toThrow(expect.objectContaining({ name: 'AuthenticationError' }));
});

test('a listener and its clients talk over TLS', async () => {
  await using listener = new Listener({ family: 'tcp', authkey, tls: server });
  await listener.listening;
  const [client, accepted] = await Promise.all([
    Client.connect({ address: listener.address, authkey, tls: { ca: cert } }),
    listener.accept(),
  ]);
  await client.send({ any: 'value' });
  expect(await accepted.recv()).toEqual({ any: 'value' });
  client.close();
  accepted.close();
});
