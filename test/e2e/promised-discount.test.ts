import { walkForm } from '../../sandbox/n8n/form.ts';
import { useFlow, type Person } from '../support/flow.ts';
import { tokenFor } from '../support/links.ts';

const COUPON = 'BACK30';
const TRIAL_DAYS = 14;

interface Invoice {
	readonly billing_reason: string;
	readonly subtotal: number;
	readonly total: number;
}

describe('a discount that a link promised', () => {
	const flow = useFlow(['saasReactivation']);
	jest.setTimeout(300_000);

	beforeAll(async () => {
		await flow.stripe('POST', 'coupons', { id: COUPON, percent_off: '30', duration: 'once' });
	});

	const come = async ({ accountId }: Person, couponId: string) => {
		const token = tokenFor('come_back', accountId, { data: { couponId } });
		return await walkForm(`${flow.n8n.url}/form/saas-come-back?token=${token}`, () => ({}));
	};

	/** What the newest invoice takes off. */
	async function takenOff({ customer }: Person): Promise<number> {
		const { data } = await flow.stripe<{ data: Invoice[] }>('GET', `invoices?customer=${customer}`);
		const [{ subtotal, total } = { subtotal: 1, total: 1 }] = data;
		return 1 - total / subtotal;
	}

	async function statuses({ customer }: Person): Promise<string[]> {
		const { data } = await flow.stripe<{ data: ReadonlyArray<{ status: string }> }>(
			'GET',
			`subscriptions?customer=${customer}&status=all`,
		);
		return data.map(({ status }) => status).reverse();
	}

	async function lapsed(name: string): Promise<Person> {
		const who = await flow.person(name, { card: null, trialDays: TRIAL_DAYS });
		await flow.stripe('POST', `subscriptions/${who.subscription}`, {
			'trial_settings[end_behavior][missing_payment_method]': 'pause',
		});
		await flow.pass(who, { days: TRIAL_DAYS + 1 });
		await flow.giveCard(who, 'good');
		return who;
	}

	it.each([
		[COUPON, 0.3],
		['', 0],
	])('with the coupon %j, %d is taken off a trial that goes on', async (couponId, share) => {
		const who = await lapsed(couponId === '' ? 'ada' : 'bob');
		expect((await come(who, couponId)).status).toBe('redirect');
		expect(await statuses(who)).toEqual(['active']);
		expect(await takenOff(who)).toBeCloseTo(share);
	});

	it('is taken off a new subscription, too', async () => {
		const cyd = await flow.person('cyd');
		await flow.stripe('DELETE', `subscriptions/${cyd.subscription}`);
		expect((await come(cyd, COUPON)).status).toBe('redirect');
		expect(await statuses(cyd)).toEqual(['canceled', 'active']);
		expect(await takenOff(cyd)).toBeCloseTo(0.3);
	});

	it('charges nothing where it cannot be kept', async () => {
		const dan = await lapsed('dan');
		const ending = await come(dan, 'GONE');
		expect(ending.status).toBe('page');
		expect(ending.text).toContain('That did not work yet');
		expect(await statuses(dan)).toEqual(['paused']);
	});
});
