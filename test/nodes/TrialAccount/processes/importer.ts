/** Imports from a Stripe stand-in in small pages until it is done, or killed. */
import Stripe from 'stripe';
import { DEFAULT_ACCESS_POLICY } from '../../../../lifecycle/access.ts';
import { importFromStripe } from '../../../../nodes/TrialAccount/import/index.ts';
import { stripeSecretKey } from '../../../../sandbox/secrets.ts';
import { openStore, type StoreLocation } from '../../../../services/store/index.ts';

const [location, baseUrl, pageSize] = JSON.parse(process.argv[2] ?? '') as [
	StoreLocation,
	string,
	number,
];
const store = await openStore(location);
const { hostname: host, port } = new URL(baseUrl);
const stripe = new Stripe(stripeSecretKey, { host, port, protocol: 'http', telemetry: false });
await importFromStripe({
	stripe,
	partition: store.partition({ workspace: 'default', mode: 'test' }),
	now: () => new Date(),
	runId: 'to be killed',
	executionId: undefined,
	isStopped: () => false,
	includesTestClocks: false,
	policy: DEFAULT_ACCESS_POLICY,
	includesPayments: true,
	listAtMost: 10,
	pageSize,
});
await store.close();
