import path from 'node:path';
import type { PackageDirectoryLoader } from 'n8n-core';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { stripeSecretKey } from '../../sandbox/secrets.ts';
import { createStripeStandIn, type StripeStandIn } from '../../sandbox/stripe/index.ts';
import { STRIPE } from '../contract/stripe-routes.ts';
import { underContract } from '../support/contract-check.ts';
import { loadPackage, runInEngine } from '../support/engine.ts';
import { startTrialAt } from '../support/stripe.ts';
import { useTemporaryUserFolder } from '../support/user-folder.ts';

type Params = Readonly<Record<string, string>>;

/** The built package in n8n's own engine, beside a Stripe without limits. One call per suite. */
export function usePackageBesideStripe() {
	let loader: PackageDirectoryLoader;
	let stripe: StripeStandIn;
	let baseUrl: string;

	useTemporaryUserFolder();
	beforeAll(async () => {
		loader = await loadPackage(path.resolve(__dirname, '../..'));
		stripe = underContract(STRIPE, createStripeStandIn({ settings: { rateLimits: false } }));
		baseUrl = await stripe.listen();
	});
	afterAll(async () => await stripe.close());

	return {
		get loader() {
			return loader;
		},

		async startTrial(customer: Params, more: Params = {}): Promise<void> {
			await startTrialAt(baseUrl, customer, more);
		},

		/** Runs one node on test people in the default workspace. */
		async run(node: string, parameters: INodeParameters, items: readonly IDataObject[] = [{}]) {
			return await runInEngine(loader, {
				node,
				parameters: { mode: 'test', workspace: 'default', ...parameters },
				items,
				credential: { type: 'stripeTrialApi', data: { baseUrl, secretKey: stripeSecretKey } },
			});
		},
	};
}
