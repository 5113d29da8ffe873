import type { CheckGroup } from '../../check.ts';
import { check as aLongAuthorizeUrlPasses } from './a-long-authorize-url-passes.ts';
import { check as aLoopbackRedirectInTheQueryPasses } from './a-loopback-redirect-in-the-query-passes.ts';
import { check as aMachineMayReadTheMetadata } from './a-machine-may-read-the-metadata.ts';
import { check as aRequestWithoutAUserAgentPasses } from './a-request-without-a-user-agent-passes.ts';
import { check as aToolCallAboutAttacksPasses } from './a-tool-call-about-attacks-passes.ts';
import { check as aToolCallOf64KbPasses } from './a-tool-call-of-64-kb-passes.ts';
import { check as programsAreNotTakenForBots } from './programs-are-not-taken-for-bots.ts';

export const firewall: CheckGroup = {
  id: 'firewall',
  title: 'What firewalls like to block',
  checks: [
    aLongAuthorizeUrlPasses,
    aLoopbackRedirectInTheQueryPasses,
    aMachineMayReadTheMetadata,
    aRequestWithoutAUserAgentPasses,
    aToolCallAboutAttacksPasses,
    aToolCallOf64KbPasses,
    programsAreNotTakenForBots,
  ],
};
