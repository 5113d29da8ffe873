import type { CheckGroup } from '../../check.ts';
import { check as aLimitOnGuessingCodesSaysSoInJson } from './a-limit-on-guessing-codes-says-so-in-json.ts';
import { check as aLimitSaysWhenToComeBack } from './a-limit-says-when-to-come-back.ts';

export const rates: CheckGroup = {
  id: 'rates',
  title: 'Rate limits',
  checks: [aLimitOnGuessingCodesSaysSoInJson, aLimitSaysWhenToComeBack],
};
