import { type Check, verdict } from '../../check.ts';
import { initializeMessage } from '../../mcp/message.ts';

export const check: Check = {
  id: 'forwarded-hosts-are-not-believed',
  title: 'A made-up X-Forwarded-Host is not repeated, because anybody can send that header',
  requirement: 'CWE-348; CWE-644',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const forged = { 'x-forwarded-host': 'attacker.example', forwarded: 'host=attacker.example' };
    const answers = [await target.post(initializeMessage(), forged)];
    const { url } = await target.resourceMetadata();
    answers.push(await target.http.send({ url, headers: forged }));
    const isRepeated = answers.some(({ headers, text }) =>
      `${Object.values(headers).join()}${text}`.includes('attacker.example'),
    );
    return verdict(
      !isRepeated,
      isRepeated ? 'attacker.example in an answer' : 'not repeated',
      'not repeated',
    );
  },
};
