import type { Resource } from '../../../services/n8n/operation.ts';
import type { StripeTrialServices } from '../operation.ts';
import { createOrUpdate } from './customer/create-or-update.operation.ts';
import { getMany as getManyCustomers } from './customer/get-many.operation.ts';
import { get as getCustomer } from './customer/get.operation.ts';
import { getMissed } from './event/get-missed.operation.ts';
import { createCheckout } from './link/create-checkout.operation.ts';
import { createPortal } from './link/create-portal.operation.ts';
import { addCharge } from './subscription/add-charge.operation.ts';
import { applyDiscount } from './subscription/apply-discount.operation.ts';
import { cancel as cancelSubscription } from './subscription/cancel.operation.ts';
import { changePlan } from './subscription/change-plan.operation.ts';
import { getMany as getManySubscriptions } from './subscription/get-many.operation.ts';
import { get as getSubscription } from './subscription/get.operation.ts';
import { pause } from './subscription/pause.operation.ts';
import { reactivate } from './subscription/reactivate.operation.ts';
import { cancel } from './trial/cancel.operation.ts';
import { checkEligibility } from './trial/check-eligibility.operation.ts';
import { convert } from './trial/convert.operation.ts';
import { extend } from './trial/extend.operation.ts';
import { getMany } from './trial/get-many.operation.ts';
import { get } from './trial/get.operation.ts';
import { start } from './trial/start.operation.ts';

/** Everything this node can do: one line per operation, in the order of the panel. */
export const resources: ReadonlyArray<Resource<StripeTrialServices>> = [
	{
		name: 'Customer',
		value: 'customer',
		operations: [createOrUpdate, getCustomer, getManyCustomers],
	},
	{ name: 'Event', value: 'event', operations: [getMissed] },
	{ name: 'Link', value: 'link', operations: [createCheckout, createPortal] },
	{
		name: 'Subscription',
		value: 'subscription',
		operations: [
			addCharge,
			applyDiscount,
			cancelSubscription,
			changePlan,
			getSubscription,
			getManySubscriptions,
			pause,
			reactivate,
		],
	},
	{
		name: 'Trial',
		value: 'trial',
		isDefault: true,
		defaultOperation: 'start',
		operations: [cancel, checkEligibility, convert, extend, get, getMany, start],
	},
];
