import type { Resource } from '../../../services/n8n/operation.ts';
import type { AccessProvisioningServices } from '../operation.ts';
import { get } from './access/get.operation.ts';
import { provision } from './access/provision.operation.ts';

/** Everything this node can do: one line per operation, in the order of the panel. */
export const resources: ReadonlyArray<Resource<AccessProvisioningServices>> = [
	{ name: 'Access', value: 'access', operations: [get, provision] },
];
