import type { INodeProperties } from 'n8n-workflow';

/** Fields whose names and choices the compiler remembers, for a node without operations. */
export const literalFields = <const Fields extends readonly INodeProperties[]>(
	fields: Fields,
): Fields => fields;
