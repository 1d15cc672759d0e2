import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import type { FaultSpec } from '../../sandbox/kernel/faults.ts';
import type { Execution, N8nClient } from '../../sandbox/n8n/client.ts';
import { credentialsFor } from '../../sandbox/n8n/credentials.ts';
import {
	readWorkflows,
	startEquipped,
	type WorkflowTemplate,
} from '../../sandbox/n8n/equipment.ts';
import { createInstance, type Instance } from '../../sandbox/n8n/instance.ts';
import { packPackage } from '../../sandbox/n8n/package.ts';
import { ensureRuntime } from '../../sandbox/n8n/runtime.ts';
import { withoutSchedule, withSettings, type SandboxSettings } from '../../sandbox/n8n/settings.ts';
import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { acmeSigningSecret, acmeToken, stripeSecretKey } from '../../sandbox/secrets.ts';
import type { CardKind } from '../../sandbox/stripe/index.ts';
import { INTERCOM } from '../contract/intercom-routes.ts';
import { STRIPE } from '../contract/stripe-routes.ts';
import { recordBranches } from './branches.ts';
import { underContract } from './contract-check.ts';
import { control, stateOf } from './n8n.ts';
import { whileDamaged, whileSecretIsMissing, type Outage, type StoreTable } from './outages.ts';
import { waitFor as ask } from './wait-for.ts';

/** A customer in a time of their own. */
export interface Person {
	readonly accountId: string;
	readonly email: string;
	readonly customer: string;
	readonly subscription: string;
}

export interface Sent {
	readonly to: string;
	readonly subject: string;
	readonly body: string;
}

interface IntercomState {
	readonly contacts: ReadonlyArray<{ readonly id: string; readonly external_id: string | null }>;
	readonly messages: ReadonlyArray<{
		readonly contactId: string;
		readonly subject: string;
		readonly body: string;
	}>;
}

interface AcmeState {
	readonly instances: ReadonlyArray<{
		readonly accountId: string;
		readonly access: { readonly level: string; readonly reason?: string };
	}>;
}

/** Longer than the pause after which a trigger tells a failed execution's events again. */
const PATIENCE_MS = 120_000;

/** A connection that was kept open and is just being closed is no answer: the next question gets one. */
const waitFor = async <Answer>(what: string, probe: () => Promise<Answer | undefined>) =>
	await ask(
		what,
		async () =>
			await probe().catch((error: unknown) => {
				if (error instanceof TypeError && error.message === 'fetch failed') return undefined;
				throw error;
			}),
		PATIENCE_MS,
	);

export const PRICE = 'price_boards_pro_monthly';

/** By which subject the messages of a template are known, whatever a copywriter makes of them: by node, in English. */
export function subjectsOf(template: string): (node: string, language?: string) => RegExp {
	const { nodes } = JSON.parse(readFileSync(`workflows/${template}.json`, 'utf8')) as {
		nodes: ReadonlyArray<{
			name: string;
			parameters: { texts?: { text: ReadonlyArray<{ language: string; subject: string }> } };
		}>;
	};
	return (name, written = 'en') => {
		const texts = nodes.find((node) => node.name === name)?.parameters.texts?.text ?? [];
		const subject = texts.find(({ language }) => language === written)?.subject;
		if (subject === undefined) throw new Error(`${template} has no message "${name}"`);
		const words = subject
			.split(/\[\[.*?\]\]/)
			.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
		return new RegExp(`^${words.join('.+')}$`);
	};
}

/** The template whose nodes that make links have a credential each, named after them: any one of them can fail alone. */
function withLinkCredentials(template: WorkflowTemplate): WorkflowTemplate {
	const nodes = template.nodes.map((node) =>
		node.parameters?.['resource'] === 'link' && node.parameters['operation'] === 'create'
			? { ...node, credentials: { accessProvisioningApi: { id: null, name: node.name } } }
			: node,
	);
	return { ...template, nodes };
}

/**
 * Some templates in an n8n of their own, published, with stand-ins whose time can be moved. Everything that
 * Stripe sends it sends twice and in disorder; what n8n does by the hour the suite has to start. One call per suite.
 */
