import type { StandIn } from '../../sandbox/kernel/http.ts';
import { checkExchange, type CheckOptions, type VendorContract } from './contract-exchange.ts';

const violations: string[] = [];

afterEach(() => {
	const found = violations.splice(0);
	if (found.length > 0) throw new Error(`Against the contract:\n${found.join('\n')}`);
});

/**
 * Checks every request to a stand-in and every body it returns, and fails the test in which one is wrong:
 * `const stripe = underContract(STRIPE, createStripeStandIn())`, in a test or any hook.
 */
export function underContract<T extends Pick<StandIn, 'observe'>>(
	vendor: VendorContract,
	standIn: T,
	options: CheckOptions = {},
): T {
	standIn.observe((exchange) => {
		const { method, path } = exchange.request;
		const problems = checkExchange(vendor, exchange, options);
		violations.push(...problems.map((problem) => `${method} ${path} ${problem}`));
	});
	return standIn;
}
