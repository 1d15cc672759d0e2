import { explainStripe } from '../../services/stripe/explain.ts';
import { failuresExplainedBy } from '../../services/vendor-failures.ts';

export const { toFailure, messageOf, isPassing, isDeadCredential } =
	failuresExplainedBy(explainStripe);
