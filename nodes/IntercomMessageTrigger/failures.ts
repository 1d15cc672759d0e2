import { explainIntercom } from '../../services/intercom/explain.ts';
import { failuresExplainedBy } from '../../services/vendor-failures.ts';

export const { toFailure, messageOf, isPassing, isDeadCredential } =
	failuresExplainedBy(explainIntercom);
