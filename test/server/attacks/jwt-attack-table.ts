import type { Attack } from './attack-row.ts';
import { issuers, times, who } from './claim-attacks.ts';
import { form } from './form-attacks.ts';
import { algorithms, keyChoice } from './header-attacks.ts';
import { signatures } from './signature-attacks.ts';

export { key } from './attack-row.ts';
export { wellPadded } from './signature-attacks.ts';

export const attacks: readonly Attack[] = [
  ...algorithms,
  ...keyChoice,
  ...form,
  ...signatures,
  ...issuers,
  ...times,
  ...who,
];
