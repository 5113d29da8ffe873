import { writeFileSync } from 'node:fs';
import { costDocument } from '../cost/cost-document.ts';
import { costTable } from '../cost/cost-table.ts';
import { choiceCosts, stageCosts } from './stage-costs.ts';

/** `npm run cost`: what each stage costs. `--json` for programs, `--write` renews docs/cost.md. */

// The rules have their own test; here they would only take time.
process.env.CDK_VALIDATION = 'false';

const [option, ...others] = process.argv.slice(2);
if (others.length > 0 || (option !== undefined && !['--json', '--write'].includes(option))) {
  process.stderr.write('cost takes --json or --write, or nothing\n');
  process.exit(2);
}

const costs = stageCosts();
if (option === '--write')
  writeFileSync(
    new URL('../docs/cost.md', import.meta.url),
    costDocument(costs, choiceCosts(costs)),
  );
else
  process.stdout.write(
    option === '--json' ? `${JSON.stringify(costs, null, 2)}\n` : costs.map(costTable).join('\n'),
  );
