import type { Biography } from '../days/biography.ts';
import { customers } from './customers.ts';
import { trials } from './trials.ts';
import { leavers } from './leavers.ts';
import { returners } from './returners.ts';

/** Everybody whose life takes weeks. */
export const biographies: readonly Biography[] = [
	...trials,
	...customers,
	...leavers,
	...returners,
];
