import type { CheckGroup } from '../../check.ts';
import { check as chatgptIsKnownByItsDocument } from './chatgpt-is-known-by-its-document.ts';
import { check as claudeCodeIsKnownByItsDocument } from './claude-code-is-known-by-its-document.ts';
import { check as claudeIsKnownByItsDocument } from './claude-is-known-by-its-document.ts';
import { check as codexIsKnownByItsDocument } from './codex-is-known-by-its-document.ts';
import { check as copilotCliMayUseAnotherPortThanItDeclares } from './copilot-cli-may-use-another-port-than-it-declares.ts';
import { check as documentsInsideTheNetworkAreNotFetched } from './documents-inside-the-network-are-not-fetched.ts';
import { check as opencodeIsKnownByItsDocument } from './opencode-is-known-by-its-document.ts';
import { check as vsCodeIsKnownByItsDocument } from './vs-code-is-known-by-its-document.ts';
import { check as zedIsKnownByItsDocument } from './zed-is-known-by-its-document.ts';

export const knownClients: CheckGroup = {
  id: 'known-clients',
  title: 'Clients that bring their own metadata document',
  checks: [
    chatgptIsKnownByItsDocument,
    claudeCodeIsKnownByItsDocument,
    claudeIsKnownByItsDocument,
    codexIsKnownByItsDocument,
    copilotCliMayUseAnotherPortThanItDeclares,
    documentsInsideTheNetworkAreNotFetched,
    opencodeIsKnownByItsDocument,
    vsCodeIsKnownByItsDocument,
    zedIsKnownByItsDocument,
  ],
};
