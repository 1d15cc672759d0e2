import type { Progress } from '../setup/progress.cjs';
import type { RuntimeProgress } from './runtime.ts';

/** Shows the steps of an installation as phases. */
export function showProgress(progress: Progress): (step: RuntimeProgress) => void {
	let current = '';
	return ({ phase, detail }) => {
		if (phase !== current) progress.begin(phase);
		current = phase;
		if (detail) progress.detail(detail);
	};
}
