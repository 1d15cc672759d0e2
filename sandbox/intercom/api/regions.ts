import { intercomToken } from '../../secrets.ts';

export type Region = 'us' | 'eu' | 'au';

/** A workspace lives in one region, and a token opens that region's host only. */
export const TOKENS: Readonly<Record<Region, string>> = {
	us: intercomToken,
	eu: `${intercomToken}eu`,
	au: `${intercomToken}au`,
};
