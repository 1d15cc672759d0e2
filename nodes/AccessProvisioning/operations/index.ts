import type { Resource } from '../../../services/n8n/operation.ts';
import type { AccessProvisioningServices } from '../operation.ts';
import { decide } from './access/decide.operation.ts';
import { get } from './access/get.operation.ts';
import { grant } from './access/grant.operation.ts';
import { provision } from './access/provision.operation.ts';
import { restore } from './access/restore.operation.ts';
import { restrict } from './access/restrict.operation.ts';
import { revoke } from './access/revoke.operation.ts';
import { suspend } from './access/suspend.operation.ts';
import { sync } from './access/sync.operation.ts';
import { check } from './link/check.operation.ts';
import { create } from './link/create.operation.ts';
import { verify } from './webhook/verify.operation.ts';

/** Everything this node can do: one line per operation, in the order of the panel. */
export const resources: ReadonlyArray<Resource<AccessProvisioningServices>> = [
	{
		name: 'Access',
		value: 'access',
		defaultOperation: 'get',
		operations: [decide, get, grant, provision, restore, restrict, revoke, suspend, sync],
		isDefault: true,
	},
	{ name: 'Link', value: 'link', defaultOperation: 'create', operations: [check, create] },
	{ name: 'Webhook', value: 'webhook', operations: [verify] },
];
