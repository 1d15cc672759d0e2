/** Where people's addresses would end up in logs: vendors quote what they were given, and operators name people by them. */

export function withoutAddresses(text: string): string {
	return text.replace(/[^\s<>"']+@[^\s<>"']+/g, '[e-mail]');
}

/** What an operator named somebody by, as an error may repeat it. */
export function inWords(reference: string, kind = ''): string {
	return reference.includes('@') ? 'this e-mail' : `${kind}"${reference}"`;
}
