import { type Check, verdict } from '../../check.ts';
import type { Answer } from '../../http/answer.ts';

export const check: Check = {
  id: 'discovery-is-quick',
  title:
    'Challenge and metadata each arrive within five seconds, because hosted clients give up after ten',
  requirement: 'Claude connector requirements: 10 s for each discovery request',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const answers = [await target.unauthenticated()];
    for (const find of [target.resourceMetadata, target.serverMetadata])
      answers.push(
        await find().then(
          ({ answer }) => answer,
          () => answers[0] as Answer,
        ),
      );
    const slowest = Math.max(...answers.map(({ totalMs }) => totalMs));
    return verdict(slowest < 5000, `${slowest} ms`, 'less than 5000 ms');
  },
};
