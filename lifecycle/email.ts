import { domainToASCII } from 'node:url';

/** https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1: a path is at most 256 octets with its brackets. */
const MAX_LENGTH = 254;
const MAX_LOCAL_LENGTH = 64;
const MAX_LABEL_LENGTH = 63;

/** An atom of RFC 5322 with the letters of RFC 6532. Quoted local parts are valid on paper and typos in life. */
const ATOM = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+$/u;
const WRITTEN_DOMAIN = /^[\p{L}\p{M}\p{N}.-]+$/u;
const LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

/** Google reads a local part without its dots and knows both domains: https://support.google.com/mail/answer/7436150 */
const GMAIL_DOMAINS = new Set(['gmail.com', 'googlemail.com']);

/** Whether a person can be written to at this address; spaces around it count as malformed. */
export function isEmail(email: string): boolean {
	if (email.length > MAX_LENGTH) return false;
	const parts = splitAtDomain(email);
	if (!parts) return false;
	return isLocalPart(parts.local) && isPublicDomain(parts.domain);
}

/**
 * The same text for every way in which one mailbox is commonly written: case, Unicode form, spaces around,
 * `+tag`, and for Gmail dots and the second domain. For comparing, never for sending.
 */
export function canonicalEmail(email: string): string {
	const written = email.trim().toLowerCase().normalize('NFC');
	const parts = splitAtDomain(written);
	if (!parts) return written;
	const domain = asciiDomain(parts.domain);
	const isGmail = GMAIL_DOMAINS.has(domain);
	const mailbox = withoutTag(parts.local);
	return isGmail ? `${withoutDots(mailbox)}@gmail.com` : `${mailbox}@${domain}`;
}

/** The domain of the canonical address, null when there is none. */
export function emailDomain(email: string): string | null {
	return splitAtDomain(canonicalEmail(email))?.domain ?? null;
}

function splitAtDomain(email: string): { local: string; domain: string } | null {
	const at = email.lastIndexOf('@');
	if (at < 1 || at === email.length - 1) return null;
	return { local: email.slice(0, at), domain: email.slice(at + 1) };
}

function isLocalPart(local: string): boolean {
	return local.length <= MAX_LOCAL_LENGTH && local.split('.').every((atom) => ATOM.test(atom));
}

function isPublicDomain(domain: string): boolean {
	if (!WRITTEN_DOMAIN.test(domain)) return false;
	const labels = domainToASCII(domain).split('.');
	const topLevel = labels.at(-1) ?? '';
	return (
		labels.length > 1 &&
		/[a-z]/.test(topLevel) &&
		labels.every((label) => label.length <= MAX_LABEL_LENGTH && LABEL.test(label))
	);
}

function asciiDomain(domain: string): string {
	return domainToASCII(domain) || domain;
}

function withoutTag(local: string): string {
	const plus = local.indexOf('+');
	return plus > 0 ? local.slice(0, plus) : local;
}

function withoutDots(local: string): string {
	return local.replaceAll('.', '') || local;
}
