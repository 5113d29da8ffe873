import type { Mutant } from '../support/mutant.ts';
import { answerMutants } from './answer-mutants.ts';
import { authorizeMutants } from './authorize-mutants.ts';
import { challengeMutants } from './challenge-mutants.ts';
import { edgeMutants } from './edge-mutants.ts';
import { grantMutants } from './grant-mutants.ts';
import { loginMutants } from './login-mutants.ts';
import { machineMutants } from './machine-mutants.ts';
import { messageMutants } from './message-mutants.ts';
import { pageMutants } from './page-mutants.ts';
import { registrationMutants } from './registration-mutants.ts';
import { resourceMetadataMutants } from './resource-metadata-mutants.ts';
import { serverMetadataMutants } from './server-metadata-mutants.ts';
import { tokenEndpointMutants } from './token-endpoint-mutants.ts';
import { tokenMutants } from './token-mutants.ts';
import { transportMutants } from './transport-mutants.ts';

/** Deliberately broken servers, by what is wrong with them. */
export const mutantTables: Readonly<Record<string, readonly Mutant[]>> = {
  registration: registrationMutants,
  'its first answer': challengeMutants,
  'its resource metadata': resourceMetadataMutants,
  'its server metadata': serverMetadataMutants,
  'its edge': edgeMutants,
  'its refusals': answerMutants,
  'authorization requests': authorizeMutants,
  'its pages': pageMutants,
  'its token endpoint': tokenEndpointMutants,
  'access tokens': tokenMutants,
  'its messages': messageMutants,
  'its transport': transportMutants,
  'a login': loginMutants,
  'what follows a login': grantMutants,
  'its machines': machineMutants,
};
