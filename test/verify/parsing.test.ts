import { describe, expect, it } from 'vitest';
import { filledForm, formToUse } from '../../verify/login/fill-form.ts';
import { formsOf } from '../../verify/login/html-form.ts';
import { bearerChallengeIn, parseChallenges } from '../../verify/oauth/challenge.ts';
import { createSecrets } from '../../verify/redaction.ts';

describe('reading WWW-Authenticate', () => {
  it.each([
    ['Bearer', [{ scheme: 'bearer', parameters: {} }]],
    [
      'Bearer scope="a b", error=invalid_token',
      [{ scheme: 'bearer', parameters: { scope: 'a b', error: 'invalid_token' } }],
    ],
    [
      'Basic realm="x", Bearer Scope="a"',
      [
        { scheme: 'basic', parameters: { realm: 'x' } },
        { scheme: 'bearer', parameters: { scope: 'a' } },
      ],
    ],
    [
      'Bearer realm="say \\"hi\\", ok"',
      [{ scheme: 'bearer', parameters: { realm: 'say "hi", ok' } }],
    ],
  ])('%s', (header, challenges) => {
    expect(parseChallenges(header)).toEqual(challenges);
  });

  it('finds no challenge where there is none, because an absent header is not an empty one', () => {
    expect(bearerChallengeIn(undefined)).toBeUndefined();
    expect(bearerChallengeIn('Negotiate')).toBeUndefined();
  });
});

const page = new URL('https://login.example/start?x=1');
const person = { username: 'alice', password: 'a&b', decision: 'allow' } as const;

describe('filling in forms as a person would', () => {
  it('types into a login and keeps what is hidden, because tokens against forgery are', async () => {
    const html = `<form method=post action="/login?a=1&amp;b=2"><input type=hidden name=_csrf value="&quot;q&#39;">
      <input name='username'><input type="password" name=password><input type=checkbox name=remember value=on>
      <button>Sign in</button></form>`;
    const [form] = formsOf(html, page);
    expect(form?.action.href).toBe('https://login.example/login?a=1&b=2');
    const filled = form && (await filledForm(form, person));
    expect(filled?.toString()).toBe('_csrf=%22q%27&username=alice&password=a%26b');
  });

  it.each([
    ['allow', 'decision=allow'],
    ['deny', 'decision=deny'],
  ] as const)(
    'presses the button that means %s, because both submit the same form',
    async (decision, sent) => {
      const html =
        '<form method="post"><button name="decision" value="deny">Cancel</button><button name="decision" value="allow">Allow access</button></form>';
      const [form] = formsOf(html, page);
      const filled = form && (await filledForm(form, { ...person, decision }));
      expect(filled?.toString()).toBe(sent);
    },
  );

  it('chooses the form with the password, because login pages have others too', () => {
    const html =
      '<form action="/google"><button>Google</button></form><form action="/login"><input type=password name=p></form>';
    expect(formToUse(formsOf(html, page))?.action.pathname).toBe('/login');
  });
});

describe('taking secrets out', () => {
  const secrets = createSecrets();
  secrets.keep('swordfish');
  it.each([
    ['what is known', 'the word is swordfish', 'the word is [redacted]'],
    ['any JWT', 'x eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0. y', 'x [redacted] y'],
    ['a code in a URL', '/callback?code=abc123&state=x', '/callback?code=[redacted]&state=x'],
    [
      'a header',
      'Authorization: Bearer abcdefghijklmnopqrstuvwxyz',
      'Authorization: Bearer [redacted]',
    ],
    ['nothing else', 'Bearer scope="mcp:tools:read", 401', 'Bearer scope="mcp:tools:read", 401'],
  ])('%s', (_, text, redacted) => {
    expect(secrets.redact(text)).toBe(redacted);
  });
});