export function useFlow(
	templates: readonly string[],
	settings: SandboxSettings = {},
	others: readonly WorkflowTemplate[] = [],
	/** For n8n. */
	env: Readonly<Record<string, string>> = {},
) {
	let folder: string;
	let n8n: Instance;
	let client: N8nClient;
	let sandbox: Sandbox;

	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), 'flow-e2e-'));
		n8n = await createInstance({
			runtime: await ensureRuntime(),
			folder: join(folder, 'n8n'),
			env,
		});
		sandbox = await startSandbox({
			stripe: { searchLagSeconds: 0, webhookRepeats: 1, webhookDisorderMs: 300 },
			intercom: { settings: { messageableAfterMs: 0 } },
			acme: { readyAfterMs: 0 },
		});
		underContract(STRIPE, sandbox.stripe);
		underContract(INTERCOM, sandbox.intercom);
		const workflows = (await readWorkflows('workflows'))
			.filter(({ id }) => templates.includes(id))
			.concat(others)
			.map((template) => withSettings(template, { pageUrl: n8n.url, ...settings }))
			.map(withLinkCredentials)
			.map(withoutSchedule);
		client = await startEquipped(n8n, {
			tarball: await packPackage(join(folder, 'package')),
			credentials: credentialsFor(workflows, urls()),
			workflows,
		});
	}, 300_000);

	afterAll(async () => {
		await n8n.stop();
		await sandbox.close();
		recordBranches(n8n.folder);
		await rm(folder, { recursive: true, force: true });
	});

	const urls = () => ({
		stripe: sandbox.stripe.url,
		intercom: sandbox.intercom.url,
		acme: sandbox.acme.url,
	});

	const heal = async (who: 'stripe' | 'intercom' | 'acme') =>
		await control(sandbox[who].url, 'DELETE', '/faults');

	const strike = async (who: 'stripe' | 'intercom' | 'acme', fault: FaultSpec) =>
		await control(sandbox[who].url, 'POST', '/faults', fault);

	// What one test broke must not break the next.
	afterEach(async () => {
		for (const who of ['stripe', 'intercom', 'acme'] as const) await heal(who);
	});

	async function stripe<Answer = { readonly id: string }>(
		method: string,
		path: string,
		params: Readonly<Record<string, string>> = {},
	): Promise<Answer> {
		// The flows share the account's limits, and may just have used them up.
		const reply = await waitFor(`${method} ${path} to be let in`, async () => {
			const answer = await fetch(`${sandbox.stripe.url}/v1/${path}`, {
				method,
				headers: { authorization: `Bearer ${stripeSecretKey}` },
				...(method === 'GET' ? {} : { body: new URLSearchParams(params) }),
			});
			return answer.status === 429 ? undefined : answer;
		});
		if (!reply.ok) throw new Error(`${method} ${path}: ${await reply.text()}`);
		return (await reply.json()) as Answer;
	}

	/** Asks the product to do something, signed as the credential signs. */
	async function product(method: string, path: string, body: object): Promise<void> {
		const text = JSON.stringify(body);
		const [id, at] = [`msg_${Math.random()}`, new Date()];
		const reply = await fetch(`${sandbox.acme.url}${path}`, {
			method,
			headers: {
				authorization: `Bearer ${acmeToken}`,
				'content-type': 'application/json',
				'webhook-id': id,
				'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
				'webhook-signature': new Webhook(acmeSigningSecret).sign(id, at, text),
			},
			body: text,
		});
		if (!reply.ok) throw new Error(`${method} ${path}: ${await reply.text()}`);
	}

	const giveCard = async ({ customer }: Pick<Person, 'customer'>, kind: CardKind) =>
		await control(sandbox.stripe.url, 'POST', '/cards', { customer, kind });

	/** Somebody with an instance and a subscription, paid from the start unless it begins with a trial. */
	async function person(
		name: string,
		{
			card = 'good',
			trialDays,
			domain = 'example.com',
		}: { card?: CardKind | null; trialDays?: number; domain?: string } = {},
	): Promise<Person> {
		const [accountId, email] = [`acct_${name}`, `${name}@${domain}`];
		await product('PUT', `/instances/${accountId}`, { email, access: 'full' });
		const { id: customer } = await stripe('POST', 'customers', {
			email,
			name: `${name[0]?.toUpperCase()}${name.slice(1)} Example`,
			'metadata[account_id]': accountId,
		});
		if (card) await giveCard({ customer }, card);
		const { id: subscription } = await stripe('POST', 'subscriptions', {
			customer,
			'items[0][price]': PRICE,
			'metadata[account_id]': accountId,
			...(trialDays === undefined ? {} : { trial_period_days: String(trialDays) }),
		});
		return { accountId, email, customer, subscription };
	}

	/** Everything that Intercom sent, to whom it may be. */
	async function allSent(): Promise<Sent[]> {
		const { contacts, messages } = await stateOf<IntercomState>(sandbox.intercom.url);
		const accountOf = new Map(contacts.map((one) => [one.id, one.external_id]));
		return messages.map(({ contactId, subject, body }) => ({
			to: accountOf.get(contactId) ?? contactId,
			subject,
			body,
		}));
	}

	const sentTo = async ({ accountId }: Pick<Person, 'accountId'>) =>
		(await allSent()).filter(({ to }) => to === accountId);

	async function accessOf({ accountId }: Pick<Person, 'accountId'>): Promise<string | undefined> {
		const { instances } = await stateOf<AcmeState>(sandbox.acme.url);
		return instances.find((one) => one.accountId === accountId)?.access.level;
	}

	/** The executions of a workflow that are over, oldest first. */
	async function finished(workflow: string): Promise<Execution[]> {
		const all = await client.executions(workflow);
		const over = all.filter(({ status }) => !['new', 'running', 'waiting'].includes(status));
		const runs = await Promise.all(over.map(async ({ id }) => await client.execution(id)));
		return runs.reverse();
	}

	/** Waits until an execution about somebody has ended well in which this stands, such as `"attempt":2`. */
	async function told(workflow: string, { accountId }: Person, words: string): Promise<void> {
		await waitFor(`${workflow} to be told ${words} about ${accountId}`, async () => {
			const runs = await finished(workflow);
			const isTold = runs.some(({ status, data }) => {
				const text = JSON.stringify(data.resultData.runData);
				return status === 'success' && text.includes(accountId) && text.includes(words);
			});
			return isTold ? true : undefined;
		});
	}

	const pass = async (
		{ customer }: Person,
		span: { days?: number; hours?: number; seconds?: number },
	) => await control(sandbox.stripe.url, 'POST', '/clock', { customer, ...span });

	/** To two hours after the end of what is paid for: the next invoice has been tried once. */
	async function passPeriod(who: Person): Promise<void> {
		const { items } = await stripe<{ items: { data: Array<{ current_period_end: number }> } }>(
			'GET',
			`subscriptions/${who.subscription}`,
		);
		const { test_clock: clock } = await stripe<{ test_clock: string }>(
			'GET',
			`customers/${who.customer}`,
		);
		const { frozen_time: now } = await stripe<{ frozen_time: number }>(
			'GET',
			`test_helpers/test_clocks/${clock}`,
		);
		const end = items.data[0]?.current_period_end ?? now;
		await pass(who, { seconds: end - now, hours: 2 });
	}

	/** Waits for what was sent to somebody, by subject and in order; gives the messages. */
	async function expectSent(who: Person, subjects: readonly RegExp[]): Promise<Sent[]> {
		const enough = async () => {
			const sent = await sentTo(who);
			return sent.length >= subjects.length ? sent : undefined;
		};
		const sent = await waitFor(`messages to ${who.accountId}`, enough).catch(
			async () => await sentTo(who),
		);
		expect(sent.map(({ subject }) => subject)).toEqual(
			subjects.map((subject) => expect.stringMatching(subject) as string),
		);
		return sent;
	}

	async function expectAccess(who: Person, level: string): Promise<void> {
		await waitFor(`${who.accountId} to have ${level}`, async () =>
			(await accessOf(who)) === level ? true : undefined,
		).catch(() => undefined);
		expect(await accessOf(who)).toBe(level);
	}

	/** Waits for an execution that failed and that was not there before. */
	async function nextFailure(workflow: string, known: ReadonlySet<string>): Promise<Execution> {
		return await waitFor(`an execution of ${workflow} that failed`, async () =>
			(await finished(workflow)).find(({ id, status }) => !known.has(id) && status === 'error'),
		);
	}

	/** Waits for a run about somebody that ended at this node, which fails; gives what it says. */
	async function failedAt(workflow: string, node: string, { accountId }: Person): Promise<string> {
		return await waitFor(`${workflow} to fail for ${accountId} at "${node}"`, async () => {
			const runs = await finished(workflow);
			const failed = runs.find(
				({ status, data: { resultData } }) =>
					status === 'error' &&
					resultData.lastNodeExecuted === node &&
					JSON.stringify(resultData.runData).includes(accountId),
			);
			return failed?.data.resultData.error?.message;
		});
	}

	/** Starts a workflow as its trigger would, and waits for its end. */
	async function runNow(workflow: string, trigger: string): Promise<Execution> {
		const id = await client.runWorkflow(workflow, trigger);
		return await waitFor(`${workflow} to end`, async () => {
			const run = await client.execution(id);
			return ['new', 'running'].includes(run.status) ? undefined : run;
		});
	}

	return {
		runNow,
		nextFailure,
		failedAt,
		waitFor,
		get n8n() {
			return n8n;
		},
		get client() {
			return client;
		},
		get sandbox() {
			return sandbox;
		},
		stripe,
		product,
		person,
		giveCard,
		allSent,
		sentTo,
		accessOf,
		finished,
		told,
		expectSent,
		expectAccess,
		/** Moves the time of one customer; done when everything that is due there has happened. */
		pass,
		passPeriod,
		strike,
		heal,
		/** While a vendor, or the product, refuses what comes in this way. */
		refused:
			(who: 'stripe' | 'intercom' | 'acme', route: string): Outage =>
			async (work) => {
				await strike(who, { route, kind: 'status', status: 400, times: 10_000 });
				try {
					await work();
				} finally {
					await heal(who);
				}
			},
		/** While this table of the store is lost. */
		damaged:
			(table: StoreTable): Outage =>
			async (work) =>
				await whileDamaged(n8n.folder, table, work),
		/** While no link can be made by the node of this name; without one, while none can be checked. */
		withoutSecret:
			(node?: string): Outage =>
			async (work) =>
				await whileSecretIsMissing(client, urls(), work, node),
	};
}
