import type { CheckGroup } from '../../check.ts';
import { check as aCodeIsNeverRepeated } from './a-code-is-never-repeated.ts';
import { check as aTokenIsNeverRepeated } from './a-token-is-never-repeated.ts';
import { check as anAnswerCanBeFoundInTheLog } from './an-answer-can-be-found-in-the-log.ts';
import { check as errorPagesDoNotRepeatTheRequest } from './error-pages-do-not-repeat-the-request.ts';
import { check as errorsShowNoInsides } from './errors-show-no-insides.ts';
import { check as thePageKeepsItsAddressToItself } from './the-page-keeps-its-address-to-itself.ts';

export const hygiene: CheckGroup = {
  id: 'hygiene',
  title: 'What ends up in logs',
  checks: [
    aCodeIsNeverRepeated,
    aTokenIsNeverRepeated,
    anAnswerCanBeFoundInTheLog,
    errorPagesDoNotRepeatTheRequest,
    errorsShowNoInsides,
    thePageKeepsItsAddressToItself,
  ],
};
