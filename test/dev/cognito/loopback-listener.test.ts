import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { isLoopbackAddress, listenOnLoopback } from '../../../dev/cognito/loopback-listener.ts';

const nothing = () => undefined;

describe('the loopback listener', () => {
  it.each([
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '192.168.1.20',
    'localhost',
    '',
    '127.0.0.1.example',
    '::ffff:10.0.0.1',
  ])(
    'refuses to bind %j, because passwords and signing keys of a stand-in must stay on this machine',
    async (address) => {
      expect(isLoopbackAddress(address)).toBe(false);
      await expect(listenOnLoopback(nothing, 0, [address])).rejects.toThrow('must be loopback');
      await expect(listenOnLoopback(nothing, 0, ['127.0.0.1', address])).rejects.toThrow(
        `got '${address}'`,
      );
    },
  );

  it('answers on every address localhost may mean, because clients choose differently', async () => {
    const listener = await listenOnLoopback((_request, response) => response.end('here'));
    const reach = async (host: string) => (await fetch(`http://${host}:${listener.port}`)).text();
    expect(await reach('127.0.0.1')).toBe('here');
    expect(await reach('localhost')).toBe('here');
    await listener.close();
    await expect(reach('127.0.0.1')).rejects.toThrow();
  });

  it('refuses a port that is taken on one of the addresses, because localhost could lead to the other process', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    await expect(listenOnLoopback(nothing, port, ['127.0.0.2', '127.0.0.1'])).rejects.toThrow(
      'EADDRINUSE',
    );
    const free = await listenOnLoopback(nothing, port, ['127.0.0.2']);
    expect(free.port).toBe(port);
    await free.close();
    other.close();
  });
});
