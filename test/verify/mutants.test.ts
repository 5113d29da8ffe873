import { answerMutants } from './mutants/answer-mutants.ts';
import { authorizeMutants } from './mutants/authorize-mutants.ts';
import { challengeMutants } from './mutants/challenge-mutants.ts';
import { edgeMutants } from './mutants/edge-mutants.ts';
import { grantMutants } from './mutants/grant-mutants.ts';
import { loginMutants } from './mutants/login-mutants.ts';
import { machineMutants } from './mutants/machine-mutants.ts';
import { messageMutants } from './mutants/message-mutants.ts';
import { pageMutants } from './mutants/page-mutants.ts';
import { registrationMutants } from './mutants/registration-mutants.ts';
import { resourceMetadataMutants } from './mutants/resource-metadata-mutants.ts';
import { serverMetadataMutants } from './mutants/server-metadata-mutants.ts';
import { tokenEndpointMutants } from './mutants/token-endpoint-mutants.ts';
import { tokenMutants } from './mutants/token-mutants.ts';
import { transportMutants } from './mutants/transport-mutants.ts';
import { testMutants } from './support/mutant-table.ts';

testMutants({
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
});
