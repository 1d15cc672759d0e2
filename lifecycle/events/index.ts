/** From what Stripe tells to what happened to an account. */
export * from './billing-event.ts';
export * from './derive.ts';
export { factKeys } from './fact-keys.ts';
export * from './invoice.ts';
export { billInQuestion } from './lapse-facts.ts';
export * from './names.ts';
export * from './account-past.ts';
export * from './situation.ts';
export type { Before, LifecycleEvent } from './lifecycle-event.ts';
