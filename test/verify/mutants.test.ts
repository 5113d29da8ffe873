import { mutantTables } from './mutants/all-mutants.ts';
import { testMutants } from './support/mutant-table.ts';

testMutants(mutantTables);
