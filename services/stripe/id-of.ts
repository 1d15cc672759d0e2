/** The id of what Stripe sends as an id or, expanded, as an object. */
export function idOf(reference: string | { readonly id: string }): string {
	return typeof reference === 'string' ? reference : reference.id;
}
