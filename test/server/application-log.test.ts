import { describe, expect, it } from 'vitest';
import { faultLine } from '../../server/application-log.ts';

const secret = 'marked-secret-0123456789';
const parsed = (fault: unknown) => JSON.parse(faultLine(fault, 'c')) as Record<string, unknown>;

describe('a line about a fault', () => {
  it('names class, code and place, because that is what a repair starts with', () => {
    const fault = Object.assign(new RangeError(`too large: ${secret}`), { code: 'ERR_RANGE' });
    const line = parsed(fault);
    expect(line).toMatchObject({
      level: 'error',
      correlationId: 'c',
      fault: { name: 'RangeError', code: 'ERR_RANGE' },
    });
    const { frames } = line.fault as { frames: string[] };
    expect(frames[0]).toContain('application-log.test.ts');
  });

  it.each([
    ['a message', new Error(secret)],
    ['a message that looks like a stack', new Error(`x\n    at ${secret} (${secret}:1:1)`)],
    ['a message that is repeated in itself', new Error(`${secret}\n    at y\n${secret}`)],
    ['a cause', new Error('x', { cause: new Error(secret, { cause: secret }) })],
    ['a text that was thrown', secret],
    ['an object that was thrown', { secret, stack: `    at ${secret}` }],
    [
      'a member of an error',
      Object.assign(new Error('x'), { response: secret, code: `${secret} ` }),
    ],
    ['a message that was changed later', Object.assign(new Error(secret), { message: 'y' })],
  ])('never quotes %s, because messages quote arguments and data', (_, fault) => {
    expect(faultLine(fault, 'c')).not.toContain(secret);
  });

  it('keeps the frames of an error whose message is short enough to occur in them', () => {
    const { frames } = parsed(new Error('a')).fault as { frames: string[] };
    expect(frames[0]).toContain('application-log.test.ts');
  });

  it('is one line that no reader takes for a security event', () => {
    for (const fault of [new Error('a\nb'), 'x', undefined, null]) {
      expect(faultLine(fault, 'c').trimEnd()).not.toContain('\n');
      expect(parsed(fault)).not.toHaveProperty('class_uid');
    }
  });

  it('cuts a circle of causes, because a fault in the log would hide the fault', () => {
    const first = new Error('a');
    const second = new Error('b', { cause: first });
    first.cause = second;
    expect((parsed(first).causes as unknown[]).length).toBeLessThan(5);
  });
});
